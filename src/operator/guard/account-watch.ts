// PURE. What the guard has counted for one account, and what one more look-up does to it. The same function runs live and
// in the replay of a start. It must never count one person twice in a day against an account.

import type { Detector } from './alarm.ts';
import {
  type GuardLimits,
  MISSES,
  MOST_TIMES_USUAL,
  REGULARS,
  STRANGERS,
  STRANGERS_SLOW,
} from './budgets.ts';
import { AT_REST, afterAsked, afterOne, type Cusum, drained } from './detectors.ts';
import type { LookUp } from './look-up.ts';

const HOUR_MS = 3_600_000;
/** Points of the curve that are kept: enough to see a day's rise. */
const MOST_POINTS = 40;

/** A usual day of this account (mean of its own past) in people; null before there was one. */
export type UsualDay = { readonly strangers: number; readonly regulars: number };

export type AccountCounts = {
  misses: number;
  /** Strangers by the minute, by the hour of work, by the day. */
  pace: Cusum;
  strangers: Cusum;
  slow: Cusum;
  regulars: Cusum;
  /** When each of its alarms was raised, newest last: what comes next depends on them. */
  alarmsAtMs: readonly number[];
  /** People of today (Paris), for the account's own past. */
  today: { readonly day: string; readonly strangers: number; readonly regulars: number };
};

export const FRESH_COUNTS: AccountCounts = {
  misses: 0,
  pace: AT_REST,
  strangers: AT_REST,
  slow: AT_REST,
  regulars: AT_REST,
  alarmsAtMs: [],
  today: { day: '', strangers: 0, regulars: 0 },
};

/** Where the charts of an account alarm, and what drains them; people and people an hour. */
export type Chart = { readonly threshold: number; readonly driftPerHour: number };
export type Charts = Readonly<Record<'pace' | 'strangers' | 'slow' | 'regulars', Chart>>;
/** The charts that a stranger moves. */
const OF_STRANGERS = ['pace', 'strangers', 'slow'] as const;

/** By the account's own past, within what its profession does: nobody raises their own limits for ever. */
export function chartsOf(limits: GuardLimits, own: UsualDay | null): Charts {
  const within = (usual: number, mine = 0) => Math.min(Math.max(usual, mine), usual * MOST_TIMES_USUAL);
  const strangers = within(limits.usual.strangers, own?.strangers);
  const regulars = within(limits.usual.regulars, own?.regulars);
  return {
    pace: { threshold: limits.pace.burst, driftPerHour: limits.pace.perMinute * 60 },
    strangers: {
      threshold: limits.base + STRANGERS.perRoot * Math.sqrt(strangers),
      driftPerHour: (STRANGERS.times * strangers) / limits.openHours,
    },
    slow: {
      threshold: STRANGERS_SLOW.base + STRANGERS_SLOW.perRoot * Math.sqrt(strangers),
      driftPerHour: (STRANGERS_SLOW.times * strangers) / 24,
    },
    regulars: {
      threshold: REGULARS.base + REGULARS.perRoot * Math.sqrt(regulars),
      driftPerHour: (REGULARS.times * regulars) / limits.openHours,
    },
  };
}

/** A detector of one account that is over its threshold. */
export type Noticed = {
  detector: Exclude<Detector, 'cohort' | 'emergency' | 'refused'>;
  value: number;
  threshold: number;
};

/** After one look-up of somebody this account has not looked up in the last day. Cards only count as canaries. */
export function afterLookUp(
  counts: AccountCounts,
  lookUp: LookUp,
  { charts, day }: { charts: Charts; day: string },
): { counts: AccountCounts; noticed: Noticed[] } {
  const canary: Noticed[] = lookUp.isCanary ? [{ detector: 'canary', value: 1, threshold: 1 }] : [];
  if (lookUp.kind === 'card') return { counts, noticed: canary };
  const moved =
    lookUp.kind === 'regular' ? afterRegular(counts, lookUp, charts) : afterStranger(counts, lookUp, charts);
  const next = { ...moved, today: afterToday(counts.today, lookUp, day) };
  return { counts: next, noticed: [...canary, ...overOf(next, charts)] };
}

function afterRegular(counts: AccountCounts, { atMs }: LookUp, charts: Charts): AccountCounts {
  return { ...counts, regulars: afterOne(counts.regulars, atMs, charts.regulars.driftPerHour) };
}

/** A miss exposes nobody: it counts as a miss alone. */
function afterStranger(counts: AccountCounts, { atMs, isDisclosed }: LookUp, charts: Charts): AccountCounts {
  const misses = afterAsked(counts.misses, !isDisclosed, MISSES);
  if (!isDisclosed) return { ...counts, misses };
  return {
    ...counts,
    misses,
    pace: afterOne(counts.pace, atMs, charts.pace.driftPerHour),
    strangers: afterOne(counts.strangers, atMs, charts.strangers.driftPerHour),
    slow: afterOne(counts.slow, atMs, charts.slow.driftPerHour),
  };
}

/** The first that is over, the quickest chart before the others. */
function overOf(counts: AccountCounts, charts: Charts): Noticed[] {
  const all: Noticed[] = [
    { detector: 'pace', value: counts.pace.s, threshold: charts.pace.threshold },
    { detector: 'misses', value: counts.misses, threshold: MISSES.threshold },
    { detector: 'strangers', value: counts.strangers.s, threshold: charts.strangers.threshold },
    { detector: 'strangers-slow', value: counts.slow.s, threshold: charts.slow.threshold },
    { detector: 'regulars', value: counts.regulars.s, threshold: charts.regulars.threshold },
  ];
  return all.filter(({ value, threshold }) => value > threshold).slice(0, 1);
}

function afterToday(today: AccountCounts['today'], lookUp: LookUp, day: string): AccountCounts['today'] {
  const { strangers, regulars } = today.day === day ? today : FRESH_COUNTS.today;
  if (lookUp.kind === 'regular') return { day, strangers, regulars: regulars + 1 };
  return { day, strangers: strangers + (lookUp.isDisclosed ? 1 : 0), regulars };
}

/** Could one more, with those under way, pass a limit? Then it waits: what is under way counts. */
export function isNearLimit(counts: AccountCounts, underWay: number, charts: Charts, nowMs: number): boolean {
  return OF_STRANGERS.some((name) => {
    const { threshold, driftPerHour } = charts[name];
    return drained(counts[name], nowMs, driftPerHour) + underWay > threshold;
  });
}

/** After somebody showed that it is them: the charts begin anew, what alarms there were stays known. */
export function afterFreshSignIn(counts: AccountCounts): AccountCounts {
  return { ...FRESH_COUNTS, alarmsAtMs: counts.alarmsAtMs, today: counts.today };
}

/** The curve a person is shown: what a detector stood at after each look-up, oldest first. */
export type Trail = readonly { readonly atMs: number; readonly counts: AccountCounts }[];

export function longerTrail(trail: Trail, atMs: number, counts: AccountCounts): Trail {
  const recent = trail.filter((point) => point.atMs > atMs - 48 * HOUR_MS);
  return [...recent.slice(1 - MOST_POINTS), { atMs, counts }];
}
