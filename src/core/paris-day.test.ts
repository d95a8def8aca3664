// The Paris day around midnight and around the clock changes.
import { expect, test } from 'vitest';
import type { UtcInstant } from './paris-day.ts';
import { isUtcInstant, parisDay } from './paris-day.ts';

test.each([
  ['2026-01-15T22:59:59Z', '2026-01-15', 'winter: UTC+1'],
  ['2026-01-15T23:00:00Z', '2026-01-16', 'winter: UTC+1'],
  ['2026-07-15T21:59:59Z', '2026-07-15', 'summer: UTC+2'],
  ['2026-07-15T22:00:00Z', '2026-07-16', 'summer: UTC+2'],
  ['2026-03-28T22:30:00Z', '2026-03-28', 'the eve of summer time'],
  ['2026-03-29T22:30:00Z', '2026-03-30', 'the first day of summer time'],
  ['2026-10-24T22:30:00Z', '2026-10-25', 'the eve of winter time'],
  ['2026-10-25T22:30:00Z', '2026-10-25', 'the first day of winter time'],
  ['2026-12-31T23:00:00.5Z', '2027-01-01', 'new year'],
])('at %s it is %s in Paris (%s)', (instant, day, _why) => {
  expect(parisDay(instant as UtcInstant)).toBe(day);
});

test.each(['2026-11-22T10:00:00Z', '2026-11-22T23:59:59.123456789Z'])('%s is a UTC instant', (text) => {
  expect(isUtcInstant(text)).toBe(true);
});

test.each([
  '2026-11-22T10:00:00+01:00',
  '2026-11-22T10:00:00+00:00',
  '2026-11-22T10:00:00',
  '2026-11-22 10:00:00Z',
  '2026-11-22t10:00:00z',
  '2026-02-30T10:00:00Z',
  '2026-11-22T24:00:00Z',
  '2026-11-22T10:60:00Z',
  '2026-11-22T10:00:60Z',
  '2026-11-22T10:00:00.Z',
  '2026-11-22',
  '',
  1_700_000_000,
  null,
])('%j is no UTC instant', (value) => {
  expect(isUtcInstant(value)).toBe(false);
});
