// Days on which banks of the euro area settle (TARGET): not on Saturdays, Sundays and six holidays of the year.
// Must never read a clock.

import { dayNumber } from './calendar.ts';
import { addDays, type CareDate } from './period.ts';

/** Month and day: New Year, Labour Day, Christmas, the day after. */
const FIXED_HOLIDAYS = new Set(['01-01', '05-01', '12-25', '12-26']);
/** Days from Easter Sunday: Good Friday, Easter Monday. */
const EASTER_HOLIDAYS = [-2, 1];
const SATURDAY = 6;
const SUNDAY = 0;

export function isBusinessDay(date: CareDate): boolean {
  const number = numberOf(date);
  const weekday = (number + 4) % 7; // 1970-01-01 was a Thursday
  if (weekday === SATURDAY || weekday === SUNDAY || FIXED_HOLIDAYS.has(date.slice(5))) return false;
  return !EASTER_HOLIDAYS.includes(number - easter(Number(date.slice(0, 4))));
}

/** That day if it is one, else the first after it. */
export function businessDayFrom(date: CareDate): CareDate {
  let day = date;
  while (!isBusinessDay(day)) day = addDays(day, 1);
  return day;
}

/** The `count`th business day after that day. */
export function addBusinessDays(date: CareDate, count: number): CareDate {
  let day = date;
  for (let passed = 0; passed < count; passed += 1) day = businessDayFrom(addDays(day, 1));
  return day;
}

function numberOf(date: CareDate): number {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return dayNumber({ year, month, day });
}

/** Easter Sunday in the Gregorian calendar (the “anonymous” algorithm, Nature 1876), as a day number. */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const e = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - e - (c % 4)) % 7;
  const m = Math.floor((a + 11 * e + 22 * l) / 451);
  const month = Math.floor((e + l - 7 * m + 114) / 31);
  return dayNumber({ year, month, day: ((e + l - 7 * m + 114) % 31) + 1 });
}
