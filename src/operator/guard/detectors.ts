// PURE. The detectors: arithmetic over counts, no learning, one number of state each. What a number means and when it is
// too much stands in budgets.ts. Each is also a bound: what it lets through from rest is known beforehand.

const HOUR_MS = 3_600_000;

/**
 * Sequential test (SPRT) of "knows whom it asks about" against "tries a list": the log-likelihood after one more typed
 * look-up. Clamped at 0, so that a long honest past is no credit.
 */
export function afterAsked(llr: number, isMiss: boolean, { p0, p1 }: { p0: number; p1: number }): number {
  const step = isMiss ? Math.log(p1 / p0) : Math.log((1 - p1) / (1 - p0));
  return Math.max(0, llr + step);
}

/** A CUSUM: what came beyond `driftPerHour`; how many people since when it was last at rest. */
export type Cusum = {
  readonly s: number;
  readonly atMs: number;
  readonly people: number;
  readonly sinceMs: number;
};
export const AT_REST: Cusum = { s: 0, atMs: 0, people: 0, sinceMs: 0 };

/** What is left of it at that moment. A clock that was put back drains nothing. */
export function drained({ s, atMs }: Pick<Cusum, 's' | 'atMs'>, nowMs: number, driftPerHour: number): number {
  const hours = Math.max(0, nowMs - atMs) / HOUR_MS;
  return Math.max(0, s - driftPerHour * hours);
}

/** After one more. Time never goes back, or the same hours would drain twice. */
export function afterOne(cusum: Cusum, nowMs: number, driftPerHour: number): Cusum {
  const left = drained(cusum, nowMs, driftPerHour);
  const atMs = Math.max(cusum.atMs, nowMs);
  return left === 0
    ? { s: 1, atMs, people: 1, sinceMs: nowMs }
    : { s: left + 1, atMs, people: cusum.people + 1, sinceMs: cusum.sinceMs };
}

/** At most so many get through in `hours` before it alarms `alarms` times, wherever it stood. */
export function cusumBound(
  { threshold, driftPerHour }: { threshold: number; driftPerHour: number },
  hours: number,
  alarms: number,
): number {
  return Math.floor(alarms * (threshold + 1) + driftPerHour * hours);
}

/** P(X >= count) when `expected` are usual (Poisson): how surprising that many alarms in an hour are. */
export function poissonTail(count: number, expected: number): number {
  let term = Math.exp(-expected);
  let below = 0;
  for (let k = 0; k < count; k += 1) {
    below += term;
    term *= expected / (k + 1);
  }
  return Math.max(0, 1 - below);
}
