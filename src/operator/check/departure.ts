// When an answer may leave. Code 200 leaves at arrival + 15 ms or the next multiple, so that its time does not tell
// "unknown" from "not covered" (DESIGN.md I5).

import { monotonicMs } from '../../lib/clock.ts';

export const SLOT_MS = 15;

/** PURE part: how long to wait when `elapsedMs` have passed since arrival. */
export function waitMs(elapsedMs: number): number {
  return Math.max(1, Math.ceil(elapsedMs / SLOT_MS)) * SLOT_MS - elapsedMs;
}

/** Resolves at the next slot. `arrivedAtMs` is of the monotonic clock. */
export function departure(arrivedAtMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs(monotonicMs() - arrivedAtMs)));
}
