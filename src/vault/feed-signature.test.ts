// Only what the insurer signed with a pinned key is read, and only as it was signed.

import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { FlattenedSign } from 'jose';
import { describe, expect, it } from 'vitest';
import type { AmcNo } from '../core/ids.ts';
import { checkBlock, checkManifest, type SignedFeed, signManifest } from './feed-signature.ts';

const AMC = '0999000101' as AmcNo;
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const newKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pinned = [key.publicKey, newKey.publicKey];

const block = Buffer.from('{}\n{}\n');
const manifest = (changes: Record<string, unknown> = {}) =>
  JSON.stringify({
    type: 'manifest',
    insurer: AMC,
    kind: 'full',
    seq: 1,
    count: 2,
    sentAt: '2026-11-15T06:00:00Z',
    blocks: [hash('sha256', block)],
    ...changes,
  });
const text = manifest();
const check = (jws: string, signedText = text) => checkManifest(AMC, { text: signedText, jws }, pinned);

/** A detached JWS with any header, signed with the insurer's key. */
function withHeader(header: string | object, payload = text): string {
  const encoded = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header)).toString(
    'base64url',
  );
  const input = `${encoded}.${Buffer.from(payload).toString('base64url')}`;
  const signature = sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${encoded}..${signature.toString('base64url')}`;
}

describe('the signature of a manifest', () => {
  it('is accepted from any pinned key, with or without kid', () => {
    for (const jws of [
      signManifest(text, key.privateKey),
      signManifest(text, newKey.privateKey),
      signManifest(text, key.privateKey, 'feed-2026'),
    ]) {
      expect(check(jws)).toMatchObject({ manifest: { seq: 1, count: 2 } });
    }
  });

  it('is the one that other software makes (RFC 7515 appendix F)', async () => {
    const { protected: header, signature } = await new FlattenedSign(Buffer.from(text))
      .setProtectedHeader({ alg: 'ES256', kid: 'x' })
      .sign(key.privateKey);
    expect(check(`${header}..${signature}`)).toMatchObject({ manifest: { seq: 1 } });
  });

  const good = signManifest(text, key.privateKey);
  const [header, , signature = ''] = good.split('.');
  const cases: [string, string][] = [
    ['by a stranger', signManifest(text, stranger.privateKey)],
    ['of another text', signManifest(manifest({ seq: 2 }), key.privateKey)],
    ['attached instead of detached', `${header}.${Buffer.from(text).toString('base64url')}.${signature}`],
    ['without signature', `${header}..`],
    ['with one bit changed', `${header}..${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`],
    ['with alg none', withHeader({ alg: 'none' })],
    ['with another algorithm', withHeader({ alg: 'HS256' })],
    ['with an unencoded payload', withHeader({ alg: 'ES256', b64: false })],
    ['with a critical extension', withHeader({ alg: 'ES256', crit: ['exp'], exp: 1 })],
    ['with a header that is no JSON', withHeader('ES256')],
    ['with a header that is null', withHeader('null')],
    ['that is empty', ''],
    ['that is long', `${'A'.repeat(100_000)}..${signature}`],
  ];
  it.each(cases)('is refused %s', (_what, jws) => {
    expect(check(jws)).toBe('signature');
  });

  it('covers every byte: a space more is another manifest', () => {
    expect(check(good, `${text} `)).toBe('signature');
    expect(check(good, text.replace('full', 'delt'))).toBe('signature');
  });

  it('nothing is accepted without a pinned key', () => {
    expect(checkManifest(AMC, { text, jws: good }, [])).toBe('signature');
  });
});

describe('a signed manifest', () => {
  it.each([
    ['of another insurer', manifest({ insurer: '0999000102' })],
    ['with an unknown property', manifest({ more: 1 })],
    ['that is no JSON', 'manifest'],
    ['that is no object', '[]'],
    ['that is too long', manifest({ blocks: ['x'.repeat(8 * 1024 * 1024)] })],
  ])('%s is refused', (_what, bad) => {
    expect(check(signManifest(bad, key.privateKey), bad)).toBe('manifest');
  });

  it('is named by its signature, never by a digest that could be tested against guessed lines', () => {
    const [first, second] = [0, 0].map(() => check(signManifest(text, key.privateKey)) as SignedFeed);
    expect(first?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(first?.digest).not.toBe(second?.digest);
    expect(first?.digest).not.toBe(hash('sha256', text));
  });
});

describe('a block', () => {
  const feed = check(signManifest(text, key.privateKey)) as SignedFeed;
  it('has the hash that the manifest announces for its place', () => {
    expect(checkBlock(feed, 0, block)).toBe(true);
    expect(checkBlock(feed, 1, block)).toBe(false);
    expect(checkBlock(feed, -1, block)).toBe(false);
    expect(checkBlock(feed, 0, block.subarray(0, -1))).toBe(false);
    expect(checkBlock(feed, 0, Buffer.alloc(0))).toBe(false);
  });
});
