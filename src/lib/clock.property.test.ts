// Paris days as the calendar has them, whatever was asked before: the last answer is remembered for a quarter of an hour.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManualClock, parisDate, timestamp } from './clock.ts';

const MIDNIGHTS_MS = [
  '2026-01-01T23:00:00Z', // winter: UTC+1
  '2026-07-01T22:00:00Z', // summer: UTC+2
  '2026-03-28T23:00:00Z', // the nights of the clock changes
  '2026-03-29T22:00:00Z',
  '2026-10-24T22:00:00Z',
  '2026-10-25T23:00:00Z',
].map((at) => Date.parse(at));

it('the day changes at midnight in Paris, in winter, in summer and when the clocks change', () => {
  for (const midnightMs of MIDNIGHTS_MS) {
    const after = parisDate(midnightMs);
    const before = parisDate(midnightMs - 1);
    expect(Date.parse(after) - Date.parse(before)).toBe(86_400_000);
    expect(parisDate(midnightMs)).toBe(after);
  }
  expect(MIDNIGHTS_MS.map(parisDate)).toEqual([
    '2026-01-02',
    '2026-07-02',
    '2026-03-29',
    '2026-03-30',
    '2026-10-25',
    '2026-10-26',
  ]);
});

it('in any order of questions, each gets its own day', () => {
  const formatted = (atMs: number) =>
    new Date(atMs).toLocaleDateString('en-CA', { timeZone: 'Europe/Paris' });
  const time = fc.tuple(fc.constantFrom(...MIDNIGHTS_MS), fc.integer({ min: -1_000_000, max: 1_000_000 }));
  fc.assert(
    fc.property(fc.array(time, { maxLength: 20 }), (times) => {
      for (const [midnightMs, offsetMs] of times) {
        expect(parisDate(midnightMs + offsetMs)).toBe(formatted(midnightMs + offsetMs));
      }
    }),
    { numRuns: 50 },
  );
});

it('a timestamp is UTC with milliseconds and reads back as itself', () => {
  const clock = new ManualClock(Date.parse('2026-03-01T08:00:00Z'));
  clock.advance(7);
  expect(timestamp(clock.nowMs())).toBe('2026-03-01T08:00:00.007Z');
  expect(Date.parse(timestamp(clock.nowMs()))).toBe(clock.nowMs());
});
