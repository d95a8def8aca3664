// The hard budgets as a whole look-up meets them: which one refuses whom, that a refusal costs nothing, the floor,
// the count of insurers, and that what the journal tells after a crash makes the same meter again.

import { describe, expect, it } from 'vitest';
import { amountOf, type BudgetName, HARD_BUDGETS } from './hard-budgets.ts';
import { Meter } from './meter.ts';
import { PROFESSION_BUDGETS } from './profession-budgets.ts';
import type { Spending } from './spending.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-01T08:00:00.000Z');

function spending(overrides: Partial<Spending> = {}): Spending {
  return {
    structure: 'S-1',
    professional: 'P-1',
    profession: 'pharmacist',
    insurer: 'A',
    evidence: 'member-number',
    door: 'door-1',
    fields: 'fields-1',
    ...overrides,
  };
}

/** A look-up of its own person. */
const someone = (i: number, overrides: Partial<Spending> = {}) =>
  spending({ door: `door ${i}`, fields: `fields ${i}`, ...overrides });
const sizeOf = (name: BudgetName, profession = 'pharmacist') => amountOf(name, profession).size;
/** What one pharmacist may type at once. */
const OWN = sizeOf('typedPerProfessionalPerDay');
/** People of an exercise: no small budget is in the way. */
const EXERCISE = { exercise: true, insurer: 'exercise' } as const;

let newcomers = 10_000;
/** How many people nobody has asked for yet may be asked for right now. */
function available(meter: Meter, overrides: Partial<Spending>, nowMs = START_MS): number {
  for (let i = 0; ; i += 1) {
    newcomers += 1;
    if (!meter.spend(someone(newcomers, overrides), nowMs).ok) return i;
  }
}

/** Takes all units of an insurer, as a thousand other structures would. */
function drain(meter: Meter, insurer: string): void {
  for (let i = 0; i < HARD_BUDGETS.typedPerInsurerPerDay.size; i += 1) {
    meter.replay(
      someone(i, { insurer, structure: 'S-crowd', professional: `${i}`, fields: 'crowd' }),
      START_MS,
    );
  }
}

/** `others`: what the case does not look at, which is another key each time. */
function isNamedOnce(name: BudgetName, others: (keyof Spending)[], overrides: Partial<Spending> = {}) {
  const meter = new Meter();
  const size = sizeOf(name, overrides.profession);
  const varied = (i: number) =>
    spending({ ...overrides, ...Object.fromEntries(others.map((key) => [key, `${key} ${i}`])) });
  const given = Array.from({ length: size }, (_, i) => meter.spend(varied(i), START_MS).ok);
  expect(given.indexOf(false)).toBe(-1);
  expect(meter.spend(varied(size), START_MS)).toMatchObject({ ok: false, budget: name });
}

