// Which days a yearly or two-yearly amount is counted in.

import { describe, expect, it } from 'vitest';
import { type CounterState, giveBack, prune, take, windowFor } from './counters.ts';
import type { Every } from './formulas.ts';
import type { CareDate } from './period.ts';

const day = (text: string) => text as CareDate;
const window = (from: string, to: string, used = 1) => ({ from: day(from), to: day(to), used });

describe('the window of a care date', () => {
  it.each<[string, Every, CounterState, string, string, string, number]>([
    ['a year is the civil year of care', 'YEAR', [], '2026-12-31', '2026-01-01', '2026-12-31', 0],
    [
      'and remembers',
      'YEAR',
      [window('2026-01-01', '2026-12-31', 7)],
      '2026-01-01',
      '2026-01-01',
      '2026-12-31',
      7,
    ],
    [
      'the next year is fresh',
      'YEAR',
      [window('2026-01-01', '2026-12-31', 7)],
      '2027-01-01',
      '2027-01-01',
      '2027-12-31',
      0,
    ],
    ['two years begin with the first care', 'TWO_YEARS', [], '2026-03-15', '2026-03-15', '2028-03-14', 0],
    ['from a leap day until 28 February', 'TWO_YEARS', [], '2024-02-29', '2024-02-29', '2026-02-28', 0],
    ['into a leap year', 'TWO_YEARS', [], '2026-03-01', '2026-03-01', '2028-02-29', 0],
    [
      'the last day still counts',
      'TWO_YEARS',
      [window('2026-03-15', '2028-03-14', 7)],
      '2028-03-14',
      '2026-03-15',
      '2028-03-14',
      7,
    ],
    [
      'the day after begins anew',
      'TWO_YEARS',
      [window('2026-03-15', '2028-03-14', 7)],
      '2028-03-15',
      '2028-03-15',
      '2030-03-14',
      0,
    ],
    [
      'care before, less than two years',
      'TWO_YEARS',
      [window('2026-03-15', '2028-03-14', 7)],
      '2024-03-16',
      '2026-03-15',
      '2028-03-14',
      7,
    ],
    [
      'care before, two years and more',
      'TWO_YEARS',
      [window('2026-03-15', '2028-03-14', 7)],
      '2024-03-15',
      '2024-03-15',
      '2026-03-14',
      0,
    ],
    ['at the end of time', 'TWO_YEARS', [], '9999-01-01', '9999-01-01', '9999-12-31', 0],
  ])('%s', (_what, every, state, careDate, from, to, used) => {
    expect(windowFor(state, every, day(careDate))).toEqual(window(from, to, used));
  });
});

describe('taking and giving back', () => {
  const year = { from: day('2026-01-01'), to: day('2026-12-31') };

  it('leaves no trace', () => {
    const before = [window('2025-01-01', '2025-12-31', 5)];
    const after = take(before, { ...year, cents: 3 });
    expect(after).toEqual([...before, { ...year, used: 3 }]);
    expect(giveBack(after, { ...year, cents: 3 })).toEqual(before);
  });

  it('keeps windows in the order of their days', () => {
    const state = take([window('2027-01-01', '2027-12-31')], { ...year, cents: 3 });
    expect(state.map(({ from }) => from)).toEqual(['2026-01-01', '2027-01-01']);
  });

  it('never gives back more than was taken', () => {
    expect(() => giveBack([{ ...year, used: 2 }], { ...year, cents: 3 })).toThrow('more is given back');
  });

  it('lets what was pruned meanwhile stay away', () => {
    const state = [window('2024-01-01', '2024-12-31'), window('2026-01-01', '2026-12-31')];
    expect(prune(state, day('2024-12-31'))).toEqual(state);
    const pruned = prune(state, day('2025-01-01'));
    expect(pruned).toEqual(state.slice(1));
    expect(giveBack(pruned, { from: day('2024-01-01'), to: day('2024-12-31'), cents: 1 })).toEqual(pruned);
  });
});
