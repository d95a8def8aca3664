// Quarters of card keys: a card issued on the last day of a quarter can live its two years.

import { describe, expect, it } from 'vitest';
import { MOST_CARD_MONTHS, periodProblem } from './card-order.ts';
import { addMonths, quarterAfter, quarterOf } from './card-quarter.ts';
import { addDays, type CareDate } from './period.ts';

const day = (text: string) => text as CareDate;

describe('the quarter of a day', () => {
  it.each([
    ['2026-01-01', '2026-Q1', '2026-01-01', '2028-03-31'],
    ['2026-03-31', '2026-Q1', '2026-01-01', '2028-03-31'],
    ['2026-04-01', '2026-Q2', '2026-04-01', '2028-06-30'],
    ['2026-09-30', '2026-Q3', '2026-07-01', '2028-09-30'],
    ['2026-11-23', '2026-Q4', '2026-10-01', '2028-12-31'],
    ['2026-12-31', '2026-Q4', '2026-10-01', '2028-12-31'],
  ])('%s is %s, whose cards are believed from %s to %s', (at, name, from, to) => {
    expect(quarterOf(day(at))).toEqual({ name, from, to });
  });

  it('is followed by the next, also over the end of a year', () => {
    expect(quarterAfter(day('2026-11-23'))).toEqual(quarterOf(day('2027-01-01')));
    expect(quarterAfter(day('2026-02-01'))).toEqual(quarterOf(day('2026-04-01')));
  });

  it('leaves a card of its last day the longest life a card may have', () => {
    for (const last of ['2026-03-31', '2026-06-30', '2026-09-30', '2026-12-31'].map(day)) {
      const to = addDays(addMonths(last, MOST_CARD_MONTHS), -1);
      expect(to <= quarterOf(last).to).toBe(true);
      expect(periodProblem({ from: last, to }, last)).toBeNull();
    }
  });
});

describe('months later', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2027-12-31', 2, '2028-02-29'],
    ['2026-01-15', 24, '2028-01-15'],
    ['2026-11-30', -9, '2026-02-28'],
  ])('%s and %i months is %s', (from, months, to) => {
    expect(addMonths(day(from), months)).toBe(to);
  });
});