describe('a budget of one asker', () => {
  const elsewhere = ['structure'] as const;
  const person = ['door', 'fields'] as const;
  it.each([
    ['typedPerPatientPerDay', [...elsewhere, 'professional'], {}],
    ['typedPerProfessionalPerDay', [...elsewhere, ...person], {}],
    ['typedPerStructurePerDay', ['professional', ...person], {}],
    ['typedOnNewBrowsersPerProfessionalPerDay', [...elsewhere, ...person], { newBrowser: true }],
    ['identityOnlyPerProfessionalPerDay', [...elsewhere, ...person], { evidence: 'identity-only' }],
    ['identityOnlyPerStructurePerDay', ['professional', ...person], { evidence: 'identity-only' }],
    ['exercisePerStructurePerDay', ['professional', ...person], EXERCISE],
  ] as [BudgetName, (keyof Spending)[], Partial<Spending>][])(
    '%s refuses by its name once its units are spent, and no sooner',
    (name, others, overrides) => isNamedOnce(name, others, overrides),
  );

  it.each(Object.entries(PROFESSION_BUDGETS).map(([profession, row]) => [profession, row] as const))(
    'of a %s has the sizes of its row, alone and all together at one site',
    (profession, row) => {
      const typed = row.typedPerProfessionalPerDay.size;
      const identityOnly = row.identityOnlyPerProfessionalPerDay.size;
      expect(available(new Meter(), { profession })).toBe(typed);
      expect(available(new Meter(), { profession, evidence: 'identity-only' })).toBe(
        Math.min(typed, identityOnly),
      );
      const meter = new Meter();
      let together = 0;
      for (let i = 0; i < 30; i += 1) {
        const colleague = { profession, professional: `P ${i}` };
        for (let j = 0; meter.spend(someone(1_000 * i + j, colleague), START_MS).ok; j += 1) together += 1;
      }
      expect(together).toBe(row.typedPerStructurePerDay.size);
    },
  );

  it('of a profession nobody thought of is the narrowest', () => {
    const profession = 'a profession nobody thought of';
    expect(available(new Meter(), { profession })).toBe(8);
    expect(available(new Meter(), { profession, evidence: 'identity-only' })).toBe(5);
  });

  it('goes with the person to every other site and account', () => {
    const meter = new Meter();
    expect(available(meter, {})).toBe(OWN);
    expect(available(meter, { structure: 'S-2' })).toBe(0);
    expect(available(meter, { structure: 'S-2', professional: 'P-2' })).toBe(OWN);
  });

  it('leaves the other professions of the same structure theirs', () => {
    const meter = new Meter();
    const doctors = ['P-1', 'P-2', 'P-3', 'P-4'];
    for (const professional of doctors) available(meter, { professional, profession: 'doctor' });
    expect(available(meter, { professional: 'P-5', profession: 'doctor' })).toBe(0);
    expect(available(meter, { professional: 'P-6', profession: 'nurse' })).toBe(8);
  });

  it('of identity-only look-ups does not count those by member number', () => {
    const meter = new Meter();
    const optician = { profession: 'optician' } as const;
    for (let i = 0; i < 12; i += 1) meter.spend(someone(100 + i, optician), START_MS);
    expect(available(meter, { ...optician, evidence: 'identity-only' })).toBe(8);
  });
});

describe('a door opened again within 24 hours by the same person', () => {
  it('costs nothing but the patient’s own unit, wherever it is asked for, and also when everything else is empty', () => {
    const meter = new Meter();
    for (const i of [3, 4]) meter.spend(someone(i), START_MS);
    expect(available(meter, {})).toBe(OWN - 2);
    for (const atMs of [START_MS, START_MS + DAY_MS - 1]) {
      expect(meter.spend(someone(3, { structure: 'S-2' }), atMs)).toEqual({ ok: true, charged: [] });
    }
    const patient = sizeOf('typedPerPatientPerDay');
    for (let i = 0; i < patient; i += 1) expect(meter.spend(someone(4), START_MS).ok).toBe(true);
    expect(meter.spend(someone(4), START_MS)).toMatchObject({ budget: 'typedPerPatientPerDay' });
  });

  it('repeated all day long by one person is closed to nobody else', () => {
    const meter = new Meter();
    const patient = sizeOf('typedPerPatientPerDay');
    for (let i = 0; i < 2 * patient; i += 1) meter.spend(someone(4), START_MS);
    for (let i = 0; i < 20; i += 1) {
      expect(meter.spend(someone(4, { professional: `P-${2 + i}` }), START_MS).ok).toBe(true);
    }
  });

  it('is a new one for anybody else, and a day after the first time, however often it was repeated', () => {
    const meter = new Meter();
    meter.spend(someone(3), START_MS);
    expect(meter.spend(someone(3, { professional: 'P-2' }), START_MS)).not.toMatchObject({ charged: [] });
    for (let hour = 1; hour < 24; hour += 1) meter.spend(someone(3), START_MS + hour * (DAY_MS / 24));
    const next = meter.spend(someone(3), START_MS + DAY_MS);
    expect(next.ok && next.charged.length).toBeGreaterThan(1);
  });

  it('is new to whom showed a card, which is another door', () => {
    const meter = new Meter();
    meter.spend(spending({ evidence: 'card', fields: '' }), START_MS);
    const typed = meter.spend(spending(), START_MS);
    expect(typed.ok && typed.charged.length).toBeGreaterThan(1);
  });
});

