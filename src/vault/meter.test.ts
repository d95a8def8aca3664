// The hard budgets as a whole look-up meets them: which one refuses whom, that a refusal costs nothing, the floor,
// the count of insurers, and that what the journal tells after a crash makes the same meter again.

import { describe, expect, it } from 'vitest';
import { HARD_BUDGETS } from './hard-budgets.ts';
import { Meter, type Spending } from './meter.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-01T08:00:00.000Z');

function spending(overrides: Partial<Spending> = {}): Spending {
  return {
    client: 'software-1',
    structure: 'S-1',
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

/** How many different people may be asked for right now. */
function available(meter: Meter, overrides: Partial<Spending>, nowMs = START_MS): number {
  for (let i = 0; ; i += 1) if (!meter.spend(someone(i, overrides), nowMs).ok) return i;
}

/** Takes all units of an insurer, as a thousand other structures would. */
function drain(meter: Meter, insurer: string): void {
  for (let i = 0; i < HARD_BUDGETS.typedPerInsurerPerDay.size; i += 1) {
    meter.replay(
      spending({ insurer, structure: 'S-crowd', client: 'c-crowd', door: 'crowd', fields: 'crowd' }),
      START_MS,
    );
  }
}

describe('a budget of one asker', () => {
  it.each([
    ['typedPerPersonPerDay', {}],
    ['typedPerStructurePerDay', { door: 'x', client: 'x' }],
    ['typedPerClientPerDay', { door: 'x', structure: 'x' }],
  ] as const)('%s refuses by its name once its units are spent, and no sooner', (name, others) => {
    const meter = new Meter();
    const { size } = HARD_BUDGETS[name];
    // What the case does not look at is another key each time.
    const varied = (i: number) =>
      spending(
        Object.fromEntries(Object.keys(others).map((key) => [key, `${key} ${i}`])) as Partial<Spending>,
      );
    const given = Array.from({ length: size }, (_, i) => meter.spend(varied(i), START_MS).ok);
    expect(given.indexOf(false)).toBe(-1);
    expect(meter.spend(varied(size), START_MS)).toMatchObject({ ok: false, budget: name });
  });

  it.each([
    ['pharmacist', 20],
    ['optician', 8],
    ['hospital', 200],
    ['doctor', 5],
    ['a profession nobody thought of', 5],
  ])('identity-only look-ups: %s %i, whoever is asked for', (profession, size) => {
    expect(available(new Meter(), { profession, evidence: 'identity-only' })).toBe(size);
  });

  it('identity-only units are a structure’s own and do not count look-ups by member number', () => {
    const meter = new Meter();
    const optician = { profession: 'optician', evidence: 'identity-only' } as const;
    for (let i = 0; i < 100; i += 1) meter.spend(someone(i, { profession: 'optician' }), START_MS);
    expect(available(meter, optician)).toBe(8);
    expect(available(meter, { ...optician, structure: 'S-2', client: 'software-2' })).toBe(8);
    expect(meter.spend(someone(1, { profession: 'optician' }), START_MS).ok).toBe(true);
  });
});

describe('a refused look-up', () => {
  it('spends nothing, whichever of its budgets is the empty one', () => {
    const meter = new Meter();
    const { size } = HARD_BUDGETS.typedPerPersonPerDay;
    for (let i = 0; i < size; i += 1) meter.spend(spending({ structure: 'S-0', client: 'c-0' }), START_MS);
    // Refused for the person, so neither this structure, nor this client, nor its identity-only units pay for it.
    const refused = spending({ profession: 'optician', evidence: 'identity-only' });
    for (let i = 0; i < 50; i += 1) {
      expect(meter.spend(refused, START_MS)).toMatchObject({ budget: 'typedPerPersonPerDay' });
    }
    expect(available(meter, { profession: 'optician', evidence: 'identity-only' })).toBe(8);
    expect(available(meter, {})).toBe(HARD_BUDGETS.typedPerStructurePerDay.size - 8);
  });

  it('for want of identity-only units does not count the insurer as asked', () => {
    const meter = new Meter();
    available(meter, { profession: 'doctor', evidence: 'identity-only' });
    const person = { fields: 'sought', profession: 'doctor', evidence: 'identity-only' } as const;
    for (const insurer of ['A', 'B', 'C', 'D']) meter.spend(someone(99, { ...person, insurer }), START_MS);
    for (const insurer of ['E', 'F', 'G']) {
      expect(meter.spend(someone(99, { fields: 'sought', insurer }), START_MS).ok).toBe(true);
    }
  });
});

describe('the floor', () => {
  const drained = new Meter();
  drain(drained, 'A');
  const floor = HARD_BUDGETS.floorPerStructurePerDay.size;

  it('leaves each structure its few when others have drained an insurer, and then says which budget is empty', () => {
    for (const structure of ['S-10', 'S-11']) {
      expect(available(drained, { structure, client: structure })).toBe(floor);
      expect(drained.spend(someone(99, { structure, client: structure }), START_MS)).toMatchObject({
        ok: false,
        budget: 'typedPerInsurerPerDay',
      });
    }
  });

  it('is not touched while the insurer asked has units', () => {
    const asking = { structure: 'S-12', client: 'S-12' };
    for (let i = 0; i < 500; i += 1) drained.spend(someone(i, { ...asking, insurer: 'B' }), START_MS);
    expect(available(drained, asking)).toBe(floor);
  });

  it('does not lift a budget of one’s own', () => {
    const optician = {
      structure: 'S-13',
      client: 'S-13',
      profession: 'optician',
      evidence: 'identity-only',
    } as const;
    expect(available(drained, optician)).toBe(8);
  });

  it('is not given a second time by a crash: replayed lines spend it as they did', () => {
    const asking = { structure: 'S-14', client: 'S-14' };
    for (let i = 0; i < floor - 1; i += 1) drained.replay(someone(i, asking), START_MS);
    expect(available(drained, asking)).toBe(1);
  });
});

describe('the same person at several insurers', () => {
  const at = (insurer: string, overrides: Partial<Spending> = {}) =>
    someone(1, { insurer, door: `door at ${insurer}`, ...overrides });

  it('is asked for at three within a day, by whomever; the fourth is refused until the first is a day old', () => {
    const meter = new Meter();
    const askers = ['S-1', 'S-2', 'S-3', 'S-4'].map((structure) => ({ structure, client: structure }));
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
  const known = (i: number) => someone(i, { evidence: 'member-number' });
  const spentBy = (meter: Meter, i: number) => {
    const answer = meter.spend(known(i), START_MS);
    if (!answer.ok) throw new Error('refused');
    return { structure: 'S-1', charged: answer.charged };
  };

  it('is there for another patient, and for one only', () => {
    const meter = new Meter();
    for (let i = 0; i < 10; i += 1) meter.giveBack(spentBy(meter, i), START_MS);
    spentBy(meter, 10);
    expect(available(meter, {})).toBe(HARD_BUDGETS.typedPerStructurePerDay.size - 1);
  });

  it('comes back at most so many times a day, whoever claims to know everybody', () => {
    const meter = new Meter();
    const doors = Array.from({ length: 1_100 }, (_, i) => spentBy(meter, i));
    const given = doors.map((door) => meter.giveBack(door, START_MS));
    const { size } = HARD_BUDGETS.knownPerStructurePerDay;
    expect(given.filter(Boolean)).toHaveLength(size);
    expect(given.lastIndexOf(true)).toBe(size - 1);
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

  it('has budgets of the structure and the client that shows it', () => {
    const meter = new Meter();
    const { size } = HARD_BUDGETS.cardPerStructurePerDay;
    const one = (i: number) => spending({ evidence: 'card', door: `card ${i}`, fields: '' });
    for (let i = 0; i < size; i += 1) expect(meter.spend(one(i), START_MS).ok).toBe(true);
    expect(meter.spend(one(size), START_MS)).toMatchObject({ budget: 'cardPerStructurePerDay' });
    const elsewhere = { ...one(size), structure: 'S-2' };
    expect(meter.spend(elsewhere, START_MS)).toMatchObject({ budget: 'cardPerClientPerDay' });
  });
});

describe('a meter that remembers as much as it may', () => {
  const MINUTE_MS = 60_000;

  it('refuses, forgets nobody to make room, and goes on when keys are full again', () => {
    const meter = new Meter(100);
    expect(available(meter, {})).toBeLessThan(100);
    const refusal = { ok: false, budget: 'keysRemembered', retryAfterSeconds: 60 };
    expect(meter.spend(someone(999), START_MS)).toEqual(refusal);
    expect(meter.spend(someone(999), START_MS + 59_999)).toEqual(refusal);
    // A person's key is full again after 4.8 minutes; at which insurers somebody was asked for is known for a day.
    expect(meter.spend(someone(999), START_MS + 5 * MINUTE_MS).ok).toBe(true);
    const newPeople = (atMs: number) =>
      Array.from({ length: 60 }, (_, i) => meter.spend(someone(1_000 + i), atMs)).filter(({ ok }) => ok)
        .length;
    expect(newPeople(START_MS + 10 * MINUTE_MS)).toBeLessThan(10);
    expect(newPeople(START_MS + 2 * DAY_MS)).toBe(60);
  });

  it('gives nobody a unit back by what it lets go', () => {
    const meter = new Meter(60);
    const optician = {
      structure: 'S-9',
      client: 'c-9',
      profession: 'optician',
      evidence: 'identity-only',
    } as const;
    expect(available(meter, optician)).toBe(8);
    const laterMs = START_MS + DAY_MS / 8; // one identity-only unit is back by then, and the persons' keys are full
    const crowd = { fields: 'crowd' };
    expect(available(meter, crowd, laterMs)).toBeGreaterThan(20);
    expect(meter.spend(someone(999, crowd), laterMs)).toMatchObject({ budget: 'keysRemembered' });
    expect(available(meter, optician, laterMs + 10 * MINUTE_MS)).toBe(1);
  });
});
