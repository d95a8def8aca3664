// PURE. One account in the guard's memory: counts, charts, what stands against it, which doors it opened today. The doors
// are never stored: in the database they would be a diary of whom somebody looked up.

import { parisDay, type UtcInstant } from '../../core/paris-day.ts';
import {
  type AccountCounts,
  type Charts,
  chartsOf,
  FRESH_COUNTS,
  longerTrail,
  type Trail,
  type UsualDay,
} from './account-watch.ts';
import { EXERCISE_LIMITS, type GuardLimits, limitsOf } from './budgets.ts';
import type { AccountState, DayCounts } from './guard-store.ts';
import type { Standing } from './standing.ts';

/** In place of a profession. */
export const EXERCISE = 'exercise';
const DAY_MS = 86_400_000;
/** More than any hard budget lets an account open in a day. */
const MOST_DOORS = 1_000;

export class Watched {
  readonly account: string;
  readonly profession: string;
  readonly limits: GuardLimits;
  counts: AccountCounts;
  /** What stands against it, oldest first. */
  standings: readonly Standing[];
  /** A sign-in of before this is nobody's any more: somebody was asked for a later one, and has shown it. */
  provenAfterMs: number;
  /** Look-ups that were let in and are not entered yet. */
  underWay = 0;
  /** Typed look-ups refused while a response stands. */
  refused: { count: number; sinceMs: number } = { count: 0, sinceMs: 0 };
  trail: Trail = [];
  usual: UsualDay | null = null;
  charts: Charts;
  readonly #doors = new Map<string, number>();

  constructor(account: string, profession: string, state?: AccountState) {
    this.account = account;
    this.profession = profession;
    this.limits = profession === EXERCISE ? EXERCISE_LIMITS : limitsOf(profession);
    this.counts = state?.counts ?? FRESH_COUNTS;
    this.standings = state?.standings ?? [];
    this.provenAfterMs = state?.provenAfterMs ?? 0;
    this.charts = chartsOf(this.limits, null);
  }

  /** Whoever asked had signed in after that response began: what was signed in before stays out. */
  confirmed({ sinceMs }: Standing): void {
    this.provenAfterMs = Math.max(this.provenAfterMs, sinceMs);
  }

  /** Not by a moment that has not come: the clock was put back, and nobody could sign in after it. */
  isOutdated(signedInAtMs: number, nowMs: number): boolean {
    return this.provenAfterMs <= nowMs && signedInAtMs <= this.provenAfterMs;
  }

  /** Look-ups of fictitious people: counted like any other, but nothing is done about them, nor kept. */
  get isExercise(): boolean {
    return this.profession === EXERCISE;
  }

  get state(): AccountState {
    const { profession, counts, standings, provenAfterMs } = this;
    return { profession, counts, standings, provenAfterMs };
  }

  /** Its usual day, by its own past (past.ts). */
  remember(usual: UsualDay): void {
    this.usual = usual;
    this.charts = chartsOf(this.limits, usual);
  }

  /** People it looked up in the last day; counted on the safe side. */
  get metToday(): number {
    return this.#doors.size;
  }

  /** Is this the first time in a day that the account meets that door? Null: nothing is known of it, so it counts. */
  isNewDoor(door: string | null, nowMs: number): boolean {
    if (door === null) return true;
    const metMs = this.#doors.get(door);
    const isNew = metMs === undefined || Math.abs(nowMs - metMs) >= DAY_MS;
    if (!isNew) return false;
    this.#doors.delete(door);
    this.#doors.set(door, nowMs);
    for (const [oldest, atMs] of this.#doors) {
      if (this.#doors.size <= MOST_DOORS && nowMs - atMs < DAY_MS) break;
      this.#doors.delete(oldest);
    }
    return true;
  }

  count(counts: AccountCounts, atMs: number): void {
    this.counts = counts;
    this.trail = longerTrail(this.trail, atMs, counts);
  }

  /** A day is over: it becomes part of the past, once, unless it alarmed. Null when there is nothing to keep. */
  closeDay(nowDay: string): DayCounts | null {
    const { day, strangers, regulars } = this.counts.today;
    if (day === '' || day === nowDay) return null;
    // Before anything is counted: a morning of cards and repeats counts nothing, and would close the same day again.
    this.counts = { ...this.counts, today: FRESH_COUNTS.today };
    const alarmed = this.counts.alarmsAtMs.some((atMs) => dayOf(atMs) === day);
    if (alarmed) return null;
    return { account: this.account, day, strangers, regulars };
  }
}

function dayOf(atMs: number): string {
  return parisDay(new Date(atMs).toISOString() as UtcInstant);
}
