// A meter rebuilt from the journal after a crash is the meter that crashed, however long ago its keys were spent, and
// no sequence of look-ups gets more out of it than the table of budgets says.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timestamp } from '../lib/clock.ts';
import { INSURERS_PER_PERSON_PER_DAY } from './hard-budgets.ts';
import { Meter } from './meter.ts';
import { Past } from './past.ts';
import { budgetsOf, PROFESSION_BUDGETS } from './profession-budgets.ts';
import type { Spending } from './spending.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-01T08:00:00.000Z');

/** `isKnown`: the site knows the patient, so the unit comes back. */
type LookUp = { spending: Spending; pauseMs: number; isKnown: boolean };

/** Few structures with few units each, so that refusals of every kind come up. */
const lookUp: fc.Arbitrary<LookUp> = fc
  .record({
    asker: fc.constantFrom(
      { structure: 'S-1', profession: 'optician', professional: 'P-1' },
      { structure: 'S-2', profession: 'doctor', professional: 'P-2' },
      { structure: 'S-3', profession: 'doctor', professional: 'P-2' },
    ),
    insurer: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
    evidence: fc.constantFrom(
      'identity-only' as const,
      'identity-only' as const,
      'member-number' as const,
      'card' as const,
    ),
    isKnown: fc.boolean(),
    newBrowser: fc.constantFrom(undefined, true as const),
    person: fc.oneof(fc.nat(5), fc.nat(300)),
    pauseMs: fc.oneof(
      { weight: 3, arbitrary: fc.nat(1_000) },
      { weight: 3, arbitrary: fc.nat(DAY_MS / 8) },
      fc.nat(DAY_MS),
    ),
  })
  .map(({ asker, insurer, evidence, person, pauseMs, isKnown, ...marks }) => ({
    pauseMs,
    isKnown,
    spending: {
      ...asker,
      ...marks,
      insurer,
      evidence,
      exercise: insurer === 'E' ? (true as const) : undefined,
      door: `${evidence} of ${person} at ${insurer}`,
      fields: evidence === 'card' ? '' : `${person}`,
    },
  }));

type Given = { spending: Spending; atMs: number; givenBack: boolean };

/** Runs look-ups on a meter; what it gave, and every answer. */
function run(meter: Meter, lookUps: readonly LookUp[], startMs: number) {
  const given: Given[] = [];
  let nowMs = startMs;
  const answers = lookUps.map(({ spending: asked, pauseMs, isKnown }) => {
    nowMs += pauseMs;
    const evidence = asked.evidence === 'card' ? meter.cardEvidence(asked, nowMs) : asked.evidence;
    const spending = { ...asked, evidence };
    const answer = meter.spend(spending, nowMs);
    if (!answer.ok) return answer;
    const mayComeBack = isKnown && evidence === 'member-number';
    const givenBack = mayComeBack && meter.giveBack({ ...spending, charged: answer.charged }, nowMs);
    given.push({ spending, atMs: nowMs, givenBack });
    return { ...answer, evidence, givenBack };
  });
  return { given, answers, nowMs };
}

/** Had the same professional not opened this door in the 24 hours before, but for repeats? */
function isFirst(given: readonly Given[], { spending, atMs }: Given): boolean {
  let chargedAtMs = Number.NEGATIVE_INFINITY;
  for (const one of given) {
    const isSame = one.spending.professional === spending.professional && one.spending.door === spending.door;
    if (!isSame || one.atMs - chargedAtMs < DAY_MS) continue;
    chargedAtMs = one.atMs;
    if (one.atMs === atMs) return true;
  }
  return false;
}

/** As a start does it: the journal's lines, read one by one. */
function rebuilt(given: readonly Given[]): Meter {
  const meter = new Meter();
  const past = new Past(meter, { change: () => undefined });
  let n = 0;
  for (const { spending, atMs, givenBack } of given) {
    n += 1;
    const line = { at: timestamp(atMs), prev: '' };
    past.replay({ n, ...line, do: 'open', account: 'a', client: 'c', ...spending });
    if (givenBack) past.replay({ n: n + 1, ...line, do: 'known', opened: n, structure: spending.structure });
    if (givenBack) n += 1;
  }
  return meter;
}

