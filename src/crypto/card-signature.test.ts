// Cards and status lists verified in Node: every flipped bit, keys of other kinds, lists that are too long or not whole.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import vectors from '../../test/vectors/cards.json' with { type: 'json' };
import { CARD_PROBLEMS } from '../core/card.ts';
import { type CardClaims, decodeClaims } from '../core/card-claims.ts';
import { readSign1 } from '../core/cose.ts';
import type { CareDate } from '../core/period.ts';
import { SHARD_BITS, SHARD_BYTES, setRevoked } from '../core/status-list.ts';
import { type CardKey, parseTrustList, type TrustList } from '../core/trust-list.ts';
import { signCard, signStatusList, verifyCard, verifyStatusList } from './card-signature.ts';

const MOMENT = { at: 1_795_345_200, day: '2026-11-22' as CareDate };
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));
const STANDARD = bytesOf(vectors.vectors[0]?.card ?? '');
const TRUST = parseTrustList(vectors.trust) as TrustList;
const [CURRENT] = [...TRUST.cards.values()] as [CardKey];
const keyOf = (kid: string) => {
  const jwk = (vectors.worthlessPrivateKeys as Record<string, object>)[kid];
  return { kid: bytesOf(kid), privateKey: createPrivateKey({ key: { ...jwk }, format: 'jwk' }) };
};

function standardClaims(): CardClaims {
  const message = readSign1(STANDARD);
  const claims = typeof message === 'string' ? null : decodeClaims(message.payload);
  if (!claims) throw new Error('the standard card cannot be read');
  return claims;
}

