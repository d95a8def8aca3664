// Known days of the Gregorian calendar.
import { expect, test } from 'vitest';
import { dayNumber, digitsAt, isoDay, isRealDay } from './calendar.ts';

test.each([
  [2024, 2, 29, true],
  [2023, 2, 29, false],
  [2000, 2, 29, true],
  [1900, 2, 29, false],
  [2026, 4, 31, false],
  [2026, 12, 31, true],
  [2026, 13, 1, false],
  [2026, 0, 1, false],
  [2026, 1, 0, false],
  [0, 1, 1, false],
  [10_000, 1, 1, false],
])('%i-%i-%i being a real day is %s', (year, month, day, real) => {
  expect(isRealDay({ year, month, day })).toBe(real);
});

test('day 0 is 1970-01-01 and the day before a March is the leap day', () => {
  expect(dayNumber({ year: 1970, month: 1, day: 1 })).toBe(0);
  expect(dayNumber({ year: 2024, month: 3, day: 1 }) - dayNumber({ year: 2024, month: 2, day: 29 })).toBe(1);
});

test('digits are read as a number, and anything else as -1', () => {
  expect(digitsAt('x0042y', { start: 1, length: 4 })).toBe(42);
  expect(digitsAt('x004 y', { start: 1, length: 4 })).toBe(-1);
  expect(digitsAt('12', { start: 1, length: 4 })).toBe(-1);
  expect(digitsAt('٤٢', { start: 0, length: 2 })).toBe(-1);
});

test('a day is written with leading zeros', () => {
  expect(isoDay({ year: 33, month: 4, day: 3 })).toBe('0033-04-03');
});
