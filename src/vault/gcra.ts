// PURE arithmetic of a budget that refills evenly (generic cell rate algorithm): one number per key.
// It must never give more than `size` at once, nor more than `size + perDay` in any 24 hours.

import type { HardBudget } from './hard-budgets.ts';

const DAY_MS = 86_400_000;

/** Milliseconds after which one unit is back. */
export function unitMs(budget: HardBudget): number {
  return DAY_MS / budget.perDay;
}

/**
 * `fullAtMs` = when the key will be full again (0 or past: full now). Returns the new value when one unit may be
 * spent at `nowMs`, else null. A clock that jumps backwards cannot give units back: fullAt only grows.
 */
export function spendOne(budget: HardBudget, fullAtMs: number, nowMs: number): number | null {
  const next = Math.max(fullAtMs, nowMs) + unitMs(budget);
  return next - nowMs <= budget.size * unitMs(budget) + 1e-6 ? next : null;
}

/** Seconds until one unit is there again; at least 1. */
export function retryAfterSeconds(budget: HardBudget, fullAtMs: number, nowMs: number): number {
  const waitMs = fullAtMs + unitMs(budget) - nowMs - budget.size * unitMs(budget);
  return Math.max(1, Math.ceil(waitMs / 1000));
}
