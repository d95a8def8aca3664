// The calendar against the platform's own UTC calendar, over ten thousand years.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { civilDay, dayNumber, isoDay, isRealDay } from './calendar.ts';

const MS_PER_DAY = 86_400_000;
const FIRST = dayNumber({ year: 1, month: 1, day: 1 });
const LAST = dayNumber({ year: 9999, month: 12, day: 31 });
const anyDay = fc.integer({ min: FIRST, max: LAST });

test('a day number and its civil day lead back to each other', () => {
  fc.assert(
    fc.property(anyDay, (number) => {
      expect(dayNumber(civilDay(number))).toBe(number);
    }),
  );
});

test('every civil day agrees with the UTC calendar of the platform', () => {
  fc.assert(
    fc.property(anyDay, (number) => {
      expect(isoDay(civilDay(number))).toBe(new Date(number * MS_PER_DAY).toISOString().slice(0, 10));
    }),
  );
});

test('a day is real exactly when the UTC calendar of the platform does not move it', () => {
  const year = fc.integer({ min: 1, max: 9999 });
  fc.assert(
    fc.property(year, fc.nat(14), fc.nat(33), (y, month, day) => {
      const moved = new Date(0);
      moved.setUTCFullYear(y, month - 1, day);
      const kept =
        moved.getUTCFullYear() === y && moved.getUTCMonth() === month - 1 && moved.getUTCDate() === day;
      expect(isRealDay({ year: y, month, day })).toBe(kept);
    }),
  );
});
