// The one place that reads the clock. Everything else is handed a Clock, so that tests and drills own the time.
// It must never be imported by a pure file.

/** Wall-clock time, in milliseconds since 1970. */
export type Clock = { nowMs(): number };

export const systemClock: Clock = { nowMs: () => Date.now() };

/** RFC 3339 UTC with milliseconds: the only timestamp format that leaves a process. */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString();
}

const parisDay = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Paris',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** Paris time differs from UTC by whole quarters of an hour, so a day is formatted once per quarter, not per check. */
const QUARTER_MS = 900_000;
let lastQuarter = Number.NaN;
let lastDay = '';

/** The calendar day in Paris (`YYYY-MM-DD`): care dates are days of the French calendar, not of UTC. */
export function parisDate(atMs: number): string {
  const quarter = Math.floor(atMs / QUARTER_MS);
  if (quarter !== lastQuarter) {
    lastDay = parisDay.format(atMs);
    lastQuarter = quarter;
  }
  return lastDay;
}

/** A clock that only moves when told to: for tests and drills. */
export class ManualClock implements Clock {
  #nowMs: number;
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }
  nowMs(): number {
    return this.#nowMs;
  }
  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

/** Monotonic milliseconds for measuring durations; never compared with wall-clock time. */
export function monotonicMs(): number {
  return performance.now();
}

/** For ages of what is kept: no jump of the wall clock makes anything older. */
export const monotonicClock: Clock = { nowMs: monotonicMs };
