// Care dates and periods by example.
import { expect, test } from 'vitest';
import type { CareDate, Period } from './period.ts';
import { addDays, contains, earlierOf, isImpossible, overlaps, parseCareDate } from './period.ts';

const date = (text: string) => text as CareDate;
const period = (from: string, to: string | null): Period => ({
  from: date(from),
  to: to === null ? null : date(to),
});

test.each(['2026-01-01', '2024-02-29', '9999-12-31', '0001-01-01'])('%s is a care date', (text) => {
  expect(parseCareDate(text)).toBe(text);
});

test.each([
  '',
  '2026-1-01',
  '2026-02-29',
  '2026-13-01',
  '2026-00-10',
  '2026-04-31',
  '0000-01-01',
  '2026/01/01',
  '20260101',
  '2026-01-01T00:00:00Z',
  ' 2026-01-01',
  '2026-01-0l',
  '-026-01-01',
  '2026-01- 1',
  20260101,
  null,
  undefined,
])('%j is no care date', (value) => {
  expect(parseCareDate(value)).toBeNull();
});

test.each([
  ['2026-12-31', 1, '2027-01-01'],
  ['2024-02-28', 1, '2024-02-29'],
  ['2026-03-01', -1, '2026-02-28'],
  ['2026-11-22', 30, '2026-12-22'],
  ['2026-11-22', 0, '2026-11-22'],
  ['9999-12-31', 5, '9999-12-31'],
  ['0001-01-02', -5, '0001-01-01'],
])('%s and %i days is %s', (from, days, to) => {
  expect(addDays(date(from), days)).toBe(to);
});

test('the earlier of two days is found, and null is never earlier', () => {
  expect(earlierOf(date('2026-01-02'), date('2026-01-01'))).toBe('2026-01-01');
  expect(earlierOf(date('2026-01-01'), date('2026-01-02'))).toBe('2026-01-01');
  expect(earlierOf(date('2026-01-01'), null)).toBe('2026-01-01');
});

test.each([
  ['2025-12-31', false],
  ['2026-01-01', true],
  ['2026-12-31', true],
  ['2027-01-01', false],
])('a period of 2026 contains %s: %s', (day, inside) => {
  expect(contains(period('2026-01-01', '2026-12-31'), date(day))).toBe(inside);
});

test('a period with an open end contains the last day that can be written', () => {
  expect(contains(period('2026-01-01', null), date('9999-12-31'))).toBe(true);
});

test.each([
  ['touching without a common day', '2026-01-31', '2026-02-01', false],
  ['one common day', '2026-02-01', '2026-02-01', true],
  ['one inside the other', '2026-12-31', '2026-02-01', true],
])('overlap: %s', (_label, endOfFirst, startOfSecond, expected) => {
  expect(overlaps(period('2026-01-01', endOfFirst), period(startOfSecond, '2026-03-01'))).toBe(expected);
});

test('a period is impossible only when it ends before it begins', () => {
  expect(isImpossible(period('2026-01-02', '2026-01-01'))).toBe(true);
  expect(isImpossible(period('2026-01-01', '2026-01-01'))).toBe(false);
  expect(isImpossible(period('2026-01-01', null))).toBe(false);
});
