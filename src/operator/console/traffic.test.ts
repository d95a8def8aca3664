// The last hour in numbers: what is counted where, how long it is remembered, and that it says no better than it was.

import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../lib/clock.ts';
import { MINUTES, Traffic } from './traffic.ts';

const CHECK = '/v1/eligibility';
const CODES = [
  { code: 'disconnected', status: 503 },
  { code: 'invalid', status: 422 },
];
const START = Date.parse('2026-11-22T10:00:00Z');

function hour() {
  const clock = new ManualClock(START);
  return { clock, traffic: new Traffic(clock, CODES) };
}

describe('the last hour', () => {
  it('is sixty minutes, the present one last, and empty at first', () => {
    const { traffic } = hour();
    const { minutes, perSecond, p50Ms, refusals } = traffic.now();
    expect(minutes).toHaveLength(MINUTES);
    expect(minutes.every(({ answered, p99Ms }) => answered === 0 && p99Ms === null)).toBe(true);
    expect([perSecond, p50Ms, refusals]).toEqual([0, null, []]);
  });

  it('counts checks by minute and forgets them after an hour', () => {
    const { clock, traffic } = hour();
    for (let i = 0; i < 3; i += 1) traffic.observe(CHECK, 12, undefined);
    traffic.observe(CHECK, 1, 'disconnected');
    expect(traffic.now().minutes.at(-1)).toMatchObject({ answered: 3, refused: 1 });
    clock.advance(59 * 60_000);
    expect(traffic.now().minutes[0]).toMatchObject({ answered: 3, refused: 1 });
    expect(traffic.now().refusals).toEqual([{ code: 'disconnected', status: 503, count: 1 }]);
    clock.advance(60_000);
    expect(traffic.now().minutes[0]).toMatchObject({ answered: 0, refused: 0 });
    expect(traffic.now().refusals).toEqual([]);
    traffic.observe(CHECK, 12, undefined); // in the place of the forgotten minute
    expect(traffic.now().minutes.at(-1)).toMatchObject({ answered: 1, refused: 0 });
  });

  it('names refusals of every call by code, and times of checks alone', () => {
    const { traffic } = hour();
    traffic.observe('/v1/feeds', 3_600_000, undefined);
    traffic.observe('/v1/token', 5, 'invalid');
    traffic.observe('/v1/token', 5, 'invalid');
    traffic.observe(CHECK, 5, 'disconnected');
    traffic.observe(CHECK, 5, 'not-in-the-catalogue');
    const { refusals, p99Ms, minutes } = traffic.now();
    expect(refusals).toEqual([
      { code: 'invalid', status: 422, count: 2 },
      { code: 'disconnected', status: 503, count: 1 },
    ]);
    expect(p99Ms).toBeNull();
    expect(minutes.at(-1)).toMatchObject({ answered: 0, refused: 2 });
  });

  it('the rate is that of the last ten whole seconds', () => {
    const { clock, traffic } = hour();
    for (let second = 0; second < 20; second += 1) {
      for (let i = 0; i < 7; i += 1) traffic.observe(CHECK, 10, undefined);
      clock.advance(1_000);
    }
    expect(traffic.now().perSecond).toBe(7);
    clock.advance(5_000);
    expect(traffic.now().perSecond).toBe(3.5);
    clock.advance(120_000);
    expect(traffic.now().perSecond).toBe(0);
  });

  it.each([0.2, 1, 14.9, 16, 47, 120, 999, 29_000, 1e9])(
    'a time of %f ms is never said better than it was',
    (ms) => {
      const { traffic } = hour();
      traffic.observe(CHECK, ms, undefined);
      const { p50Ms, p99Ms } = traffic.now();
      expect(p50Ms).toBe(p99Ms);
      const most = 41_700;
      expect(p50Ms).toBeGreaterThanOrEqual(Math.min(ms, most) * 0.99);
      expect(p50Ms).toBeLessThanOrEqual(Math.max(1, ms * (7 / 6) + 0.1));
    },
  );

  it('half and ninety-nine of a hundred', () => {
    const { traffic } = hour();
    for (let i = 0; i < 98; i += 1) traffic.observe(CHECK, 10, undefined);
    traffic.observe(CHECK, 300, undefined);
    traffic.observe(CHECK, 3_000, undefined);
    const { p50Ms, p99Ms } = traffic.now();
    expect(p50Ms).toBeLessThan(12);
    expect(p99Ms).toBeGreaterThan(299);
    expect(p99Ms).toBeLessThan(400);
  });
});
