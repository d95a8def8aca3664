// The folder with real files: several who write at once, crashes in between, hands that edit it.

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { exportTo, LogBroken, publish, publishedHead, readStatusLog, say, writePages } from './folder.ts';
import { CUT, note } from './log-fixture.ts';

const AT = '2026-12-01T09:04:00.000Z';

const page = (folder: string) => readFileSync(join(folder, 'index.html'), 'utf8');
const entry = (folder: string, n: number) => join(folder, 'log', `00000${n}.json`);
const FILES = ['feed.atom', 'index.html', 'log', 'phone.txt', 'status.css', 'status.json'];

describe('the folder', () => {
  it('is made by the first word, and everybody may read it', async () => {
    const folder = join(tempDir(), 'status');
    await say(folder, () => CUT, AT);
    expect(readdirSync(folder).toSorted()).toEqual(FILES);
    expect(page(folder)).toContain('est coupé depuis mardi 1er décembre');
    for (const name of ['index.html', 'log/000001.json']) {
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o644);
    }
  });

  it('loses nobody’s word when many speak at once, and the page shows them all', async () => {
    const folder = tempDir();
    const words = Array.from({ length: 8 }, (_, i) => `Mot ${i}.`);
    await Promise.all(words.map((word) => say(folder, () => note(word), AT)));
    const { entries } = await readStatusLog(folder);
    expect(entries.map(({ fr }) => fr).toSorted()).toEqual(words);
    for (const word of words) expect(page(folder)).toContain(word);
    expect(readdirSync(folder).toSorted()).toEqual(FILES); // nothing half-written stays
    expect(readdirSync(join(folder, 'log'))).toHaveLength(8);
  });

  it('asks again what is to be said when somebody else was faster', async () => {
    const folder = tempDir();
    const seen: number[] = [];
    const speak = (log: { entries: readonly unknown[] }) => {
      seen.push(log.entries.length);
      return note('Un mot.');
    };
    await Promise.all([say(folder, speak, AT), say(folder, speak, AT)]);
    expect(seen.toSorted()).toEqual(expect.arrayContaining([0, 1]));
  });

  it('ends with the newest pages also when an older publisher is the slower one', async () => {
    const folder = tempDir();
    await say(folder, () => note('Avant.'), AT);
    let isFirst = true;
    await publish(folder, async (where, log) => {
      if (isFirst) {
        isFirst = false;
        await say(where, () => CUT, AT); // meanwhile, and whole
      }
      await writePages(where, log);
    });
    expect(page(folder)).toContain('est coupé');
  });

  it('shows after a crash between entry and pages what was said, as soon as it is built', async () => {
    const folder = tempDir();
    await say(folder, () => note('Avant.'), AT);
    const before = ['index.html', 'status.json'].map(
      (name) => [name, readFileSync(join(folder, name))] as const,
    );
    await say(folder, () => CUT, AT);
    for (const [name, content] of before) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, 'index.html.5f2.new'), 'half a pa');
    await publish(folder);
    expect(page(folder)).toContain('est coupé');
  });

  it.each([
    ['an entry is edited', (folder: string) => edit(entry(folder, 1)), 1, 'changed'],
    ['the last entry is edited', (folder: string) => edit(entry(folder, 3)), 3, 'changed'],
    ['an entry is removed', (folder: string) => rmSync(entry(folder, 2)), 2, 'missing'],
    ['the last entry is removed', (folder: string) => rmSync(entry(folder, 3)), 3, 'missing'],
    [
      'all entries are removed',
      (folder: string) => rmSync(join(folder, 'log'), { recursive: true }),
      1,
      'missing',
    ],
    [
      'status.json is no longer one',
      (folder: string) => writeFileSync(join(folder, 'status.json'), '{}'),
      0,
      'unreadable',
    ],
  ] as const)(
    'takes no further word when %s, and leaves its pages alone',
    async (_what, tamper, n, because) => {
      const folder = tempDir();
      for (const word of ['Un.', 'Deux.', 'Trois.']) await say(folder, () => note(word), AT);
      const before = page(folder);
      tamper(folder);
      const refused = expect.objectContaining({ broken: { n, because } });
      await expect(say(folder, () => CUT, AT)).rejects.toThrow(LogBroken);
      await expect(publish(folder)).rejects.toEqual(refused);
      expect(page(folder)).toBe(before);
    },
  );

  it('finds out by a status.json that somebody kept that everything was written anew', async () => {
    const folder = tempDir();
    await say(folder, () => CUT, AT);
    const kept = join(tempDir(), 'kept.json');
    writeFileSync(kept, readFileSync(join(folder, 'status.json')));
    await say(folder, () => note('Plus tard.'), AT);
    await readStatusLog(folder, await publishedHead(kept));
    const other = tempDir();
    await say(other, () => note('Il ne s’est rien passé.'), AT);
    await expect(readStatusLog(other, await publishedHead(kept))).rejects.toThrow(
      'entry 1 of the status log is changed',
    );
  });

  it('is copied whole to another place, and never over another log', async () => {
    const folder = tempDir();
    await say(folder, () => CUT, AT);
    const out = join(tempDir(), 'public');
    await exportTo(out, folder);
    await say(folder, () => note('Encore.'), AT);
    await exportTo(out, folder);
    for (const name of ['index.html', 'status.json', 'log/000002.json']) {
      expect(readFileSync(join(out, name)), name).toEqual(readFileSync(join(folder, name)));
    }
    await expect(exportTo(out, tempDir())).rejects.toThrow(LogBroken);
    const other = tempDir();
    mkdirSync(join(other, 'log'));
    await say(other, () => note('Une autre histoire.'), AT);
    await expect(exportTo(out, other)).rejects.toThrow(LogBroken);
  });
});

function edit(path: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replace('."', '!"'));
}