describe('a good card', () => {
  it('is good', () => {
    expect(verifyCard(STANDARD, TRUST, MOMENT)).toMatchObject({ valid: true, status: null });
  });

  it('with any one of its 1,512 bits flipped is refused, for a reason that is known', () => {
    const reasons = new Map<string, number>();
    for (let at = 0; at < STANDARD.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = STANDARD.slice();
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        const verdict = verifyCard(changed, TRUST, MOMENT);
        const reason = verdict.valid ? `accepted: byte ${at} bit ${bit}` : verdict.reason;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
    expect([...reasons.values()].reduce((a, b) => a + b, 0)).toBe(189 * 8);
    expect([...reasons.keys()].filter((reason) => !CARD_PROBLEMS.includes(reason as never))).toEqual([]);
    // What is signed and cannot be read is still refused for its signature: nobody learns which bit it was.
    expect([...reasons.keys()].sort()).toEqual(['algorithm', 'key-unknown', 'malformed', 'signature']);
  });

  it('cut at any place is malformed', () => {
    for (let length = 0; length < STANDARD.length; length += 1) {
      expect(verifyCard(STANDARD.subarray(0, length), TRUST, MOMENT)).toMatchObject({ reason: 'malformed' });
    }
  });

  it('says nothing of its holder when it is refused for its signature or before', () => {
    for (const { card, expected } of vectors.vectors) {
      if (!['too-long', 'malformed', 'algorithm', 'key-unknown', 'signature'].includes(expected.reason ?? ''))
        continue;
      expect(verifyCard(bytesOf(card), TRUST, MOMENT)).toMatchObject({ valid: false, claims: null });
    }
  });

  it('signed twice differs in its bytes, and says the same', () => {
    const key = keyOf(CURRENT.kid);
    const [one, other] = [signCard(standardClaims(), key), signCard(standardClaims(), key)];
    expect(Buffer.from(one).equals(other)).toBe(false);
    expect(verifyCard(one, TRUST, MOMENT)).toEqual(verifyCard(other, TRUST, MOMENT));
  });
});

it('a key that is no point of the curve holds for no signature, and stops nobody', () => {
  const broken = { ...CURRENT, jwk: { ...CURRENT.jwk, x: 'A'.repeat(43), y: 'A'.repeat(43) } };
  const trust = { cards: new Map([[CURRENT.kid, broken]]) };
  expect(verifyCard(STANDARD, trust, MOMENT)).toMatchObject({ valid: false, reason: 'signature' });
});

describe('a status list', () => {
  const claims = { shard: '0999000101-0', issuedAt: MOMENT.at - 3_600, expires: MOMENT.at + 86_400 };
  const empty = new Uint8Array(SHARD_BYTES);
  const token = (changes: object = {}, key = keyOf(CURRENT.kid)) =>
    signStatusList({ ...claims, deflated: deflateSync(empty), ...changes }, key);

  it('holds its bits', () => {
    const bits = empty.slice();
    setRevoked(bits, SHARD_BITS - 1);
    const list = verifyStatusList(token({ deflated: deflateSync(bits) }), TRUST, MOMENT.day);
    expect(list).toEqual({ ...claims, bits: Buffer.from(bits) });
  });

  it('that cannot be compressed is read too', () => {
    const bits = Uint8Array.from({ length: SHARD_BYTES }, (_, i) => (i * 2_654_435_761) >>> 11);
    const list = verifyStatusList(token({ deflated: deflateSync(bits, { level: 0 }) }), TRUST, MOMENT.day);
    expect(typeof list).toBe('object');
  });

  it.each([
    ['a bit too short', deflateSync(new Uint8Array(SHARD_BYTES - 1))],
    ['a byte too long', deflateSync(new Uint8Array(SHARD_BYTES + 1))],
    ['a gigabyte in a few kilobytes', deflateSync(Buffer.alloc(64 * 1024 * 1024))],
    ['no zlib', Buffer.from('no zlib')],
    ['empty', Buffer.alloc(0)],
  ])('%s is malformed', (_what, deflated) => {
    expect(verifyStatusList(token({ deflated }), TRUST, MOMENT.day)).toBe('malformed');
  });

  it('longer than any shard is not even parsed', () => {
    const long = token({ deflated: Buffer.alloc(SHARD_BYTES + 5_000) });
    expect(verifyStatusList(long, TRUST, MOMENT.day)).toBe('malformed');
  });

  it('of another insurer’s shard is refused', () => {
    expect(verifyStatusList(token({ shard: '0999000102-0' }), TRUST, MOMENT.day)).toBe('insurer');
  });

  it('changed in one bit is refused', () => {
    const changed = token();
    changed[60] = (changed[60] ?? 0) ^ 1;
    expect(verifyStatusList(changed, TRUST, MOMENT.day)).toBe('signature');
  });

  it('of a key that is unknown, revoked or out of its period is refused', () => {
    const keys = [...TRUST.cards.values()];
    const revoked = keys.find(({ revokedOn }) => revokedOn !== null) as CardKey;
    const old = keys.find(({ to }) => to < MOMENT.day) as CardKey;
    const stranger: ReturnType<typeof keyOf> = {
      kid: Uint8Array.of(1),
      privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    };
    expect(verifyStatusList(token({}, stranger), TRUST, MOMENT.day)).toBe('key-unknown');
    expect(verifyStatusList(token({}, keyOf(old.kid)), TRUST, MOMENT.day)).toBe('key-period');
    const shard = `${revoked.insurer}-0`;
    expect(verifyStatusList(token({ shard }, keyOf(revoked.kid)), TRUST, MOMENT.day)).toBe('key-revoked');
  });

  it('is no card, and a card is no status list', () => {
    expect(verifyCard(token(), TRUST, MOMENT)).toMatchObject({ reason: 'malformed' });
    expect(verifyStatusList(STANDARD, TRUST, MOMENT.day)).toBe('malformed');
  });

  it('of another key of the same insurer under its kid is refused', () => {
    const [, previous] = [...TRUST.cards.values()] as [CardKey, CardKey];
    const forged = token({}, { ...keyOf(previous.kid), kid: bytesOf(CURRENT.kid) });
    expect(verifyStatusList(forged, TRUST, MOMENT.day)).toBe('signature');
  });
});
