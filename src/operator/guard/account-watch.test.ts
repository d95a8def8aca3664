// One account against its own past: honest days are quiet, a thief is noticed, whatever pace was chosen.

import { describe, expect, it } from 'vitest';
import { generator } from '../../lib/seeded-random.ts';
import { afterFreshSignIn, afterLookUp, chartsOf, FRESH_COUNTS, isNearLimit } from './account-watch.ts';
import type { Detector } from './alarm.ts';
import { limitsOf, MOST_TIMES_USUAL } from './budgets.ts';
import type { LookUp } from './look-up.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-30T08:00:00.000Z');
const limits = limitsOf('pharmacist');
const charts = chartsOf(limits, null);

const lookUp = (atMs: number, more: Partial<LookUp> = {}): LookUp => ({
  account: 'claire',
  structure: 'S-PHARMACIE-HALLES',
  profession: 'pharmacist',
  atMs,
  kind: 'stranger',
  isDisclosed: true,
  isCanary: false,
  insurer: '0999000101',
  ...more,
});

/** Look-ups at these moments, until something is noticed. */
function until(
  moments: Iterable<LookUp>,
  using = charts,
): { people: number; hours: number; by: Detector | null } {
  let counts = FRESH_COUNTS;
  let people = 0;
  for (const one of moments) {
    people += 1;
    const after = afterLookUp(counts, one, { charts: using, day: '2026-11-30' });
    counts = after.counts;
    const [noticed] = after.noticed;
    if (noticed) return { people, hours: (one.atMs - START_MS) / HOUR_MS, by: noticed.detector };
  }
  return { people, hours: Number.POSITIVE_INFINITY, by: null };
}

function* atRate(perHour: number, hours: number, more: Partial<LookUp> = {}) {
  for (let i = 0; i < perHour * hours; i += 1) yield lookUp(START_MS + (i * HOUR_MS) / perHour, more);
}

describe('a thief with a perfect list', () => {
  it.each([
    { perHour: 20_000, by: 'pace', people: 16, seconds: 60 },
    { perHour: 1_000, by: 'pace', people: 16, seconds: 60 },
    { perHour: 100, by: 'strangers', people: 24, seconds: 3_600 },
    { perHour: 20, by: 'strangers', people: 25, seconds: 2 * 3_600 },
    { perHour: 5, by: 'strangers', people: 32, seconds: 8 * 3_600 },
  ])(
    'at $perHour an hour is noticed by $by after at most $people people',
    ({ perHour, by, people, seconds }) => {
      const noticed = until(atRate(perHour, 24));
      expect(noticed.by).toBe(by);
      expect(noticed.people).toBeLessThanOrEqual(people);
      expect(noticed.hours * 3_600).toBeLessThanOrEqual(seconds);
    },
  );

  it('at one an hour, day and night, is noticed within four days', () => {
    const noticed = until(atRate(1, 30 * 24));
    expect(noticed).toMatchObject({ by: 'strangers-slow' });
    expect(noticed.hours).toBeLessThan(4 * 24);
  });

  it('gains nothing by raising the account’s own past: four usual days are the most that counts', () => {
    const most = chartsOf(limits, { strangers: 10_000, regulars: 10_000 });
    const usual = { strangers: limits.usual.strangers * MOST_TIMES_USUAL, regulars: 76 * MOST_TIMES_USUAL };
    expect(most).toEqual(chartsOf(limits, usual));
  });
});

describe('somebody who reads through the patients a site knows', () => {
  it('is noticed by their own chart, after more than twice a usual day', () => {
    const noticed = until(atRate(300, 24, { kind: 'regular' }));
    expect(noticed.by).toBe('regulars');
    expect(noticed.people).toBeLessThan(2.2 * limits.usual.regulars);
  });
});

describe('what exposes nobody', () => {
  it('does not count as a stranger: misses are told by the misses alone', () => {
    expect(until(atRate(100, 1, { isDisclosed: false }))).toMatchObject({ by: 'misses', people: 9 });
  });

  it('cards are never too many', () => {
    expect(until(atRate(1_000, 24, { kind: 'card' })).by).toBeNull();
  });

  it('a canary is noticed at once, by card too', () => {
    expect(until([lookUp(START_MS, { isCanary: true, kind: 'card' })])).toMatchObject({
      by: 'canary',
      people: 1,
    });
  });
});

describe('honest work', () => {
  it('of a usual pharmacy raises no alarm in a year', () => {
    const next = generator(3);
    function* year() {
      for (let day = 0; day < 365; day += 1) {
        let hour = 0;
        for (;;) {
          hour += -Math.log(1 - next()) / (limits.usual.strangers / limits.openHours);
          if (hour > limits.openHours) break;
          yield lookUp(START_MS + (day * 24 + hour) * HOUR_MS, { isDisclosed: next() > 0.07 });
        }
      }
    }
    expect(until(year()).by).toBeNull();
  });
});

describe('several at once', () => {
  it('wait when together they could pass a limit, and one alone never waits', () => {
    let counts = FRESH_COUNTS;
    for (let i = 0; i < 14; i += 1)
      counts = afterLookUp(counts, lookUp(START_MS), { charts, day: '2026-11-30' }).counts;
    expect(isNearLimit(counts, 1, charts, START_MS)).toBe(false);
    expect(isNearLimit(counts, 2, charts, START_MS)).toBe(true);
  });
});

describe('a fresh sign-in', () => {
  it('begins the charts anew and forgets no alarm', () => {
    const before = { ...FRESH_COUNTS, misses: 9, alarmsAtMs: [START_MS] };
    expect(afterFreshSignIn(before)).toEqual({ ...FRESH_COUNTS, alarmsAtMs: [START_MS] });
  });
});