describe('a meter', () => {
  it('rebuilt from the journal answers everything that follows as the one that crashed would have', () => {
    fc.assert(
      fc.property(
        fc.array(lookUp, { maxLength: 60 }),
        fc.array(lookUp, { maxLength: 30 }),
        (before, after) => {
          const live = new Meter();
          const { given, nowMs } = run(live, before, START_MS);
          const restarted = rebuilt(given);
          expect(run(restarted, after, nowMs).answers).toEqual(run(live, after, nowMs).answers);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('that was kept at its limit for three days is as empty after a crash as before it', () => {
    const live = new Meter();
    const given: Given[] = [];
    const every = DAY_MS / PROFESSION_BUDGETS.optician.identityOnlyPerProfessionalPerDay.perDay;
    const ask = (meter: Meter, i: number, atMs: number) => {
      const asker = { professional: 'P-1', structure: 'S-1', profession: 'optician' };
      const whom = { insurer: 'A', door: `${i}`, fields: `${i}` };
      const spending: Spending = { ...asker, ...whom, evidence: 'identity-only' };
      const { ok } = meter.spend(spending, atMs);
      if (ok && meter === live) given.push({ spending, atMs, givenBack: false });
      return ok;
    };
    for (let i = 0; i < 8; i += 1) ask(live, i, START_MS);
    for (let i = 1; i <= 24; i += 1) expect(ask(live, 100 + i, START_MS + i * every)).toBe(true);
    const nowMs = START_MS + 24 * every;
    expect(ask(live, 999, nowMs)).toBe(false);
    expect(ask(rebuilt(given), 999, nowMs)).toBe(false);
  });

  it('counts lines of before there was a professional under their accounts, each apart', () => {
    const meter = new Meter();
    const past = new Past(meter, { change: () => undefined });
    const { size } = PROFESSION_BUDGETS.doctor.typedPerProfessionalPerDay;
    const asker = { structure: 'S-1', profession: 'doctor', insurer: 'A' };
    const typed = (i: number) =>
      ({ ...asker, evidence: 'member-number', door: `${i}`, fields: `${i}` }) as const;
    for (let n = 1; n <= size; n += 1) {
      past.replay({
        n,
        at: timestamp(START_MS),
        prev: '',
        do: 'open',
        account: 'nadia',
        client: 'c',
        ...typed(n),
      });
    }
    const asks = (professional: string) => meter.spend({ ...typed(99), professional }, START_MS).ok;
    expect([asks('nadia'), asks('paul')]).toEqual([false, true]);
  });

  it('has after a crash the units that were given back before it, and no more', () => {
    const { size } = PROFESSION_BUDGETS.pharmacist.typedPerProfessionalPerDay;
    const asked = (i: number): Spending => ({
      ...{ professional: 'P-1', structure: 'S-1', profession: 'pharmacist', insurer: 'A' },
      ...{ evidence: 'member-number', door: `${i}`, fields: `${i}` },
    });
    const given = Array.from({ length: size }, (_, i) => ({
      spending: asked(i),
      atMs: START_MS,
      givenBack: i === 7 || i === size - 1,
    }));
    const meter = rebuilt(given);
    const more = [size, size + 1, size + 2].map((i) => meter.spend(asked(i), START_MS).ok);
    expect(more).toEqual([true, true, false]);
  });

  it('gives nobody more identity-only look-ups, and no person more insurers, than the table says', () => {
    fc.assert(
      fc.property(fc.array(lookUp, { maxLength: 120 }), (lookUps) => {
        const { given } = run(new Meter(), lookUps, START_MS);
        for (const [i, { spending, atMs }] of given.entries()) {
          if (spending.fields === '') continue; // a card: one insurer knows it
          const day = given.slice(0, i + 1).filter((one) => one.atMs > atMs - DAY_MS);
          const insurers = day
            .filter((one) => one.spending.fields === spending.fields)
            .map((one) => one.spending.insurer);
          expect(new Set(insurers).size).toBeLessThanOrEqual(INSURERS_PER_PERSON_PER_DAY);
          const { size, perDay } = budgetsOf(spending.profession).identityOnlyPerProfessionalPerDay;
          const doors = day.filter(
            ({ spending: one }) =>
              one.evidence === 'identity-only' && !one.exercise && one.professional === spending.professional,
          );
          const people = new Set(doors.filter((one) => isFirst(given, one)).map((one) => one.spending.door));
          expect(people.size).toBeLessThanOrEqual(size + perDay);
        }
      }),
      { numRuns: 150 },
    );
  });
});
