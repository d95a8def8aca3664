// PURE. From what a detector noticed to the alarm that people read: the numbers behind the sentence, and the curve.

import type { AccountCounts, Trail, UsualDay } from './account-watch.ts';
import type { Alarm, CurvePoint, Detector } from './alarm.ts';

type Raised = Pick<
  Alarm,
  | 'id'
  | 'detector'
  | 'scope'
  | 'account'
  | 'structure'
  | 'profession'
  | 'response'
  | 'value'
  | 'threshold'
  | 'facts'
  | 'curve'
> & { atMs: number; endsAtMs: number | null };

export function alarmOf({ atMs, endsAtMs, ...alarm }: Raised): Alarm {
  const isOver = endsAtMs !== null && endsAtMs <= atMs;
  return {
    ...alarm,
    at: instant(atMs),
    endsAt: endsAtMs === null ? null : instant(endsAtMs),
    endedAt: isOver ? instant(atMs) : null,
    endedBecause: isOver ? 'expired' : null,
    endedBy: null,
    endedReason: null,
    reviewedAt: null,
    reviewedBy: null,
  };
}

/** What a detector's chart stood at. */
const CHART: Partial<Record<Detector, (counts: AccountCounts) => number>> = {
  misses: ({ misses }) => misses,
  strangers: ({ strangers }) => strangers.s,
  pace: ({ pace }) => pace.s,
  'strangers-slow': ({ slow }) => slow.s,
  regulars: ({ regulars }) => regulars.s,
};

export function curveOf(detector: Detector, trail: Trail): CurvePoint[] {
  const chart = CHART[detector];
  if (!chart) return [];
  return trail.map(({ atMs, counts }) => ({
    at: instant(atMs),
    value: Math.round(chart(counts) * 100) / 100,
  }));
}

/** Counts since the chart last stood near 0. */
export function factsOf(
  detector: Detector,
  { trail, usual, limits }: { trail: Trail; usual: UsualDay | null; limits: { usual: UsualDay } },
  nowMs: number,
): Record<string, number> {
  if (detector === 'canary') return { canaries: 1 };
  const chart = CHART[detector];
  if (!chart) return {};
  const from = trail.findLastIndex(({ counts }) => chart(counts) <= 1);
  const rise = trail.slice(Math.max(0, from));
  const seconds = Math.round((nowMs - (rise[0]?.atMs ?? nowMs)) / 1000);
  if (detector === 'misses') return { misses: missesIn(rise), asked: rise.length, seconds };
  const usually = (usual ?? limits.usual)[detector === 'regulars' ? 'regulars' : 'strangers'];
  return { people: rise.length, seconds, usualPerDay: Math.round(usually * 10) / 10 };
}

function missesIn(rise: Trail): number {
  return rise.filter(({ counts }, i) => counts.misses > (rise[i - 1]?.counts.misses ?? 0)).length;
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
