// PURE arithmetic of a budget that refills evenly (generic cell rate algorithm): one number per key.
// It must never give more than `size` at once, nor more than `size + perDay` in any 24 hours.

/** `size` may be spent at once; `perDay` comes back evenly over 24 hours. */
export type Amount = { readonly size: number; readonly perDay: number };

const DAY_MS = 86_400_000;

/**
 * Times are whole multiples of 1/1024 ms: sums of them are exact in a double (until the year 2248). With a plain
 * quotient a rounding error of every spending would add up to units that nobody has.
 */
const STEPS_PER_MS = 1024;

/** Milliseconds after which one unit is back; rounded up, never in the spender's favour. */
export function unitMs(budget: Amount): number {
  return Math.ceil((DAY_MS * STEPS_PER_MS) / budget.perDay) / STEPS_PER_MS;
}

/** When the key will be full again after one more unit, whether it had one left or not. */
export function chargeOne(budget: Amount, fullAtMs: number, nowMs: number): number {
  return Math.max(fullAtMs, nowMs) + unitMs(budget);
}

/**
 * `fullAtMs` = when the key will be full again (0 or past: full now). Returns the new value when one unit may be
 * spent at `nowMs`, else null. A clock that jumps backwards cannot give units back: fullAt only grows.
 */
export function spendOne(budget: Amount, fullAtMs: number, nowMs: number): number | null {
  const next = chargeOne(budget, fullAtMs, nowMs);
  return next - nowMs <= budget.size * unitMs(budget) ? next : null;
}

/** Seconds until one unit is there again; at least 1. */
export function retryAfterSeconds(budget: Amount, fullAtMs: number, nowMs: number): number {
  const waitMs = fullAtMs + unitMs(budget) - nowMs - budget.size * unitMs(budget);
  return Math.max(1, Math.ceil(waitMs / 1000));
}
