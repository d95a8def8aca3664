// PURE. When a thief asks next: at a constant rate, or as fast as the guard's own tables let a stranger pass unnoticed.

import type { Profession } from '../../core/care-domains.ts';
import {
  afterLookUp,
  chartsOf,
  FRESH_COUNTS,
  isNearLimit,
  type UsualDay,
} from '../../operator/guard/account-watch.ts';
import { limitsOf } from '../../operator/guard/budgets.ts';

export interface Pace {
  /** When the next query is due; null: never. */
  after(nowMs: number, last: { isDisclosed: boolean }): number | null;
}

export function constantPace(perHour: number): Pace {
  return { after: (nowMs) => nowMs + 3_600_000 / perHour };
}

const LOOK_EVERY_MS = 60_000;

/** Knows every limit and the account's own past, and stays one person below each chart. */
export function carefulPace(profession: Profession, usual: UsualDay): Pace {
  const charts = chartsOf(limitsOf(profession), usual);
  let counts = FRESH_COUNTS;
  return {
    after(nowMs, { isDisclosed }) {
      const lookUp = {
        account: '',
        structure: '',
        profession,
        atMs: nowMs,
        kind: 'stranger',
        isDisclosed,
        isCanary: false,
        insurer: '',
      } as const;
      counts = afterLookUp(counts, lookUp, { charts, day: '' }).counts;
      let atMs = nowMs + LOOK_EVERY_MS;
      while (isNearLimit(counts, 1, charts, atMs)) atMs += LOOK_EVERY_MS;
      return atMs;
    },
  };
}
