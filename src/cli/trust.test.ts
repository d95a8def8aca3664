// The trust root's signature as its holders make it: only over a list that verifiers accept, never backwards in time.

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { openTrustList, trustRootKey } from '../crypto/trust-file.ts';
import type { CliIo } from './io.ts';
import { trustCommand } from './trust.ts';

const root = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const point = () => {
  const { kty, crv, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  });
  return { kty, crv, x, y };
};
const key = (kid: string, more: Record<string, unknown> = {}) => ({
  kid,
  insurer: '0999000101',
  jwk: point(),
  from: '2026-10-01',
  to: '2028-12-31',
  ...more,
});

async function sign(list: unknown, more: string[] = []) {
  const folder = tempDir();
  const [path, rootPath] = [join(folder, 'trust.json'), join(folder, 'root.json')];
  writeFileSync(path, JSON.stringify(list));
  writeFileSync(rootPath, JSON.stringify(root));
  let out = '';
  const io: CliIo = {
    stdout: (text) => {
      out += text;
    },
    stderr: () => undefined,
    json: true,
    now: () => Date.parse('2026-11-23T12:00:00Z'),
  };
  const code = await trustCommand(['sign', path, '--root', rootPath, ...more], io);
  const read = (name: string) => {
    try {
      return readFileSync(name);
    } catch {
      return null;
    }
  };
  return {
    code,
    out: out ? JSON.parse(out) : null,
    text: readFileSync(path),
    jws: read(`${path}.jws`)?.toString(),
    path,
  };
}

it('signs a list so that a verifier with the root accepts it, and says what is new and what is revoked', async () => {
  const cards = [key('one'), key('two', { revokedOn: '2026-11-20' })];
  const { code, out, text, jws } = await sign({ cards, issuedAt: '2026-11-23T00:00:00Z' });
  expect([code, out]).toMatchObject([
    0,
    { signed: true, keys: 2, revoked: [{ kid: 'two', revokedOn: '2026-11-20' }] },
  ]);
  expect(openTrustList(text, jws ?? '', trustRootKey(root))?.cards.get('two')?.revokedOn).toBe('2026-11-20');
});

it('shows a key that was left out, because its cards would be worth nothing', async () => {
  const older = await sign({ cards: [key('one'), key('two')], issuedAt: '2026-11-22T00:00:00Z' });
  const { out } = await sign({ cards: [key('one')], issuedAt: '2026-11-23T00:00:00Z' }, [
    '--before',
    older.path,
  ]);
  expect(out.leftOut).toEqual(['two']);
});

it('does not sign a list that is not later than the one in force', async () => {
  const older = await sign({ cards: [key('one')], issuedAt: '2026-11-23T00:00:00Z' });
  const again = await sign({ cards: [key('one')], issuedAt: '2026-11-23T00:00:00Z' }, [
    '--before',
    older.path,
  ]);
  expect([again.code, again.jws]).toEqual([1, undefined]);
});

it.each([
  [
    'a private key in it',
    { cards: [{ ...key('one'), jwk: { ...point(), d: 'AAAA' } }], issuedAt: '2026-11-23T00:00:00Z' },
  ],
  ['the same key twice', { cards: [key('one'), key('one')], issuedAt: '2026-11-23T00:00:00Z' }],
  ['no issuedAt', { cards: [] }],
  ['an issuedAt in another zone', { cards: [], issuedAt: '2026-11-23T09:00:00+05:00' }],
  ['an issuedAt in words', { cards: [], issuedAt: 'Nov 23 2026' }],
  ['an issuedAt in the future', { cards: [], issuedAt: '2026-11-23T12:06:00Z' }],
  ['an issuedAt that is no time', { cards: [], issuedAt: 'today' }],
])('does not sign a list with %s', async (_what, list) => {
  const { code, jws } = await sign(list);
  expect([code, jws]).toEqual([1, undefined]);
});
