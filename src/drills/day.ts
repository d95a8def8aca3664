// One simulated day: honest look-ups in the order of their time, a few on their way at once, and thieves between them.
// The platform's clock stands at each event's time when it is sent.

import type { ManualClock } from '../lib/clock.ts';
import type { DrillPlatform } from './platform.ts';
import { countReply, type HonestFigures, type Staff } from './staff.ts';
import { type Ask, asksOfDay } from './workload.ts';

/** Somebody who acts at times of their own, one act after the other. */
export interface Thief {
  /** Milliseconds since 1970 of the next act; null: nothing more is tried. */
  nextAtMs(): number | null;
  act(): Promise<void>;
}

export type DayPlan = {
  /** Makes the honest people of one day differ from those of another. */
  day: number;
  /** Milliseconds since 1970. */
  midnightMs: number;
  /** Null: nobody honest works that day. */
  proofShare: number | null;
  seed: string;
  /** Accounts whose holders do not work that day. */
  away: ReadonlySet<string>;
  thieves: readonly Thief[];
  signal: AbortSignal;
  say(text: string): void;
};

/** On their way at once, and how far the clock may go on meanwhile: less than any figure that counts in minutes. */
const MOST_IN_FLIGHT = 12;
const LONGEST_FLIGHT_MS = 20_000;
const SAY_EVERY = 2_000;

export async function simulateDay(
  { drill, staff }: { drill: DrillPlatform; staff: Staff },
  plan: DayPlan,
): Promise<HonestFigures> {
  const asks = asksOf(drill, plan);
  const figures: HonestFigures = { checks: 0, refused: 0, refusedBy: {}, freshSignIns: 0 };
  const signInsBefore = staff.freshSignIns;
  const flights = new Flights();
  const send = async (ask: Ask) => countReply(figures, await staff.ask(ask));
  let next = 0;
  for (;;) {
    plan.signal.throwIfAborted();
    const ask = asks[next];
    const askAtMs = ask ? plan.midnightMs + ask.atMs : Number.POSITIVE_INFINITY;
    const { thief, atMs } = earliest(plan.thieves);
    if (thief && atMs < askAtMs) {
      goTo(drill.clock, atMs);
      await thief.act();
    } else if (ask) {
      await flights.room(askAtMs);
      goTo(drill.clock, askAtMs);
      flights.start(askAtMs, send(ask));
      next += 1;
      if (next % SAY_EVERY === 0) plan.say(`${next} of ${asks.length} honest look-ups`);
    } else break;
  }
  await flights.landed();
  figures.freshSignIns = staff.freshSignIns - signInsBefore;
  return figures;
}

function asksOf({ sites, people }: DrillPlatform, { proofShare, seed, day, away }: DayPlan): Ask[] {
  if (proofShare === null) return [];
  return sites
    .flatMap(({ site, regulars }) =>
      asksOfDay(site, { crowd: people.crowd, regulars, proofShare, seed, day }),
    )
    .filter(({ account }) => !away.has(account))
    .sort((a, b) => a.atMs - b.atMs);
}

function earliest(thieves: readonly Thief[]): { thief: Thief | null; atMs: number } {
  let first: { thief: Thief | null; atMs: number } = { thief: null, atMs: Number.POSITIVE_INFINITY };
  for (const thief of thieves) {
    const atMs = thief.nextAtMs();
    if (atMs !== null && atMs < first.atMs) first = { thief, atMs };
  }
  return first;
}

/** Never back: what was sent later is on its way already. */
function goTo(clock: ManualClock, atMs: number): void {
  clock.advance(Math.max(0, atMs - clock.nowMs()));
}

/** What is on its way, oldest first. */
class Flights {
  readonly #underWay = new Map<Promise<void>, number>();

  start(atMs: number, flight: Promise<void>): void {
    const landing: Promise<void> = flight.finally(() => this.#underWay.delete(landing));
    this.#underWay.set(landing, atMs);
  }

  /** Until there is room for one that starts then. */
  async room(atMs: number): Promise<void> {
    for (;;) {
      const [oldestAtMs = atMs] = this.#underWay.values();
      if (this.#underWay.size < MOST_IN_FLIGHT && atMs - oldestAtMs < LONGEST_FLIGHT_MS) return;
      await Promise.race(this.#underWay.keys());
    }
  }

  async landed(): Promise<void> {
    await Promise.all(this.#underWay.keys());
  }
}
