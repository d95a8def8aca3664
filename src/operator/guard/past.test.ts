// The own past: a month late, so that nobody teaches it what they are doing now.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, type CareDate } from '../../core/period.ts';
import { limitsOf, MOST_TIMES_USUAL } from './budgets.ts';
import { type CountedDay, highestUsualDay, pastOn, usualDayOf } from './past.ts';

const TODAY = '2026-11-30' as CareDate;
const { usual } = limitsOf('pharmacist');
const daysAgo = (ago: number, strangers: number): CountedDay => ({
  day: addDays(TODAY, -ago),
  strangers,
  regulars: 0,
});
const usualOn = (today: string, counted: readonly CountedDay[]) => {
  const { from, to } = pastOn(today);
  const own = counted.filter(({ day }) => from <= day && day <= to);
  const strangers = own.reduce((sum, day) => sum + day.strangers, 0);
  return usualDayOf({ days: own.length, strangers, regulars: 0 }, usual).strangers;
};

describe('the usual day of an account', () => {
  it('is the mean of the eight weeks that ended a month ago', () => {
    expect(pastOn(TODAY)).toEqual({ from: '2026-09-05', to: '2026-10-30' });
    expect(
      usualOn(
        TODAY,
        Array.from({ length: 56 }, (_, i) => daysAgo(31 + i, 12)),
      ),
    ).toBe(12);
  });

  it('learns nothing from a month of a thief', () => {
    const month = Array.from({ length: 31 }, (_, i) => daysAgo(i, 50));
    expect(usualOn(TODAY, month)).toBe(usual.strangers);
  });

  it('is the profession’s where nothing was counted: one wild day of a new account is one of fifty-six', () => {
    const wild = usualOn(TODAY, [daysAgo(40, 500)]);
    expect(wild).toBe((500 + 55 * usual.strangers) / 56);
    expect(wild).toBeLessThan(MOST_TIMES_USUAL * usual.strangers);
  });

  it('is on no day of the coming month above what is said now', () => {
    const counts = fc.array(fc.nat(200), { minLength: 87, maxLength: 87 });
    fc.assert(
      fc.property(counts, fc.nat(30), (strangers, ahead) => {
        const counted = strangers.map((one, ago) => daysAgo(ago, one));
        const highest = highestUsualDay(counted, { today: TODAY, usual });
        expect(usualOn(addDays(TODAY, ahead), counted)).toBeLessThanOrEqual(highest.strangers + 1e-9);
      }),
    );
  });
});
