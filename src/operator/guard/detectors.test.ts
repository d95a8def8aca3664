// The detectors against what they promise: figures of the norm they come from, and their bound.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MISSES } from './budgets.ts';
import { AT_REST, afterAsked, afterOne, cusumBound, drained, poissonTail } from './detectors.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-30T08:00:00.000Z');

function asksUntilAlarm(misses: (i: number) => boolean): number {
  let llr = 0;
  for (let i = 0; i < 10_000; i += 1) {
    llr = afterAsked(llr, misses(i), MISSES);
    if (llr > MISSES.threshold) return i + 1;
  }
  return Number.POSITIVE_INFINITY;
}

describe('the sequential test on misses', () => {
  it('alarms after 9 misses in a row, and after about 29 look-ups when 45 % are wrong', () => {
    expect(asksUntilAlarm(() => true)).toBe(9);
    expect(asksUntilAlarm((i) => (i * 9) % 20 < 9)).toBeGreaterThanOrEqual(24);
    expect(asksUntilAlarm((i) => (i * 9) % 20 < 9)).toBeLessThanOrEqual(32);
  });

  it('never alarms on one miss in fourteen, however long', () => {
    expect(asksUntilAlarm((i) => i % 14 === 13)).toBe(Number.POSITIVE_INFINITY);
  });

  it('gives no credit for a long honest past', () => {
    let llr = 0;
    for (let i = 0; i < 1_000; i += 1) llr = afterAsked(llr, false, MISSES);
    expect(llr).toBe(0);
  });
});

describe('the CUSUM', () => {
  it('drains by the hour and never below rest', () => {
    const one = afterOne(AT_REST, START_MS, 0.5);
    expect(one.s).toBe(1);
    expect(drained(one, START_MS + HOUR_MS, 0.5)).toBe(0.5);
    expect(drained(one, START_MS + 9 * HOUR_MS, 0.5)).toBe(0);
  });

  it('drains nothing when the clock is put back, nor twice when it comes forward again', () => {
    let chart = AT_REST;
    for (let i = 0; i < 10; i += 1) chart = afterOne(chart, START_MS, 1);
    const back = afterOne(chart, START_MS - 5 * HOUR_MS, 1);
    expect(back.s).toBe(11);
    expect(drained(back, START_MS, 1)).toBe(11);
  });

  it('lets at most its bound through before it alarms, whatever the times', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 4 * HOUR_MS }), { minLength: 1, maxLength: 400 });
    const parameters = fc.record({
      threshold: fc.double({ min: 1, max: 40, noNaN: true }),
      driftPerHour: fc.double({ min: 0.01, max: 6, noNaN: true }),
    });
    fc.assert(
      fc.property(gaps, parameters, (times, { threshold, driftPerHour }) => {
        let chart = AT_REST;
        let atMs = START_MS;
        let people = 0;
        for (const gap of times) {
          atMs += gap;
          chart = afterOne(chart, atMs, driftPerHour);
          people += 1;
          if (chart.s > threshold) break;
        }
        const hours = (atMs - START_MS) / HOUR_MS;
        const first = (times[0] ?? 0) / HOUR_MS; // before the first one nothing drains
        expect(people).toBeLessThanOrEqual(cusumBound({ threshold, driftPerHour }, hours - first, 1));
      }),
    );
  });
});

describe('the tail of alarms', () => {
  it('is what a table of the Poisson distribution says', () => {
    expect(poissonTail(0, 1)).toBe(1);
    expect(poissonTail(1, 1)).toBeCloseTo(0.63212, 5);
    expect(poissonTail(5, 1)).toBeCloseTo(0.00366, 5);
    expect(poissonTail(6, 1)).toBeCloseTo(0.00059, 5);
  });
});
