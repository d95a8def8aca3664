// When an answer may leave whose time must not tell its cause: at arrival + 15 ms or the next multiple. Code 200 leaves so
// ("unknown" and "not covered" look alike, DESIGN.md I5), and a passkey that is refused (is it registered at all?).

import { monotonicMs } from './clock.ts';

export const SLOT_MS = 15;

/** PURE part: how long to wait when `elapsedMs` have passed since arrival. */
export function waitMs(elapsedMs: number, slotMs = SLOT_MS): number {
  return Math.max(1, Math.ceil(elapsedMs / slotMs)) * slotMs - elapsedMs;
}

/**
 * Resolves at the next slot, never before it. `arrivedAtMs` is of the monotonic clock. Rare refusals can afford wider
 * slots.
 */
export async function departure(arrivedAtMs: number, slotMs = SLOT_MS): Promise<void> {
  const nowMs = monotonicMs();
  const leaveAtMs = nowMs + waitMs(nowMs - arrivedAtMs, slotMs);
  // A timer counts whole milliseconds and may ring up to one too early.
  for (let leftMs = leaveAtMs - nowMs; leftMs > 0; leftMs = leaveAtMs - monotonicMs()) await sleep(leftMs);
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.ceil(ms)));