describe('people of an exercise', () => {
  it('spend none of what is for real people, nor what everybody shares', () => {
    const meter = new Meter();
    for (let i = 0; i < 500; i += 1) {
      const evidence = i % 2 ? 'identity-only' : 'member-number';
      const answer = meter.spend(someone(i, { ...EXERCISE, evidence }), START_MS);
      expect(answer.ok && answer.charged.map(({ id }) => id.split(' ', 1)[0])).toEqual([
        'typedPerPatientPerDay',
        'exercisePerStructurePerDay',
      ]);
    }
    expect(available(meter, {})).toBe(OWN);
  });
});

describe('a refused look-up', () => {
  it('spends nothing, whichever of its budgets is the empty one', () => {
    const meter = new Meter();
    const { size } = HARD_BUDGETS.typedPerPatientPerDay;
    for (let i = 0; i < size; i += 1) {
      meter.spend(spending({ structure: `S ${i}`, professional: `P ${i}` }), START_MS);
    }
    // Refused for the person, so neither this structure nor its identity-only units pay for it.
    const refused = spending({ profession: 'optician', evidence: 'identity-only' });
    for (let i = 0; i < 50; i += 1) {
      expect(meter.spend(refused, START_MS)).toMatchObject({ budget: 'typedPerPatientPerDay' });
    }
    const optician = { profession: 'optician' } as const;
    expect(available(meter, { ...optician, evidence: 'identity-only' })).toBe(8);
    const left = sizeOf('typedPerProfessionalPerDay', 'optician') - 8;
    expect(
      Array.from({ length: 30 }, (_, i) => meter.spend(someone(100 + i, optician), START_MS).ok),
    ).toEqual(Array.from({ length: 30 }, (_, i) => i < left));
  });

  it('for want of identity-only units does not count the insurer as asked', () => {
    const meter = new Meter();
    available(meter, { profession: 'doctor', evidence: 'identity-only' });
    const person = { fields: 'sought', profession: 'doctor', evidence: 'identity-only' } as const;
    for (const insurer of ['A', 'B', 'C', 'D']) meter.spend(someone(99, { ...person, insurer }), START_MS);
    for (const [i, insurer] of ['E', 'F', 'G'].entries()) {
      expect(meter.spend(someone(99 + i, { fields: 'sought', insurer }), START_MS).ok).toBe(true);
    }
  });
});

