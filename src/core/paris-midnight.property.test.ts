// Where a day begins in Paris, against the rule that says which day it is.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parisDate } from '../lib/clock.ts';
import { parisDay, parisMidnight, type UtcInstant } from './paris-day.ts';
import { addDays, type CareDate } from './period.ts';

const dayOf = (seconds: number) => parisDay(new Date(seconds * 1000).toISOString() as UtcInstant);
const anyDay = fc.integer({ min: 0, max: 40_000 }).map((days) => addDays('1996-01-01' as CareDate, days));

test('a second before midnight it is the day before, at midnight it is the day', () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      const midnight = parisMidnight(day);
      expect(dayOf(midnight)).toBe(day);
      expect(dayOf(midnight - 1)).toBe(addDays(day, -1));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['2026-03-29', '2026-03-28T23:00:00Z'],
  ['2026-03-30', '2026-03-29T22:00:00Z'],
  ['2026-10-25', '2026-10-24T22:00:00Z'],
  ['2026-10-26', '2026-10-25T23:00:00Z'],
  ['2027-01-01', '2026-12-31T23:00:00Z'],
])('%s begins at %s', (day, instant) => {
  expect(parisMidnight(day as CareDate)).toBe(Date.parse(instant) / 1000);
  expect(parisDate(Date.parse(instant))).toBe(day);
});
