// Amounts as they are typed at a counter.

import { describe, expect, it } from 'vitest';
import { centsOf, percentOf, typedCents, typedPercent } from './amount-text.ts';

describe('an amount', () => {
  it.each([
    ['12,50', 1_250],
    ['12.5', 1_250],
    ['12', 1_200],
    ['0,05', 5],
    ['1 234,5 €', 123_450],
    ['0', 0],
  ])('%s is %d cents', (typed, cents) => {
    expect(centsOf(typed)).toBe(cents);
  });

  it.each(['', '-1', '1,234', '1.234,50', '12,5,0', 'douze', '1e3', '999999999'])(
    '"%s" is not guessed at',
    (typed) => {
      expect(centsOf(typed)).toBeNull();
    },
  );

  it('is written as it is typed', () => {
    expect([5, 1_200, 123_450].map(typedCents)).toEqual(['0,05', '12,00', '1234,50']);
    expect([0, 5, 1_250, 999_999].every((cents) => centsOf(typedCents(cents)) === cents)).toBe(true);
  });
});

describe('a rate', () => {
  it('has two decimals and ends at 100', () => {
    expect(['65', '92,5 %', '100', '100,01', '1000', 'x'].map(percentOf)).toEqual([
      65,
      92.5,
      100,
      null,
      null,
      null,
    ]);
    expect(typedPercent(92.5)).toBe('92,5');
  });
});
