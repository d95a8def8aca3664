// Days on which banks settle: week-ends, the six holidays, Easter of several years.

import { describe, expect, it } from 'vitest';
import { addBusinessDays, businessDayFrom, isBusinessDay } from './business-days.ts';
import type { CareDate } from './period.ts';

const day = (text: string) => text as CareDate;

describe('days on which banks settle', () => {
  it.each([
    ['2026-12-01', true, 'a Tuesday'],
    ['2026-12-05', false, 'a Saturday'],
    ['2026-12-06', false, 'a Sunday'],
    ['2026-12-25', false, 'Christmas, a Friday'],
    ['2026-04-03', false, 'Good Friday 2026'],
    ['2026-04-06', false, 'Easter Monday 2026'],
    ['2027-03-26', false, 'Good Friday 2027'],
    ['2027-03-29', false, 'Easter Monday 2027'],
    ['2025-04-18', false, 'Good Friday 2025'],
    ['2026-05-01', false, 'Labour Day, a Friday'],
    ['2026-07-14', true, 'a holiday in France, not of TARGET'],
    ['2027-01-01', false, 'New Year, a Friday'],
  ])('%s: %s (%s)', (date, expected) => {
    expect(isBusinessDay(day(date))).toBe(expected);
  });

  it('count on from a week-end and over holidays', () => {
    expect(businessDayFrom(day('2026-12-05'))).toBe('2026-12-07');
    expect(addBusinessDays(day('2026-12-01'), 3)).toBe('2026-12-04');
    expect(addBusinessDays(day('2026-12-24'), 3)).toBe('2026-12-30');
    expect(addBusinessDays(day('2026-04-02'), 1)).toBe('2026-04-07');
    expect(addBusinessDays(day('2026-12-05'), 0)).toBe('2026-12-05');
  });
});
