// `rempart feed` against a running platform: real TLS, two persons' certificates, the vault behind its socket.

import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feedCommand } from '../../src/cli/feed.ts';
import { blockHash, blocksOfLines, manifestLine } from '../../src/demo/feed-file.ts';
import { EMPTY_DEMO_INSURER } from '../../src/demo/insurers.ts';
import { peopleBlocks } from '../../src/demo/people.ts';
import { tempDir } from '../support/temp-dir.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

const { amcNo, convType, csr } = EMPTY_DEMO_INSURER;
const lines = [...peopleBlocks({ seed: 'cli', count: 100, insurer: { amcNo, convType, csr } })].flatMap(
  ({ bytes }) => bytes.toString().trimEnd().split('\n'),
);

let world: TestWorld;
const folder = tempDir();
beforeAll(async () => {
  world = await createTestWorld();
  process.env['REMPART_DIR'] = world.paths.base;
}, 60_000);
afterAll(() => world?.close());

/** An unsigned full feed as `rempart people` writes one. */
function feedFile(name: string, content: readonly string[], insurer: string = amcNo): string {
  const blocks = blocksOfLines(content);
  const manifest = manifestLine({
    insurer,
    count: content.length,
    blocks: blocks.map(({ bytes }) => blockHash(bytes)),
  });
  const file = join(folder, name);
  writeFileSync(file, [`${manifest}\n`, ...blocks.map(({ bytes }) => bytes.toString())].join(''));
  return file;
}

async function feed(...argv: string[]) {
  let out = '';
  let err = '';
  const code = await feedCommand(argv, {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    json: true,
    now: () => Date.now(),
  });
  return { code, err, body: out === '' ? null : (JSON.parse(out) as Record<string, unknown>) };
}
const importFile = (file: string, ...more: string[]) => feed('import', file, '--insurer', amcNo, ...more);

