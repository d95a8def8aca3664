// Laws of the frequency rules: what a machine accepts keeps its distance, whoever asks, in whatever order.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AGE_GROUPS,
  addMonths,
  EARS,
  type Equipment,
  type EquipmentHistory,
  partsOf,
  tooEarly,
  withClaim,
  withoutClaim,
  withWish,
} from './frequency.ts';
import type { CareDate } from './period.ts';
import { addDays } from './period.ts';

const START = '2020-02-29' as CareDate;
const anyDay = fc.integer({ min: 0, max: 2_500 }).map((n) => addDays(START, n));
const anyEquipment: fc.Arbitrary<Equipment> = fc.oneof(
  fc.record({
    domain: fc.constant('OPTI' as const),
    age: fc.constantFrom(...AGE_GROUPS),
    sightChanged: fc.boolean(),
  }),
  fc.record({
    domain: fc.constant('AUDI' as const),
    ears: fc.subarray([...EARS], { minLength: 1 }),
  }),
);
const historyOf = (asked: { equipment: Equipment; on: CareDate }[]): EquipmentHistory =>
  asked.map(({ equipment, on }, i) => ({ engagement: String(i), on, parts: partsOf(equipment), had: on }));
const anyAsking = fc.array(fc.record({ equipment: anyEquipment, on: anyDay }), { maxLength: 40 });

/** Written out once more, in days a year may have at least. */
function leastDays(equipment: Equipment): number {
  if (equipment.domain === 'AUDI') return 4 * 365;
  return { 'under-6': 181, '6-15': 365, '16-and-over': 2 * 365 }[equipment.age];
}
const days = (a: CareDate, b: CareDate) => Math.abs(Date.parse(a) - Date.parse(b)) / 86_400_000;

test('two that a machine accepted are never closer than the rule of the later asked, unless sight changed', () => {
  fc.assert(
    fc.property(anyAsking, (asked) => {
      let history: EquipmentHistory = [];
      const accepted: typeof asked = [];
      asked.forEach(({ equipment, on }, i) => {
        if (tooEarly(history, equipment, on) !== null) return;
        const free = equipment.domain === 'OPTI' && equipment.sightChanged;
        for (const earlier of free ? [] : accepted) {
          const shared = partsOf(earlier.equipment).some((part) => partsOf(equipment).includes(part));
          if (shared) expect(days(earlier.on, on)).toBeGreaterThanOrEqual(leastDays(equipment));
        }
        accepted.push({ equipment, on });
        const engagement = String(i);
        history = withClaim(
          withWish(history, { engagement, on, parts: partsOf(equipment) }),
          { engagement, on },
          equipment.domain,
        );
      });
    }),
    { numRuns: 1_000 },
  );
});

test('on the day named as the earliest nothing stands against it any more, and the day before something does', () => {
  fc.assert(
    fc.property(anyAsking, anyEquipment, anyDay, (asked, equipment, on) => {
      const history = historyOf(asked);
      const earliest = tooEarly(history, equipment, on);
      if (earliest === null) return;
      const last = tooEarly(history, equipment, earliest);
      expect(last === null || last > earliest).toBe(true);
      expect(tooEarly(history, equipment, addDays(earliest, -1))).not.toBeNull();
    }),
  );
});

test('a claim that is cancelled leaves a history that answers everything as before', () => {
  fc.assert(
    fc.property(anyAsking, anyEquipment, anyDay, (asked, equipment, on) => {
      const before = withWish(historyOf(asked), { engagement: 'new', on, parts: partsOf(equipment) });
      const after = withClaim(before, { engagement: 'new', on: addDays(on, 3) }, equipment.domain);
      expect(withoutClaim(after, 'new')).toEqual(before);
    }),
  );
});

test('months are whole: a later day never gives an earlier one', () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: 0, max: 48 }), (from, months) => {
      expect(addMonths(addDays(from, 1), months) >= addMonths(from, months)).toBe(true);
    }),
  );
});
