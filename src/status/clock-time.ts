// PURE. Times as people type them in a hurry: “10:04” is the one in Paris, the last or the next; or an instant in full.

import { civilDay, isoDay } from '../core/calendar.ts';
import { isUtcInstant, parisMidnight } from '../core/paris-day.ts';
import type { CareDate } from '../core/period.ts';

const CLOCK = /^([01]?\d|2[0-3])[:h]([0-5]\d)$/;
const DAY_MS = 86_400_000;

const parisClock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  hour: 'numeric',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Milliseconds since 1970, or null for no time at all. `which`: the last one up to now, or the next one after it. */
export function instantOf(text: string, which: 'last' | 'next', nowMs: number): number | null {
  if (isUtcInstant(text)) return Date.parse(text);
  const [, hour, minute] = CLOCK.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const days = [-1, 0, 1].map((step) => civilDay(Math.floor(nowMs / DAY_MS) + step));
  const times = days.flatMap((day) => readings(isoDay(day) as CareDate, Number(hour), Number(minute)));
  return (
    (which === 'last' ? times.findLast((atMs) => atMs <= nowMs) : times.find((atMs) => atMs > nowMs)) ?? null
  );
}

/** When clocks in Paris show this on that day: once; twice or never in the hour of a change. */
function readings(day: CareDate, hour: number, minute: number): number[] {
  const evenMs = (parisMidnight(day) + hour * 3_600 + minute * 60) * 1_000;
  return [evenMs - 3_600_000, evenMs, evenMs + 3_600_000].filter((atMs) => {
    const [shownHour, shownMinute] = parisClock.format(atMs).split(':');
    return Number(shownHour) === hour && Number(shownMinute) === minute;
  });
}