describe('rempart feed import', () => {
  it('signs, sends, waits, and says what became of the lines', async () => {
    const file = feedFile('first.ndjson', lines);
    const { code, body } = await importFile(file);
    expect(code).toBe(0);
    expect(body).toEqual({
      accepted: 100,
      rejected: 0,
      unchanged: 0,
      closed: 0,
      seconds: expect.any(Number),
    });
  });

  it('takes the next number by itself: the same file again changes nothing', async () => {
    const { code, body } = await importFile(join(folder, 'first.ndjson'));
    expect([code, body]).toMatchObject([0, { accepted: 0, unchanged: 100 }]);
    const { body: list } = await world.send('/v1/feeds', { as: `${amcNo}-emetteur` });
    expect(list['nextSeq']).toBe(3);
  });

  it('writes rejected lines beside the file, by number and reason, without their content', async () => {
    const file = feedFile('rejects.ndjson', [
      ...lines.slice(0, 99),
      lines[99]?.replace('"birthRank":', '"rank":') ?? '',
    ]);
    const { code, body, err } = await importFile(file);
    expect([code, body]).toMatchObject([0, { rejected: 1, unchanged: 99, closed: 0 }]);
    const [reject] = readFileSync(`${file}.rejected.ndjson`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(reject).toEqual({
      line: 100,
      reason: 'property-unknown',
      fr: expect.any(String),
      en: expect.any(String),
    });
    expect(err).toContain('rejected');
  });

  it('a mass closure is told, and waits for the second person', async () => {
    const file = feedFile('few.ndjson', lines.slice(0, 90));
    const { code, body } = await importFile(file);
    expect(code).toBe(1);
    expect(body).toMatchObject({ code: 'feed-waiting', closes: 10, limit: 5 });
    const approved = await feed('approve', String(body?.['feedId']), '--insurer', amcNo);
    expect([approved.code, approved.body]).toMatchObject([0, { unchanged: 90, closed: 10 }]);
    const again = await feed('approve', String(body?.['feedId']), '--insurer', amcNo);
    expect([again.code, again.body]).toMatchObject([1, { code: 'feed-not-waiting', status: 409 }]);
  });

  it('--confirm-closures stands for the second person', async () => {
    const file = feedFile('fewer.ndjson', lines.slice(0, 50));
    expect((await importFile(file, '--confirm-closures')).body).toMatchObject({ closed: 40 });
  });

  it('a refusal gives the problem document on stdout and exit code 1', async () => {
    const file = feedFile('tampered.ndjson', lines);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"birthRank":1', '"birthRank":2'));
    const { code, body } = await importFile(file);
    expect(code).toBe(1);
    expect(body).toMatchObject({ code: 'feed-block-hash', status: 422, block: 0 });
    truncateSync(file, Buffer.byteLength(text) - 800);
    expect((await importFile(file)).body).toMatchObject({ code: 'feed-count' });
    appendFileSync(file, `"${'x'.repeat(100_000)}"\n`);
    expect((await importFile(file)).body).toMatchObject({ code: 'feed-line-too-long' });
    const garbage = join(folder, 'garbage.ndjson');
    writeFileSync(garbage, Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 31) % 256)));
    expect(await importFile(garbage)).toMatchObject({ code: 1, body: { code: 'feed-manifest' } });
    const foreign = feedFile('foreign.ndjson', lines, '0999000101');
    expect(await importFile(foreign)).toMatchObject({ code: 1, body: { code: 'feed-insurer', status: 403 } });
    expect(await importFile(join(folder, 'missing.ndjson'))).toMatchObject({
      code: 1,
      body: { code: 'file' },
    });
  });

  it('a refusal that comes early is heard while the file is still being sent', async () => {
    const long = Array.from({ length: 60_000 }, (_, i) => `{"line":${i},"text":"${'x'.repeat(400)}"}`);
    const file = feedFile('early.ndjson', long);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"line":5,', '"line":6,'));
    expect(await importFile(file)).toMatchObject({ code: 1, body: { code: 'feed-block-hash', block: 0 } });
  });

  it('wrong usage gives 2', async () => {
    expect((await feed()).code).toBe(2);
    expect((await feed('import')).code).toBe(2);
    expect((await feed('import', 'x', '--insurer', 'abc')).code).toBe(2);
    expect((await feed('import', 'x', '--insurer', '0999999999')).code).toBe(2);
    expect((await feed('import', 'x', 'y', '--insurer', amcNo)).code).toBe(2);
    expect((await feed('import', 'x', '--unknown')).code).toBe(2);
  });

  it('no operator gives 1 and says so', async () => {
    await world.stopOperator();
    expect(await importFile(join(folder, 'first.ndjson'))).toMatchObject({
      code: 1,
      body: { code: 'unreachable' },
    });
    await world.startOperator();
  });
});

describe('cut in the middle', () => {
  it('an operator that is stopped and started again: the import goes on by itself', async () => {
    const many = [...peopleBlocks({ seed: 'cut', count: 30_000, insurer: { amcNo, convType, csr } })].flatMap(
      ({ bytes }) => bytes.toString().trimEnd().split('\n'),
    );
    const file = feedFile('many.ndjson', many);
    const id = `${amcNo}-${(await world.send('/v1/feeds', { as: `${amcNo}-emetteur` })).body['nextSeq']}`;
    // Asked before: sealing is done in this very process here, and an answer could come after the end.
    const importing = importFile(file, '--confirm-closures');
    await expect
      .poll(
        async () => {
          const { body } = await world.send(`/v1/feeds/${id}`, { as: `${amcNo}-emetteur` });
          return (body['lines'] as { received: number } | undefined)?.received ?? 0;
        },
        { timeout: 30_000, interval: 20 },
      )
      .toBeGreaterThan(0);
    await world.stopOperator();
    await world.startOperator();
    const { code, body, err } = await importing;
    expect([code, body]).toMatchObject([0, { accepted: 30_000, rejected: 0 }]);
    expect(err).toContain('going on with line');
  }, 90_000);
});
