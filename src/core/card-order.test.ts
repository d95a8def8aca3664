// Orders for cards: the claims that come of them, and what a card may not say.

import { describe, expect, it } from 'vitest';
import { type CardOrder, cardClaims, periodProblem } from './card-order.ts';
import type { AmcNo, CardHandle } from './ids.ts';
import type { CareDate } from './period.ts';

const TODAY = '2026-11-23' as CareDate;
const CARD = {
  insurer: '0999000101' as AmcNo,
  handle: 'AAAAAAAAAAAAAAAAAAAAAA' as CardHandle,
  statusIndex: 7,
};
const order = (changed: Record<string, unknown> = {}): CardOrder =>
  ({
    birthDate: '19790614',
    birthRank: 1,
    convType: 'RP',
    csr: null,
    domains: [
      { domain: 'PHAR', rule: 'R1' },
      { domain: 'OPTI', rule: 'R9' },
    ],
    from: '2026-01-01',
    to: '2027-12-31',
    ...changed,
  }) as unknown as CardOrder;

describe('an order', () => {
  it('becomes the claims of a card, from midnight to midnight in Paris', () => {
    expect(cardClaims(order(), CARD)).toEqual({
      ...CARD,
      convType: 'RP',
      csr: null,
      birthDate: '19790614',
      birthRank: 1,
      cover: [
        { domain: 'PHAR', rule: 'R1' },
        { domain: 'OPTI', rule: 'R9' },
      ],
      notBefore: Date.parse('2025-12-31T23:00:00Z') / 1000,
      expires: Date.parse('2027-12-31T23:00:00Z') / 1000,
    });
  });

  it.each([
    ['no domain', { domains: [] }],
    [
      'a domain named twice',
      {
        domains: [
          { domain: 'PHAR', rule: 'R1' },
          { domain: 'PHAR', rule: 'R2' },
        ],
      },
    ],
    ['a rule that is somebody’s number', { domains: [{ domain: 'PHAR', rule: 'R279067599421750' }] }],
    ['a rule of another form', { domains: [{ domain: 'PHAR', rule: 'a rule' }] }],
    ['a domain nobody knows', { domains: [{ domain: 'XXXX', rule: 'R1' }] }],
    ['a birth date that is no number of eight digits', { birthDate: '1979061' }],
    ['a rank of 0', { birthRank: 0 }],
    ['a CSR pattern', { csr: '75???????' }],
    ['a convention type of three letters', { convType: 'RPX' }],
  ])('with %s becomes none', (_, changed) => {
    expect(cardClaims(order(changed), CARD)).toBeNull();
  });
});

describe('the days of a card', () => {
  it.each([
    ['are two years at most', '2026-01-01', '2027-12-31', null],
    ['are not a day longer', '2026-01-01', '2028-01-01', 'longer than two years'],
    ['may lie ahead', '2027-01-01', '2027-12-31', null],
    ['end today at the earliest', '2026-01-01', '2026-11-23', null],
    ['are not over', '2026-01-01', '2026-11-22', 'over already'],
    ['do not run backwards', '2027-12-31', '2027-01-01', 'not a period'],
    ['are days of the calendar', '2026-02-30', '2027-01-01', 'not a period'],
  ])('%s: %s to %s', (_, from, to, problem) => {
    expect(periodProblem({ from: from as CareDate, to: to as CareDate }, TODAY)).toBe(problem);
  });
});
