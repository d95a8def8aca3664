// Care dates and periods of whole days, both ends included (CONTRACT.md 3: YYYY-MM-DD).
// Must never read a clock or a time zone: a care date is what was written, and "today" is an argument.
import type { Brand } from './brand.ts';
import type { CivilDay } from './calendar.ts';
import { civilDay, dayNumber, digitsAt, isoDay, isRealDay } from './calendar.ts';

/** A real calendar day, `YYYY-MM-DD`. Two of them compare with `<` as texts. */
export type CareDate = Brand<'CareDate'>;

/** From `from` to `to`, both included; `to` null is an open end, which is normal (DOMAIN.md 7). */
export type Period = { readonly from: CareDate; readonly to: CareDate | null };

const FIRST_DAY = dayNumber({ year: 1, month: 1, day: 1 });
const LAST_DAY = dayNumber({ year: 9999, month: 12, day: 31 });

export function civilOf(text: string): CivilDay {
  return {
    year: digitsAt(text, { start: 0, length: 4 }),
    month: digitsAt(text, { start: 5, length: 2 }),
    day: digitsAt(text, { start: 8, length: 2 }),
  };
}

export function isCareDate(value: unknown): value is CareDate {
  if (typeof value !== 'string' || value.length !== 10) return false;
  const dashes = value.charCodeAt(4) === 45 && value.charCodeAt(7) === 45;
  return dashes && isRealDay(civilOf(value));
}

export function parseCareDate(text: unknown): CareDate | null {
  return isCareDate(text) ? text : null;
}

/** The day `n` days later (or earlier). Stops at 0001-01-01 and 9999-12-31, the last days that can be written. */
export function addDays(date: CareDate, n: number): CareDate {
  const moved = dayNumber(civilOf(date)) + n;
  return isoDay(civilDay(Math.min(LAST_DAY, Math.max(FIRST_DAY, moved)))) as CareDate;
}

/** The earlier of two days, where null means "never". */
export function earlierOf(a: CareDate, b: CareDate | null): CareDate {
  return b !== null && b < a ? b : a;
}

export function contains(period: Period, date: CareDate): boolean {
  return period.from <= date && (period.to === null || date <= period.to);
}

/** True when at least one day belongs to both. An impossible period has no day, so it overlaps nothing. */
export function overlaps(a: Period, b: Period): boolean {
  const laterStart = a.from > b.from ? a.from : b.from;
  return contains(a, laterStart) && contains(b, laterStart);
}

/** A period that ends before it begins. */
export function isImpossible(period: Period): boolean {
  return period.to !== null && period.from > period.to;
}
