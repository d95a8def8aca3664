// PURE. From what a detector noticed to the alarm that people read: the numbers behind the sentence, and the curve.

import type { AccountCounts, Noticed, Trail, UsualDay } from './account-watch.ts';
import type { Alarm, CurvePoint, Detector } from './alarm.ts';
import { MISSES } from './budgets.ts';
import type { Cusum } from './detectors.ts';

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

/** The chart a detector reads. */
const CHART: Partial<Record<Detector, (counts: AccountCounts) => Cusum>> = {
  pace: ({ pace }) => pace,
  strangers: ({ strangers }) => strangers,
  'strangers-slow': ({ slow }) => slow,
  regulars: ({ regulars }) => regulars,
};

export function curveOf(detector: Detector, trail: Trail): CurvePoint[] {
  const chart = CHART[detector];
  const reached = (counts: AccountCounts) => (chart ? chart(counts).s : counts.misses);
  if (!chart && detector !== 'misses') return [];
  return trail.map(({ atMs, counts }) => ({
    at: instant(atMs),
    value: Math.round(reached(counts) * 100) / 100,
  }));
}

/** The numbers of the sentence. Those of charts come from the chart itself: the trail may have been lost in a restart. */
export function factsOf(
  { detector, value }: Noticed,
  { counts, trail, usual, limits }: Seen,
  nowMs: number,
): Record<string, number> {
  if (detector === 'canary') return { canaries: 1 };
  if (detector === 'misses') return missesOf(value, trail, nowMs);
  const chart = CHART[detector]?.(counts);
  if (!chart) return {};
  const usually = (usual ?? limits.usual)[detector === 'regulars' ? 'regulars' : 'strangers'];
  const seconds = Math.max(0, Math.round((nowMs - chart.sinceMs) / 1000));
  return { people: chart.people, seconds, usualPerDay: Math.round(usually * 10) / 10 };
}

type Seen = {
  counts: AccountCounts;
  trail: Trail;
  usual: UsualDay | null;
  limits: { usual: UsualDay };
};

/** At least as many as it takes to get there, however short the trail is. */
function missesOf(value: number, trail: Trail, nowMs: number): Record<string, number> {
  const from = trail.findLastIndex(({ counts }) => counts.misses === 0);
  const rise = trail.slice(from + 1);
  const counted = rise.filter(({ counts }, i) => counts.misses > (rise[i - 1]?.counts.misses ?? 0)).length;
  const misses = Math.max(counted, Math.ceil(value / Math.log(MISSES.p1 / MISSES.p0)));
  const seconds = Math.max(0, Math.round((nowMs - (rise[0]?.atMs ?? nowMs)) / 1000));
  return { misses, asked: Math.max(misses, rise.length), seconds };
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
