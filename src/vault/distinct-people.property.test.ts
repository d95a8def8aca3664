// How many people one professional can reach, against a naive second account of it that counts in whole numbers and
// keeps every opening: repeats cost nothing, and no order of repeats, give-backs and crashes gets anybody more.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { timestamp } from '../lib/clock.ts';
import type { Amount } from './gcra.ts';
import { Meter } from './meter.ts';
import { Past } from './past.ts';
import { PROFESSION_BUDGETS } from './profession-budgets.ts';
import type { Spending } from './spending.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-01T08:00:00.000Z');
const ROW = PROFESSION_BUDGETS.nurse;
const most = ({ size, perDay }: Amount) => size + perDay;

type Step = { person: number; pauseMs: number; isKnown: boolean; site: number; crash: boolean };
const step: fc.Arbitrary<Step> = fc.record({
  person: fc.nat(40),
  pauseMs: fc.oneof(
    { weight: 4, arbitrary: fc.nat(1_000) },
    { weight: 2, arbitrary: fc.nat(DAY_MS / 4) },
    fc.constantFrom(DAY_MS / 6, DAY_MS - 1, DAY_MS),
  ),
  isKnown: fc.boolean(),
  site: fc.nat(2),
  crash: fc.boolean(),
});

const asked = ({ person, site }: Step): Spending => ({
  structure: `S-${site}`,
  professional: 'P-1',
  profession: 'nurse',
  insurer: 'A',
  evidence: 'member-number',
  door: `${person}`,
  fields: `${person}`,
});

type Opening = { door: string; atMs: number; charged: boolean; givenBack: boolean };

/** A vault that may be killed after every opening. */
class Crashing {
  #meter = new Meter();
  #lines: Parameters<Past['replay']>[0][] = [];

  open(one: Step, atMs: number): Omit<Opening, 'door' | 'atMs'> | null {
    const spending = asked(one);
    const answer = this.#meter.spend(spending, atMs);
    if (!answer.ok) return null;
    const opened = this.#write({ do: 'open', account: 'a', ...spending }, atMs);
    const { charged } = answer;
    const isBack = one.isKnown && this.#meter.giveBack({ ...spending, charged }, atMs);
    if (isBack) this.#write({ do: 'known', opened, structure: spending.structure }, atMs);
    if (one.crash) this.#restart();
    return { charged: charged.length > 0, givenBack: isBack && charged.length > 0 };
  }

  #write(facts: object, atMs: number): number {
    const n = this.#lines.length + 1;
    this.#lines.push({ n, at: timestamp(atMs), prev: '', ...facts } as Parameters<Past['replay']>[0]);
    return n;
  }

  #restart(): void {
    this.#meter = new Meter();
    const past = new Past(this.#meter, { change: () => undefined });
    for (const line of this.#lines) past.replay(line);
  }
}

/** One unit is DAY_MS credits, a millisecond brings perDay of them. */
class NaiveBudget {
  readonly #of: Amount;
  #credits: number;
  #atMs = START_MS;
  constructor(of: Amount) {
    this.#of = of;
    this.#credits = of.size * DAY_MS;
  }
  has(atMs: number): boolean {
    this.add((atMs - this.#atMs) * this.#of.perDay);
    this.#atMs = atMs;
    return this.#credits >= DAY_MS;
  }
  add(credits: number): void {
    this.#credits = Math.min(this.#of.size * DAY_MS, this.#credits + credits);
  }
}

class Naive {
  readonly #typed = new NaiveBudget(ROW.typedPerProfessionalPerDay);
  readonly #known = new NaiveBudget(ROW.knownPerProfessionalPerDay);
  readonly #openings: Opening[] = [];

  open(one: Step, atMs: number): Omit<Opening, 'door' | 'atMs'> | null {
    const door = `${one.person}`;
    const isRepeat = this.#openings.some((o) => o.door === door && o.charged && atMs - o.atMs < DAY_MS);
    if (isRepeat) return { charged: false, givenBack: false };
    if (!this.#typed.has(atMs)) return null;
    this.#typed.add(-DAY_MS);
    const givenBack = this.#known.has(atMs) && one.isKnown;
    if (givenBack) {
      this.#known.add(-DAY_MS);
      this.#typed.add(DAY_MS);
    }
    this.#openings.push({ door, atMs, charged: true, givenBack });
    return { charged: true, givenBack };
  }
}

it('a professional reaches whom a naive account lets through, and nobody else, over all sites and crashes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 90 }), (steps) => {
      const vault = new Crashing();
      const naive = new Naive();
      let nowMs = START_MS;
      for (const one of steps) {
        nowMs += one.pauseMs;
        expect(vault.open(one, nowMs)).toEqual(naive.open(one, nowMs));
      }
    }),
    { numRuns: 120 },
  );
});

it('in any 24 hours there are at most size + perDay strangers, and as many regulars as may be given back', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const vault = new Crashing();
      const openings: Opening[] = [];
      let nowMs = START_MS;
      for (const one of steps) {
        nowMs += one.pauseMs;
        const opened = vault.open({ ...one, crash: false }, nowMs);
        if (opened) openings.push({ door: `${one.person}`, atMs: nowMs, ...opened });
      }
      for (const { atMs: from } of openings) {
        const day = openings.filter(({ atMs }) => atMs >= from && atMs < from + DAY_MS);
        const fresh = day.filter(({ charged }) => charged);
        const strangers = fresh.filter(({ givenBack }) => !givenBack).length;
        expect(strangers).toBeLessThanOrEqual(most(ROW.typedPerProfessionalPerDay));
        expect(fresh.length - strangers).toBeLessThanOrEqual(most(ROW.knownPerProfessionalPerDay));
        // Whoever is asked for again had been reached in the 24 hours before.
        const before = openings.filter(({ atMs, charged }) => charged && atMs > from - DAY_MS && atMs < from);
        const reached = new Set([...before, ...fresh].map(({ door }) => door));
        expect(day.filter(({ door }) => !reached.has(door))).toEqual([]);
      }
    }),
    { numRuns: 120 },
  );
});
