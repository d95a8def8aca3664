// `rempart card` as somebody at a counter without a network, or somebody who writes a reader of their own, meets it.

import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import vectors from '../../test/vectors/cards.json' with { type: 'json' };
import { cardText } from '../core/card-text.ts';
import { drawPng } from '../symbols/draw-card.ts';
import { cardCommand } from './card.ts';

const NOW = Date.parse('2026-11-22T11:00:00Z');
let folder: string;
let trust: string;

beforeAll(() => {
  folder = tempDir();
  trust = file('trust.json', JSON.stringify(vectors.trust));
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));
const vectorNamed = (name: string) => {
  const found = vectors.vectors.find((one) => one.name === name);
  if (!found) throw new Error(`no vector ${name}`);
  return found;
};
const cardFile = (name: string) => file(`${name}.card`, bytesOf(vectorNamed(name).card));
const listFile = (shard: keyof typeof vectors.statusLists, name = `${shard}.list`) =>
  file(name, bytesOf(vectors.statusLists[shard]));

async function run(argv: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await cardCommand(argv, {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    json: true,
    now: () => NOW,
  });
  return {
    code,
    stdout,
    stderr,
    body: stdout.startsWith('{') ? (JSON.parse(stdout) as Record<string, unknown>) : {},
  };
}
const verify = (path: string, ...more: string[]) => run(['verify', path, '--trust', trust, ...more]);

describe('card verify', () => {
  it('accepts a good card, says what it says, and that nobody knows whether it was revoked', async () => {
    const { code, body, stderr } = await verify(cardFile('standard'));
    expect(code).toBe(0);
    expect(body).toMatchObject({ valid: true, reason: null, status: 'not-checked', statusList: null });
    expect(body['claims']).toEqual(vectorNamed('standard').expected.claims);
    expect(stderr).toContain('Whether it was revoked is not known: status list 0999000101-0 was not at hand');
    expect(stderr).toContain('Without --root the signature of the trust list itself was not checked');
  });

  it.each([
    ['the text of its code', () => file('t.txt', `${cardText(bytesOf(vectorNamed('standard').card))}\r\n`)],
    ['base64url', () => file('b.txt', vectorNamed('standard').card)],
    [
      'a picture',
      () => file('p.png', drawPng(bytesOf(vectorNamed('standard').card), { kind: 'datamatrix', scale: 3 })),
    ],
  ])('reads a card as %s', async (_what, path) => {
    expect(await verify(path())).toMatchObject({ code: 0, body: { valid: true } });
  });

  it.each([
    'ten-kilobytes',
    'untagged',
    'es384',
    'kid-unknown',
    'flip-s',
    'handle-15-bytes',
    'claims-another-insurer',
    'key-revoked',
    'key-too-old',
    'not-yet-valid',
    'expired',
  ])('refuses %s, and names the reason in a code and a sentence', async (name) => {
    const { reason } = vectorNamed(name).expected;
    const { code, body, stderr } = await verify(cardFile(name));
    expect(code).toBe(1);
    expect(body).toMatchObject({ valid: false, reason, status: 'not-checked' });
    expect(stderr).toMatch(new RegExp(`Not accepted: .+ \\(${reason}\\)\\.`));
  });

  it.each([
    ['empty', ''],
    ['a word', 'hello'],
    ['the beginning of a code alone', 'RMP1'],
    ['a code that is cut', 'RMP1ABC1'],
    ['binary', new Uint8Array(500).fill(0xff)],
  ])('refuses a file that is %s as no card', async (name, content) => {
    expect(await verify(file(`x-${name}`, content))).toMatchObject({
      code: 1,
      body: { reason: 'malformed' },
    });
  });

  it('says of a picture without a card what is in it', async () => {
    const blank = file(
      'cut.png',
      drawPng(bytesOf(vectorNamed('standard').card), { kind: 'qr', scale: 1 }).subarray(0, 60),
    );
    expect(await verify(blank)).toMatchObject({
      code: 1,
      body: { valid: false, reason: 'nothing', claims: null },
    });
  });

  it('judges on the day it is told', async () => {
    const path = cardFile('standard');
    expect((await verify(path, '--at', '2026-10-31')).body).toMatchObject({ reason: 'not-yet-valid' });
    expect((await verify(path, '--at', '2026-11-01')).body).toMatchObject({
      valid: true,
      at: '2026-11-01T11:00:00.000Z',
    });
    expect((await verify(path, '--at', '2027-10-31')).body).toMatchObject({ valid: true });
    expect((await verify(path, '--at', '2027-11-01')).body).toMatchObject({ reason: 'expired' });
    expect((await verify(path, '--at', '2027-10-31T23:59:59+01:00')).body).toMatchObject({ valid: true });
    expect((await verify(path, '--at', '2027-11-01T00:00:00+01:00')).body).toMatchObject({
      reason: 'expired',
    });
  });
});

