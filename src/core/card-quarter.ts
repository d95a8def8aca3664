// An insurer's card key signs for a quarter of a year, and its cards are believed for two years after the quarter's
// end, so that a card issued on its last day can live its time.

import { addDays, type CareDate } from './period.ts';

/** Cards of a key outlive its quarter by this. */
const MONTHS_AFTER = 24;

/** `name` such as `2026-Q4`; `from` to `to`: when the trust list says that cards of its key are to be believed. */
export type CardQuarter = { readonly name: string; readonly from: CareDate; readonly to: CareDate };

export function quarterOf(day: CareDate): CardQuarter {
  const quarter = Math.ceil(Number(day.slice(5, 7)) / 3);
  const from = `${day.slice(0, 4)}-${twoDigits(quarter * 3 - 2)}-01` as CareDate;
  return {
    name: `${day.slice(0, 4)}-Q${quarter}`,
    from,
    to: addDays(addMonths(from, 3 + MONTHS_AFTER), -1),
  };
}

/** The quarter after: its key is made early, so that the trust list can name it before its first card. */
export const quarterAfter = (day: CareDate): CardQuarter => quarterOf(addMonths(quarterOf(day).from, 3));

/** The same day of the month, or its last day where the month is shorter. */
export function addMonths(day: CareDate, months: number): CareDate {
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const month = (at: number) => `${String(Math.floor(at / 12)).padStart(4, '0')}-${twoDigits((at % 12) + 1)}`;
  const last = addDays(`${month(count + 1)}-01` as CareDate, -1);
  const same = `${month(count)}-${day.slice(8)}` as CareDate;
  return same < last ? same : last;
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');
