// The order in which a card is judged, without any signature: `openCard`, then the verdict on what it says.

import { describe, expect, it } from 'vitest';
import vectors from '../../test/vectors/cards.json' with { type: 'json' };
import { judgeCard, MOST_CARD_BYTES, type OpenedCard, openCard } from './card.ts';
import { decodeClaims } from './card-claims.ts';
import type { CareDate } from './period.ts';
import { SHARD_BYTES, setRevoked } from './status-list.ts';
import { type CardKey, parseTrustList, type TrustList } from './trust-list.ts';

const TRUST = parseTrustList(vectors.trust) as TrustList;
const STANDARD = new Uint8Array(Buffer.from(vectors.vectors[0]?.card ?? '', 'base64url'));
const OPENED = openCard(STANDARD, TRUST) as OpenedCard;
const CLAIMS = decodeClaims(OPENED.payload);
const MOMENT = { at: 1_795_345_200, day: '2026-11-22' as CareDate };
const NONE = () => null;

describe('opening', () => {
  it('takes a card apart and finds its key', () => {
    expect(OPENED.key.insurer).toBe('0999000101');
    expect(OPENED.signature.length).toBe(64);
  });

  it('looks at no more bytes than a card may have', () => {
    expect(openCard(new Uint8Array(MOST_CARD_BYTES), TRUST)).toBe('malformed');
    expect(openCard(new Uint8Array(MOST_CARD_BYTES + 1), TRUST)).toBe('too-long');
  });

  it('knows no key when the trust list is empty', () => {
    expect(openCard(STANDARD, { cards: new Map() })).toBe('key-unknown');
  });
});

const everything = (changes: Partial<CardKey>): OpenedCard => ({
  ...OPENED,
  key: { ...OPENED.key, ...changes },
});
const revokedList = () => {
  const bits = new Uint8Array(SHARD_BYTES);
  setRevoked(bits, CLAIMS?.statusIndex ?? 0);
  return { bits };
};
const early = { at: 1, day: '2026-11-22' as CareDate };
const late = { at: 2_000_000_000, day: '2026-11-22' as CareDate };

describe('the first thing found wrong is the reason', () => {
  const other = { insurer: '0999000102' as CardKey['insurer'] };
  const revokedKey = { revokedOn: '2026-11-22' as CareDate };
  const oldKey = { to: '2026-11-21' as CareDate };
  it.each([
    ['signature', everything({ ...other, ...revokedKey, ...oldKey }), false, late],
    ['insurer', everything({ ...other, ...revokedKey, ...oldKey }), true, late],
    ['key-revoked', everything({ ...revokedKey, ...oldKey }), true, late],
    ['key-period', everything(oldKey), true, late],
    ['not-yet-valid', OPENED, true, early],
    ['expired', OPENED, true, late],
    ['revoked', OPENED, true, MOMENT],
  ] as const)('%s', (reason, card, holds, moment) => {
    const verdict = judgeCard(card, holds, moment, revokedList);
    expect(verdict).toEqual({ valid: false, reason, claims: reason === 'signature' ? null : CLAIMS });
  });

  it('claims that cannot be read come before everything but the signature', () => {
    const unreadable = { ...everything(other), payload: Uint8Array.of(0xa0) };
    expect(judgeCard(unreadable, true, late, NONE)).toEqual({ valid: false, reason: 'claims', claims: null });
  });
});

describe('the status list', () => {
  it('is asked for by the shard of the card, once everything else is good', () => {
    const asked: string[] = [];
    const ask = (shard: string) => {
      asked.push(shard);
      return { bits: new Uint8Array(SHARD_BYTES) };
    };
    expect(judgeCard(OPENED, true, MOMENT, ask)).toEqual({
      valid: true,
      claims: CLAIMS,
      status: 'not-revoked',
    });
    judgeCard(OPENED, true, late, ask);
    expect(asked).toEqual(['0999000101-0']);
  });

  it('that is not at hand leaves open whether the card was revoked', () => {
    expect(judgeCard(OPENED, true, MOMENT, NONE)).toEqual({ valid: true, claims: CLAIMS, status: null });
  });
});