describe('card verify --status', () => {
  it('says not revoked, and as of when', async () => {
    const { body, stderr } = await verify(cardFile('standard'), '--status', listFile('0999000101-0'));
    expect(body).toMatchObject({
      valid: true,
      status: 'not-revoked',
      statusList: { shard: '0999000101-0', issuedAt: '2026-11-22T01:00:00.000Z', ageDays: 0, fresh: true },
    });
    expect(stderr).toContain('not revoked as of 2026-11-22T01:00:00.000Z');
  });

  it('refuses a revoked card', async () => {
    const { code, body } = await verify(cardFile('revoked'), '--status', listFile('0999000101-0'));
    expect(code).toBe(1);
    expect(body).toMatchObject({ valid: false, reason: 'revoked', status: 'revoked' });
  });

  it('a list of another shard says nothing of the card', async () => {
    const { body, stderr } = await verify(cardFile('revoked'), '--status', listFile('0999000101-1'));
    expect(body).toMatchObject({ valid: true, status: 'not-checked', statusList: null });
    expect(stderr).toContain('status list 0999000101-0 was not at hand');
  });

  it('takes several lists, and folders of them', async () => {
    const lists = join(folder, 'lists');
    mkdirSync(lists, { recursive: true });
    listFile('0999000101-0', 'lists/a');
    listFile('0999000101-1', 'lists/b');
    for (const name of ['revoked', 'revoked-second-shard']) {
      expect((await verify(cardFile(name), '--status', lists)).body).toMatchObject({ reason: 'revoked' });
    }
    const both = ['--status', listFile('0999000101-1'), '--status', listFile('0999000101-0')];
    expect((await verify(cardFile('revoked'), ...both)).body).toMatchObject({ reason: 'revoked' });
  });

  it('does not use a list that was changed, and says so', async () => {
    const changed = bytesOf(vectors.statusLists['0999000101-0']);
    changed[80] = (changed[80] ?? 0) ^ 1;
    const { body, stderr } = await verify(cardFile('revoked'), '--status', file('changed.list', changed));
    expect(body).toMatchObject({ valid: true, status: 'not-checked' });
    expect(stderr).toContain('changed.list is not used: signature');
  });

  it('says how old an old list is, and still believes what it revokes', async () => {
    const later = ['--at', '2026-12-15', '--status', listFile('0999000101-0')];
    const { body, stderr } = await verify(cardFile('standard'), ...later);
    expect(body).toMatchObject({
      valid: true,
      status: 'not-revoked',
      statusList: { ageDays: 23, fresh: false },
    });
    expect(stderr).toContain('That list is 23 days old');
    expect((await verify(cardFile('revoked'), ...later)).body).toMatchObject({ reason: 'revoked' });
  });
});

describe('card verify --root', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = (name: string, text: string, header: object = { alg: 'ES256' }) => {
    const path = file(name, text);
    const first = Buffer.from(JSON.stringify(header)).toString('base64url');
    const input = Buffer.from(`${first}.${Buffer.from(text).toString('base64url')}`);
    const signature = sign('sha256', input, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
    file(`${name}.jws`, `${first}..${signature.toString('base64url')}`);
    return path;
  };
  const rootFile = () => file('root.jwk.json', JSON.stringify(pair.publicKey.export({ format: 'jwk' })));
  const withRoot = (path: string, root = rootFile()) =>
    run(['verify', cardFile('standard'), '--trust', path, '--root', root]);
  const text = JSON.stringify(vectors.trust);

  it('accepts a list that the root signed', async () => {
    const { code, body, stderr } = await withRoot(signed('signed.json', text));
    expect(code).toBe(0);
    expect(body).toMatchObject({ valid: true, trust: { rootChecked: true } });
    expect(stderr).not.toContain('--root');
  });

  it('takes the public half of a private key, and prints nothing of it', async () => {
    const jwk = pair.privateKey.export({ format: 'jwk' });
    const { code, stdout, stderr } = await withRoot(
      signed('signed.json', text),
      file('private.jwk', JSON.stringify(jwk)),
    );
    expect(code).toBe(0);
    for (const part of [jwk.d, jwk.x, jwk.y]) expect(stdout + stderr).not.toContain(part);
  });

  it('refuses a list without a signature', async () => {
    expect(await withRoot(trust)).toMatchObject({
      code: 1,
      body: { valid: false, reason: 'trust-list-unsigned', claims: null },
    });
  });

  it.each([
    [
      'a list changed after it was signed',
      () =>
        file('signed-2.json', readFileSync(signed('signed-2.json', text), 'utf8').replace('2026', '2027')),
    ],
    ['the header of another algorithm', () => signed('signed-3.json', text, { alg: 'none' })],
    ['a critical header', () => signed('signed-4.json', text, { alg: 'ES256', crit: ['b64'], b64: false })],
  ])('refuses %s', async (_what, path) => {
    expect(await withRoot(path())).toMatchObject({ code: 1, body: { reason: 'trust-list-signature' } });
  });

  it('refuses the signature of another root', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const result = await withRoot(signed('signed.json', text), file('other.jwk', JSON.stringify(other)));
    expect(result).toMatchObject({ code: 1, body: { reason: 'trust-list-signature' } });
  });

  it('calls a root file that is none wrong usage, without repeating it', async () => {
    const { code, stdout, stderr } = await withRoot(
      signed('signed.json', text),
      file('no.jwk', '{"d":"SECRET"}'),
    );
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain('SECRET');
  });

  it('a list that cannot be read is named', async () => {
    const path = file('half.json', '{"cards":[{}],"issuedAt":"x"}');
    expect(await run(['verify', cardFile('standard'), '--trust', path])).toMatchObject({
      code: 1,
      body: { reason: 'trust-list-malformed' },
    });
  });
});

