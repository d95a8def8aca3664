// Which day it is in Paris at an instant given in UTC. French days decide about cover and closures.
// Must never read a clock: the instant is an argument. Rule: Directive 2000/84/EC, summer time from the last Sunday
// of March to the last Sunday of October, 01:00 UTC; valid from 1996 until that directive is repealed.
import type { Brand } from './brand.ts';
import { dayNumber, digitsAt } from './calendar.ts';
import type { CareDate } from './period.ts';
import { addDays, isCareDate } from './period.ts';

/** An RFC 3339 instant in UTC, written with `T` and `Z`. */
export type UtcInstant = Brand<'UtcInstant'>;

const UTC_INSTANT_SHAPE = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$/;

/** Other offsets and leap seconds are refused: one instant, one spelling (up to its fraction). */
export function isUtcInstant(value: unknown): value is UtcInstant {
  return typeof value === 'string' && UTC_INSTANT_SHAPE.test(value) && isCareDate(value.slice(0, 10));
}

// March and October both have 31 days; day 0 (1970-01-01) was a Thursday.
function lastSundayOf(year: number, month: 3 | 10): number {
  const weekday = (dayNumber({ year, month, day: 31 }) + 4) % 7;
  return 31 - ((weekday + 7) % 7);
}

// The hour of the change is left out: 01:00 UTC is so far from midnight that it moves no day.
function isSummerTime(instant: UtcInstant): boolean {
  const year = digitsAt(instant, { start: 0, length: 4 });
  const monthAndDay = instant.slice(5, 10);
  return monthAndDay >= `03-${lastSundayOf(year, 3)}` && monthAndDay < `10-${lastSundayOf(year, 10)}`;
}

export function parisDay(instant: UtcInstant): CareDate {
  const day = instant.slice(0, 10) as CareDate;
  const parisHour = digitsAt(instant, { start: 11, length: 2 }) + (isSummerTime(instant) ? 2 : 1);
  return parisHour >= 24 ? addDays(day, 1) : day;
}

/** Seconds since 1970 at which this day begins in Paris. Both changes of the clock come after midnight. */
export function parisMidnight(date: CareDate): number {
  const year = digitsAt(date, { start: 0, length: 4 });
  const month = digitsAt(date, { start: 5, length: 2 });
  const day = digitsAt(date, { start: 8, length: 2 });
  const monthAndDay = date.slice(5);
  const isSummer =
    monthAndDay > `03-${lastSundayOf(year, 3)}` && monthAndDay <= `10-${lastSundayOf(year, 10)}`;
  return dayNumber({ year, month, day }) * 86_400 - (isSummer ? 7_200 : 3_600);
}
