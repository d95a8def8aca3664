// trust.json: one key that cannot be read spoils the list, and a list with a private key is none.

import { describe, expect, it } from 'vitest';
import vectors from '../../test/vectors/cards.json' with { type: 'json' };
import { parseTrustList } from './trust-list.ts';

const [first, ...others] = vectors.trust.cards;
const listWith = (changes: object) => ({ ...vectors.trust, cards: [{ ...first, ...changes }, ...others] });

it('the vectors’ list is read, key by key', () => {
  const list = parseTrustList(vectors.trust);
  expect(list?.cards.size).toBe(vectors.trust.cards.length);
  expect(list?.issuedAt).toBe(vectors.trust.issuedAt);
  expect(list?.cards.get(first?.kid ?? '')).toEqual({ ...first, revokedOn: null });
});

it('a list without keys is a list', () => {
  expect(parseTrustList({ cards: [], issuedAt: '2026-11-21T08:00:00Z' })?.cards.size).toBe(0);
});

describe('no list', () => {
  it.each([
    null,
    1,
    'x',
    [],
    {},
    { cards: [] },
    { issuedAt: 'x' },
    { cards: {}, issuedAt: 'x' },
    { cards: [null], issuedAt: 'x' },
  ])('%j', (value) => {
    expect(parseTrustList(value)).toBeNull();
  });

  it.each([
    ['a kid that is no base64url', { kid: 'a b' }],
    ['an empty kid', { kid: '' }],
    ['a kid twice', { kid: others[0]?.kid }],
    ['no insurer', { insurer: undefined }],
    ['an insurer with letters', { insurer: '099900010A' }],
    ['a first day that is none', { from: '2026-02-30' }],
    ['a last day that is none', { to: '2026-13-01' }],
    ['no last day', { to: null }],
    ['a day of revocation that is none', { revokedOn: 'soon' }],
    ['another curve', { jwk: { ...first?.jwk, crv: 'P-384' } }],
    ['another kind of key', { jwk: { ...first?.jwk, kty: 'OKP' } }],
    ['a coordinate too short', { jwk: { ...first?.jwk, x: 'AAAA' } }],
    ['a private half', { jwk: { ...first?.jwk, d: 'A'.repeat(43) } }],
    ['no key', { jwk: null }],
  ])('with %s', (_what, changes) => {
    expect(parseTrustList(listWith(changes))).toBeNull();
  });
});