describe('wrong usage', () => {
  it.each([
    [[]],
    [['unknown']],
    [['verify']],
    [['verify', 'x']],
    [['verify', 'x', 'y', '--trust', 'z']],
    [['verify', '/nowhere', '--trust', '/nowhere']],
    [['check-vectors', '/nowhere']],
    [['check-vectors', 'x', 'y']],
    [['draw', '/nowhere', '--out', 'x.gif']],
  ])('%j ends with 2 and says how it is done', async (argv) => {
    const { code, stdout, stderr } = await run(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: rempart card');
  });

  it.each(['tomorrow', '2026-02-30', '2026-11-22 11:00', '1900-01-01T00:00:00Z'])(
    '--at %s is neither day nor instant',
    async (at) => {
      expect((await verify(cardFile('standard'), '--at', at)).code).toBe(2);
    },
  );

  it.each([[['--help']], [['verify', '--help']], [['check-vectors', '--help']], [['draw', '--help']]])(
    '%j helps',
    async (argv) => {
      expect(await run(argv)).toMatchObject({ code: 0 });
    },
  );
});

describe('card check-vectors', () => {
  it('our verifier does all of them as expected', async () => {
    const { code, body } = await run(['check-vectors']);
    expect(body).toMatchObject({ ok: true, failed: 0, failures: [] });
    expect(code).toBe(0);
    expect(Number(body['good']) + Number(body['bad'])).toBe(vectors.vectors.length);
  });

  it('a verifier that errs is told where, and why the vector is there', async () => {
    const wrong = structuredClone(vectors);
    const [first] = wrong.vectors;
    if (first) first.expected.valid = false;
    const { code, body, stderr } = await run(['check-vectors', file('wrong.json', JSON.stringify(wrong))]);
    expect(code).toBe(1);
    expect(body).toMatchObject({ ok: false, failed: 1, failures: [{ name: 'standard', why: first?.why }] });
    expect(stderr).toContain('standard: expected refused (null), got valid');
  });

  const results = () =>
    vectors.vectors.map(({ name, expected: { valid, reason } }) => ({ name, valid, reason }));
  const against = (list: unknown) =>
    run(['check-vectors', '--against', file('results.json', JSON.stringify(list))]);

  it('accepts the results of another implementation', async () => {
    expect(await against(results())).toMatchObject({ code: 0, body: { ok: true } });
  });

  it('finds the results that are wrong or missing', async () => {
    const [, ...rest] = results();
    const changed = rest.map((one) => (one.name === 'revoked' ? { ...one, valid: true, reason: null } : one));
    const { code, body, stderr } = await against(changed);
    expect(code).toBe(1);
    expect((body['failures'] as { name: string }[]).map(({ name }) => name)).toEqual(['standard', 'revoked']);
    expect(stderr).toContain('standard: expected valid, got no result');
    expect(stderr).toContain('revoked: expected refused (revoked), got valid');
  });

  it.each([[{}], [null], ['x']])('results that are %j are no results', async (list) => {
    expect((await against(list)).code).toBe(2);
  });
});

describe('card draw', () => {
  it.each([
    ['qr', 'png', 57],
    ['datamatrix', 'png', 64],
    ['qr', 'svg', 57],
  ])('draws a %s as %s', async (kind, ending, modules) => {
    const out = join(folder, `drawn-${kind}.${ending}`);
    const { code, body } = await run([
      'draw',
      cardFile('standard'),
      '--out',
      out,
      '--kind',
      kind,
      '--scale',
      '3',
    ]);
    expect(code).toBe(0);
    expect(body).toEqual({ file: out, kind, modules });
    if (ending === 'png') expect(await verify(out)).toMatchObject({ code: 0 });
    else expect(readFileSync(out, 'utf8')).toMatch(/^<svg /);
  });
});

it('the vectors’ private keys belong to their public keys, and to no others', () => {
  for (const [kid, jwk] of Object.entries(vectors.worthlessPrivateKeys)) {
    const made = createPrivateKey({ key: { ...jwk }, format: 'jwk' }).export({ format: 'jwk' });
    expect(made).toMatchObject({ x: jwk.x, y: jwk.y });
    const thumbprint = createHash('sha256')
      .update(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`)
      .digest();
    expect(thumbprint.subarray(0, 8).toString('base64url')).toBe(kid);
  }
});