describe('the floor', () => {
  const drained = new Meter();
  drain(drained, 'A');
  const floor = HARD_BUDGETS.floorPerStructurePerDay.size;

  /** A hospital: its own budgets are wider than the floor. */
  const at = (structure: string) => ({
    structure,
    professional: `P of ${structure}`,
    profession: 'hospital',
  });

  it('leaves each structure its few when others have drained an insurer, and then says which budget is empty', () => {
    for (const structure of ['S-10', 'S-11']) {
      expect(available(drained, at(structure))).toBe(floor);
      expect(drained.spend(someone(99, at(structure)), START_MS)).toMatchObject({
        ok: false,
        budget: 'typedPerInsurerPerDay',
      });
    }
  });

  it('is not touched while the insurer asked has units', () => {
    for (let i = 0; i < 20; i += 1)
      drained.spend(someone(100 + i, { ...at('S-12'), insurer: 'B' }), START_MS);
    expect(available(drained, { ...at('S-12'), professional: 'a colleague' })).toBe(floor);
  });

  it('does not lift a budget of one’s own', () => {
    const optician = { ...at('S-13'), profession: 'optician', evidence: 'identity-only' } as const;
    expect(available(drained, optician)).toBe(8);
  });

  it('is not given a second time by a crash: replayed lines spend it as they did', () => {
    for (let i = 0; i < floor - 1; i += 1) drained.replay(someone(i, at('S-14')), START_MS);
    const others = Array.from({ length: 5 }, (_, i) => drained.spend(someone(50 + i, at('S-14')), START_MS));
    expect(others.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

describe('the same person at several insurers', () => {
  const at = (insurer: string, overrides: Partial<Spending> = {}) =>
    someone(1, { insurer, door: `door at ${insurer}`, ...overrides });

  it('is asked for at three within a day, by whomever; the fourth is refused until the first is a day old', () => {
    const meter = new Meter();
    const askers = ['S-1', 'S-2', 'S-3', 'S-4'].map((structure) => ({ structure }));
    ['A', 'B', 'C'].forEach((insurer, i) => {
      expect(meter.spend(at(insurer, askers[i]), START_MS + i * 60_000).ok).toBe(true);
    });
    const fourth = at('D', askers[3]);
    const refusal = meter.spend(fourth, START_MS + 120_000);
    expect(refusal).toEqual({
      ok: false,
      budget: 'insurersPerPersonPerDay',
      retryAfterSeconds: 86_400 - 120,
    });
    expect(meter.spend(at('B'), START_MS + 120_000).ok).toBe(true); // known ones go on
    expect(meter.spend(fourth, START_MS + DAY_MS - 1).ok).toBe(false);
    expect(meter.spend(fourth, START_MS + DAY_MS).ok).toBe(true);
  });

  it('does not hinder another person', () => {
    const meter = new Meter();
    for (const insurer of ['A', 'B', 'C']) meter.spend(at(insurer), START_MS);
    expect(meter.spend(someone(2, { insurer: 'D' }), START_MS).ok).toBe(true);
  });
});

describe('a unit that is given back', () => {
  const asker = { professional: 'P-1', structure: 'S-1', profession: 'pharmacist' } as const;
  const spentBy = (meter: Meter, i: number) => {
    const answer = meter.spend(someone(i), START_MS);
    if (!answer.ok) throw new Error('refused');
    return { ...asker, charged: answer.charged };
  };

  it('is there for another patient, and for one only', () => {
    const meter = new Meter();
    const doors = Array.from({ length: 20 }, (_, i) => spentBy(meter, i));
    for (const door of doors.slice(0, 5)) meter.giveBack(door, START_MS);
    expect(available(meter, {})).toBe(OWN - 15);
  });

  it('comes back at most so many times a day, whoever claims to know everybody', () => {
    const meter = new Meter();
    let known = 0;
    for (let i = 0; ; i += 1) {
      const answer = meter.spend(someone(i), START_MS);
      if (!answer.ok) break;
      if (meter.giveBack({ ...asker, charged: answer.charged }, START_MS)) known += 1;
    }
    expect(known).toBe(sizeOf('knownPerProfessionalPerDay'));
  });

  it.each([
    ['knownPerProfessionalPerDay', (i: number) => ({ structure: `S ${i}` })],
    ['knownPerStructurePerDay', (i: number) => ({ professional: `P ${i}` })],
  ] as const)('counts for %s, whatever else differs', (name, varied) => {
    const meter = new Meter();
    const profession = 'doctor';
    const known = Array.from({ length: 200 }, (_, i) => {
      const one = someone(i, { profession, ...varied(i) });
      const answer = meter.spend(one, START_MS);
      return answer.ok && meter.giveBack({ ...one, charged: answer.charged }, START_MS);
    });
    expect(known.filter(Boolean)).toHaveLength(sizeOf(name, profession));
  });

  it('is none for a repeat, which has cost none, and uses none of the day’s share up', () => {
    const meter = new Meter();
    for (const i of [1, 2]) spentBy(meter, i);
    const share = sizeOf('knownPerProfessionalPerDay');
    for (let i = 0; i <= share; i += 1) {
      expect(meter.giveBack(spentBy(meter, 1 + (i % 2)), START_MS)).toBe(true);
    }
    expect(meter.giveBack(spentBy(meter, 3), START_MS)).toBe(true);
    expect(available(meter, {})).toBe(OWN - 2);
  });
});

describe('a card', () => {
  const card = (structure: string) => spending({ evidence: 'card', door: 'card-1', fields: '', structure });
  const at = (meter: Meter, structure: string, ms: number) => {
    const evidence = meter.cardEvidence({ door: 'card-1', structure }, ms);
    expect(meter.spend({ ...card(structure), evidence }, ms).ok).toBe(true);
    return evidence;
  };

  it('is doubtful from the fifth structure of a day on, and good again a day later', () => {
    const meter = new Meter();
    const seen = ['S-1', 'S-2', 'S-3', 'S-4', 'S-5', 'S-6'].map((structure) =>
      at(meter, structure, START_MS),
    );
    expect(seen).toEqual(['card', 'card', 'card', 'card', 'card-doubtful', 'card-doubtful']);
    expect(at(meter, 'S-1', START_MS + DAY_MS - 1)).toBe('card-doubtful');
    expect(at(meter, 'S-7', START_MS + 2 * DAY_MS)).toBe('card');
  });

  it('may be shown at one structure all day long', () => {
    const meter = new Meter();
    const seen = Array.from({ length: 50 }, (_, i) => at(meter, 'S-1', START_MS + i));
    expect(new Set(seen)).toEqual(new Set(['card']));
  });

  it('spends no typed unit, and is served when everything typed is drained', () => {
    const meter = new Meter();
    drain(meter, 'A');
    available(meter, {});
    expect(meter.spend(spending(), START_MS).ok).toBe(false);
    expect(at(meter, 'S-1', START_MS)).toBe('card');
  });

  it('shown again and again closes its structure to no other card, nor itself to another structure', () => {
    const meter = new Meter();
    const repeats = sizeOf('cardPerPatientPerDay');
    for (let i = 0; i <= repeats; i += 1) at(meter, 'S-1', START_MS);
    expect(meter.spend(card('S-1'), START_MS)).toMatchObject({ budget: 'cardPerPatientPerDay' });
    for (let i = 0; i < 2; i += 1) at(meter, 'S-2', START_MS);
    const others = sizeOf('cardPerStructurePerDay') - 1; // all but the one unit of the first time
    const other = (i: number) => spending({ evidence: 'card', door: `card ${i}`, fields: '' });
    for (let i = 0; i < others; i += 1) expect(meter.spend(other(i), START_MS).ok).toBe(true);
    expect(meter.spend(other(others), START_MS)).toMatchObject({ budget: 'cardPerStructurePerDay' });
    at(meter, 'S-1', START_MS + DAY_MS / repeats);
  });

  it('costs its structure a unit again a day after the one it paid, however often it was shown meanwhile', () => {
    const meter = new Meter();
    at(meter, 'S-1', START_MS);
    for (let hour = 1; hour < 24; hour += 1) at(meter, 'S-1', START_MS + hour * (DAY_MS / 24));
    const next = meter.spend(card('S-1'), START_MS + DAY_MS);
    expect(next.ok && next.charged.map(({ id }) => id)).toContain('cardPerStructurePerDay S-1');
  });

  it('has a budget of the structure that shows it', () => {
    const meter = new Meter();
    const { size } = HARD_BUDGETS.cardPerStructurePerDay;
    const one = (i: number) => spending({ evidence: 'card', door: `card ${i}`, fields: '' });
    for (let i = 0; i < size; i += 1) expect(meter.spend(one(i), START_MS).ok).toBe(true);
    expect(meter.spend(one(size), START_MS)).toMatchObject({ budget: 'cardPerStructurePerDay' });
    expect(meter.spend({ ...one(size), structure: 'S-2' }, START_MS).ok).toBe(true);
  });
});

describe('what is bounded beside look-ups', () => {
  it('refused cards, by structure', () => {
    const meter = new Meter();
    const { size } = HARD_BUDGETS.cardsRefusedPerStructurePerDay;
    for (let i = 0; i < size; i += 1) expect(meter.refuseCard({ structure: 'S-1' }, START_MS)).toBeNull();
    const budget = 'cardsRefusedPerStructurePerDay';
    expect(meter.refuseCard({ structure: 'S-1' }, START_MS)).toMatchObject({ budget });
    expect(meter.refuseCard({ structure: 'S-2' }, START_MS)).toBeNull();
  });

  it('notices, by insurer: all of a list or none', () => {
    const meter = new Meter();
    const { size } = HARD_BUDGETS.noticesPerInsurerPerDay;
    const read = (units: number) => meter.take('noticesPerInsurerPerDay', 'A', { units, nowMs: START_MS });
    expect([read(size + 1), read(size - 1), read(2), read(1), read(1)]).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it('the whole platform, when many insurers together are drained', () => {
    const meter = new Meter();
    const perInsurer = HARD_BUDGETS.typedPerInsurerPerDay.size - 1;
    const insurers = Math.ceil(HARD_BUDGETS.typedOnPlatformPerDay.size / perInsurer);
    for (let i = 0; i < insurers; i += 1) {
      meter.replayTake('typedPerInsurerPerDay', `I-${i}`, { units: perInsurer, atMs: START_MS });
      meter.replayTake('typedOnPlatformPerDay', '', { units: perInsurer, atMs: START_MS });
    }
    expect(available(meter, { insurer: 'fresh' })).toBe(HARD_BUDGETS.floorPerStructurePerDay.size);
  });
});

describe('a meter that remembers as much as it may', () => {
  const MINUTE_MS = 60_000;

  it('refuses, forgets nobody to make room, and goes on when keys are full again', () => {
    const meter = new Meter(100);
    expect(available(meter, EXERCISE)).toBeLessThan(100);
    const refusal = { ok: false, budget: 'keysRemembered', retryAfterSeconds: 60 };
    expect(meter.spend(someone(999), START_MS)).toEqual(refusal);
    expect(meter.spend(someone(999), START_MS + 59_999)).toEqual(refusal);
    // A person's key is full again after 4.8 minutes; at which insurers somebody was asked for is known for a day.
    expect(meter.spend(someone(999, EXERCISE), START_MS + 5 * MINUTE_MS).ok).toBe(true);
    const newPeople = (atMs: number) =>
      Array.from({ length: 60 }, (_, i) => meter.spend(someone(1_000 + i, EXERCISE), atMs)).filter(
        ({ ok }) => ok,
      ).length;
    expect(newPeople(START_MS + 10 * MINUTE_MS)).toBeLessThan(10);
    expect(newPeople(START_MS + 2 * DAY_MS)).toBe(60);
  });

  it('lets shown cards go too, a day later', () => {
    const meter = new Meter(100);
    const shown = (nowMs: number) =>
      Array.from({ length: 100 }, (_, i) =>
        meter.spend(someone(i, { evidence: 'card', fields: '' }), nowMs),
      ).every(({ ok }) => ok);
    expect(shown(START_MS)).toBe(true);
    expect(meter.spend(someone(100, { evidence: 'card', fields: '' }), START_MS).ok).toBe(false);
    expect(shown(START_MS + DAY_MS)).toBe(true);
  });

  it('gives nobody a unit back by what it lets go', () => {
    const meter = new Meter(60);
    const optician = {
      structure: 'S-9',
      profession: 'optician',
      evidence: 'identity-only',
    } as const;
    expect(available(meter, optician)).toBe(8);
    const laterMs = START_MS + DAY_MS / 8; // one identity-only unit is back by then, and the persons' keys are full
    // Sites of a moment, each with keys of its own.
    const crowd = (i: number) => someone(i, { ...EXERCISE, fields: 'crowd', structure: `S ${i}` });
    const served = Array.from({ length: 40 }, (_, i) => meter.spend(crowd(i), laterMs));
    expect(served.filter(({ ok }) => ok).length).toBeGreaterThan(10);
    expect(served.at(-1)).toMatchObject({ budget: 'keysRemembered' });
    expect(available(meter, optician, laterMs + 10 * MINUTE_MS)).toBe(1);
  });
});
