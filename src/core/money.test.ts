// Cents, rates, and how both are written.

import { describe, expect, it } from 'vitest';
import { euros, isCents, isPercent, MOST_CENTS, percentText, shareOf } from './money.ts';

describe('shareOf', () => {
  it.each([
    [2650, 70, 1855],
    [3150, 70, 2205],
    // 994.8: up; 17.5 and 0.5: halves, up
    [1658, 60, 995],
    [25, 70, 18],
    [1, 50, 1],
    [5, 60, 3],
    [1, 49.99, 0],
    // as a float 1.15 times 100 is 114.99999999999999
    [1000, 1.15, 12],
    [10_000, 92.5, 9250],
    [0, 100, 0],
    [MOST_CENTS, 5000, 4_999_999_950],
  ])('of %i at %d percent is %i', (cents, percent, share) => {
    expect(shareOf(cents, percent)).toBe(share);
  });
});

describe('what is an amount, what a rate', () => {
  it.each([0, 1, MOST_CENTS])('%d is an amount', (value) => expect(isCents(value)).toBe(true));
  it.each([-1, 0.5, MOST_CENTS + 1, Number.NaN, Number.POSITIVE_INFINITY, '100', null, 10n])(
    '%s is none',
    (value) => expect(isCents(value)).toBe(false),
  );
  it.each([0, 70, 92.5, 1.15, 99.99, 100])('%d is a rate', (value) =>
    expect(isPercent(value, 100)).toBe(true),
  );
  it.each([-1, 100.01, 66.667, 1e-3, Number.NaN, '70', null])('%s is none', (value) =>
    expect(isPercent(value, 100)).toBe(false),
  );
});

describe('amounts in words', () => {
  it.each([
    [2650, '26,50\u00a0€', '€26.50'],
    [5, '0,05\u00a0€', '€0.05'],
    [123_450, '1\u202f234,50\u00a0€', '€1,234.50'],
    [MOST_CENTS, '999\u202f999,99\u00a0€', '€999,999.99'],
  ])('%i', (cents, fr, en) => {
    expect([euros(cents, 'fr'), euros(cents, 'en')]).toEqual([fr, en]);
  });

  it('rates have a comma in French', () => {
    expect([percentText(92.5, 'fr'), percentText(92.5, 'en')]).toEqual(['92,5\u00a0%', '92.5%']);
  });
});
