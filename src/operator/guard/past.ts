// PURE. What an account does on its usual day, by its own past: the eight weeks that ended a month ago. A thief who works
// slowly is part of the last month and teaches nothing; days without a count, and days that alarmed, count as the
// profession's usual day, so that neither a short past nor an empty one makes anybody's limits wide.

import { addDays, type CareDate } from '../../core/period.ts';
import type { UsualDay } from './account-watch.ts';
import { LAG_DAYS, PAST_DAYS } from './budgets.ts';

/** People over `days` counted days. */
export type PastSum = { days: number; strangers: number; regulars: number };
export type CountedDay = { day: string; strangers: number; regulars: number };

/** First and last day of the past that counts on `today` (Paris days, both included). */
export function pastOn(today: string): { from: string; to: string } {
  const back = (days: number) => addDays(today as CareDate, -days);
  return { from: back(LAG_DAYS + PAST_DAYS), to: back(LAG_DAYS + 1) };
}

export function usualDayOf({ days, strangers, regulars }: PastSum, usual: UsualDay): UsualDay {
  const missing = Math.max(0, PAST_DAYS - days);
  const mean = (counted: number, otherwise: number) => (counted + missing * otherwise) / (days + missing);
  return { strangers: mean(strangers, usual.strangers), regulars: mean(regulars, usual.regulars) };
}

/** The highest usual day of the coming month: by then the past has moved on, over days that are counted already. */
export function highestUsualDay(
  counted: readonly CountedDay[],
  { today, usual }: { today: string; usual: UsualDay },
): UsualDay {
  const coming = Array.from({ length: LAG_DAYS + 1 }, (_, ahead) => {
    const { from, to } = pastOn(addDays(today as CareDate, ahead));
    return usualDayOf(sumOf(counted.filter(({ day }) => from <= day && day <= to)), usual);
  });
  return {
    strangers: Math.max(...coming.map(({ strangers }) => strangers)),
    regulars: Math.max(...coming.map(({ regulars }) => regulars)),
  };
}

function sumOf(counted: readonly CountedDay[]): PastSum {
  const sum = { days: counted.length, strangers: 0, regulars: 0 };
  for (const { strangers, regulars } of counted) {
    sum.strangers += strangers;
    sum.regulars += regulars;
  }
  return sum;
}
