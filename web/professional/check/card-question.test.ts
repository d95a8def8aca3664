// What is sent about a card, and how its dates are shown: days of Paris, incomplete birth dates as printed.

import { describe, expect, it } from 'vitest';
import type { CardClaims } from '../../../src/core/card-claims.ts';
import { cardText } from '../../../src/core/card-text.ts';
import type { CareDomain } from '../../../src/core/care-domains.ts';
import { birthDateShown, cardDays, cardRequestOf, firstDomain } from './card-question.ts';
import { cardIn } from './found-card.ts';

const claims = {
  insurer: '0999000101',
  convType: 'RP',
  csr: null,
  cover: [
    { domain: 'FOUR', rule: 'R1' },
    { domain: 'OPTI', rule: 'R1' },
  ],
  // 2026-01-01 00:00 and 2027-01-01 00:00 in Paris
  notBefore: Date.parse('2025-12-31T23:00:00Z') / 1000,
  expires: Date.parse('2026-12-31T23:00:00Z') / 1000,
} as unknown as CardClaims;

describe('a question about a card', () => {
  it('takes the numbers from the card, and leaves out a CSR it does not have', () => {
    const card = Uint8Array.from([1, 2, 255]);
    expect(cardRequestOf({ card, claims }, { domain: 'PHAR', careDate: '2026-11-23' }, 'id')).toEqual({
      requestId: 'id',
      amcNo: '0999000101',
      convType: 'RP',
      careDate: '2026-11-23',
      domain: 'PHAR',
      evidence: { kind: 'card', data: 'AQL_' },
    });
  });

  it.each<[string, CareDomain[], CareDomain, CareDomain]>([
    ['the one of before, when the card has it', ['PHAR', 'FOUR'], 'FOUR', 'FOUR'],
    ['otherwise the card’s first of this profession', ['PHAR', 'FOUR'], 'PHAR', 'FOUR'],
    ['otherwise the one of before', ['PHAR'], 'PHAR', 'PHAR'],
  ])('begins with a domain: %s', (_what, domains, before, first) => {
    expect(firstDomain(claims, domains, before)).toBe(first);
  });

  it('shows the last day on which the card is good, not the moment after it', () => {
    expect(cardDays(claims)).toEqual({ from: '2026-01-01', to: '2026-12-31' });
  });

  it('shows incomplete birth dates as they are printed', () => {
    expect(birthDateShown('19790000')).toBe('00/00/1979');
  });
});

describe('what was scanned', () => {
  const [one, other] = [cardText(Uint8Array.from([1])), cardText(Uint8Array.from([2]))];
  it.each([
    ['a card beside a code of another kind', [one, 'DC02FR'], { ok: true, card: Uint8Array.from([1]) }],
    ['two cards', [one, other], { ok: false, reason: 'several-cards' }],
    ['another code', ['DC02FR'], { ok: false, reason: 'other-code' }],
    ['a damaged card', ['RMP1A?'], { ok: false, reason: 'malformed' }],
    ['ten kilobytes', [`RMP1${'A'.repeat(10_000)}`], { ok: false, reason: 'too-long' }],
    ['nothing', [], { ok: false, reason: 'nothing' }],
  ])('%s', (_what, texts, found) => {
    expect(cardIn(texts)).toEqual(found);
  });
});
