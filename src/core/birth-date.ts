// The birth date as the compulsory insurance writes it: 8 digits that need not be a day of any calendar (DOMAIN.md 2.2).
// Must never go through `Date` nor be compared as a date: raw is compared to raw.
import type { Brand } from './brand.ts';
import { digitsAt, isoDay, isRealDay } from './calendar.ts';

/** Eight digits YYYYMMDD, perhaps "lunar" (month 13 and above) or incomplete (month or day 00). */
export type RawBirthDate = Brand<'RawBirthDate'>;

const BIRTH_DATE_SHAPE = /^\d{8}$/;
// Outside these years the digits are kept, but they are no date of a living person: a century is never guessed.
const FIRST_YEAR = 1850;
const LAST_YEAR = 2100;

export function isRawBirthDate(value: unknown): value is RawBirthDate {
  return typeof value === 'string' && BIRTH_DATE_SHAPE.test(value);
}

/** Keeps the raw digits; `isoDate` is for display and ages, and null when the digits are no real day of a plausible year. */
export function parseBirthDate(
  text: string,
): { ok: true; birthDate: RawBirthDate; isoDate: string | null } | { ok: false; reason: 'length' | 'shape' } {
  if (text.length !== 8) return { ok: false, reason: 'length' };
  if (!isRawBirthDate(text)) return { ok: false, reason: 'shape' };
  return { ok: true, birthDate: text, isoDate: isoDateOf(text) };
}

function isoDateOf(birthDate: RawBirthDate): string | null {
  const civil = {
    year: digitsAt(birthDate, { start: 0, length: 4 }),
    month: digitsAt(birthDate, { start: 4, length: 2 }),
    day: digitsAt(birthDate, { start: 6, length: 2 }),
  };
  const plausible = civil.year >= FIRST_YEAR && civil.year <= LAST_YEAR;
  return plausible && isRealDay(civil) ? isoDay(civil) : null;
}
