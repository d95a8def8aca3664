// Laws of days and periods: a period is nothing but the set of its days.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CareDate, Period } from './period.ts';
import { addDays, contains, isCareDate, isImpossible, overlaps } from './period.ts';

const START = '2026-01-01' as CareDate;
const WINDOW_DAYS = 20;
const WINDOW = Array.from({ length: WINDOW_DAYS }, (_, i) => addDays(START, i));

const anyDay = fc.integer({ min: -700_000, max: 2_900_000 }).map((n) => addDays(START, n));
const dayInWindow = fc.constantFrom(...WINDOW);
const anyPeriod: fc.Arbitrary<Period> = fc.record({ from: dayInWindow, to: fc.option(dayInWindow) });

test('adding days and taking them away leads back, and every result is a care date', () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: -10_000, max: 10_000 }), (day, n) => {
      const there = addDays(day, n);
      expect(isCareDate(there)).toBe(true);
      expect(addDays(there, -n)).toBe(day);
    }),
  );
});

test('days sort as texts in the order of time', () => {
  fc.assert(
    fc.property(anyDay, fc.integer({ min: 1, max: 100_000 }), (day, n) => {
      expect(addDays(day, n) > day).toBe(true);
    }),
  );
});

test('two periods overlap exactly when some day is in both, whichever is named first', () => {
  fc.assert(
    fc.property(anyPeriod, anyPeriod, (a, b) => {
      const common = WINDOW.some((day) => contains(a, day) && contains(b, day));
      expect(overlaps(a, b)).toBe(common);
      expect(overlaps(b, a)).toBe(common);
    }),
  );
});

test('a period is impossible exactly when it contains no day', () => {
  fc.assert(
    fc.property(anyPeriod, (period) => {
      expect(isImpossible(period)).toBe(!WINDOW.some((day) => contains(period, day)));
    }),
  );
});

test('care dates are exactly the texts that the UTC calendar of the platform writes', () => {
  const number = fc.nat(33).map((n) => String(n).padStart(2, '0'));
  fc.assert(
    fc.property(fc.integer({ min: 1900, max: 2100 }), number, number, (year, month, day) => {
      const text = `${year}-${month}-${day}`;
      const parsed = Date.parse(`${text}T00:00:00Z`);
      const real = !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(text);
      expect(isCareDate(text)).toBe(real);
    }),
  );
});
