// The arithmetic of budgets against a naive second one that counts in whole numbers, and its two promises: never more
// than `size` at once, never more than `size + perDay` in 24 hours, whatever the arrivals and the clock do.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Amount, retryAfterSeconds, spendOne, unitMs } from './gcra.ts';
import { HARD_BUDGETS } from './hard-budgets.ts';
import { PROFESSION_BUDGETS } from './profession-budgets.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-01T08:00:00.000Z');

const anyBudget = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }))
  .map(([size, perDay]) => ({ size, perDay }));
/** Days that divide into whole steps, so that the naive count is exact. */
const evenBudget = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 9, 10, 24))
  .map(([size, perDay]) => ({ size, perDay }));
const pause = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 1_000 }),
  fc.integer({ min: 1, max: DAY_MS }),
  fc.constantFrom(DAY_MS / 2, DAY_MS / 4, DAY_MS / 24),
);
const jumpBack = fc.integer({ min: -2 * DAY_MS, max: -1 });

/** Times at which a unit was given. */
function spend(of: Amount, pauses: readonly number[]): number[] {
  const given: number[] = [];
  let nowMs = START_MS;
  let fullAt = 0;
  for (const step of pauses) {
    nowMs += step;
    const next = spendOne(of, fullAt, nowMs);
    if (next === null) continue;
    given.push(nowMs);
    fullAt = next;
  }
  return given;
}

const mostWithin = (given: readonly number[], windowMs: number) =>
  Math.max(0, ...given.map((from) => given.filter((at) => at >= from && at <= from + windowMs).length));

describe('a budget', () => {
  it('gives at most its size at once and size + perDay in any 24 hours, also when the clock jumps back', () => {
    fc.assert(
      fc.property(
        anyBudget,
        fc.array(fc.oneof({ weight: 9, arbitrary: pause }, jumpBack), { maxLength: 80 }),
        (of, pauses) => {
          const given = spend(of, pauses);
          expect(mostWithin(given, 0)).toBeLessThanOrEqual(of.size);
          expect(mostWithin(given, DAY_MS)).toBeLessThanOrEqual(of.size + of.perDay);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives exactly what a naive count in whole numbers gives', () => {
    fc.assert(
      fc.property(evenBudget, fc.array(pause, { maxLength: 80 }), (of, pauses) => {
        // One unit is DAY_MS credits, a millisecond brings perDay of them.
        const full = of.size * DAY_MS;
        let credits = full;
        let nowMs = START_MS;
        const naive: number[] = [];
        for (const step of pauses) {
          nowMs += step;
          credits = Math.min(full, credits + step * of.perDay);
          if (credits < DAY_MS) continue;
          credits -= DAY_MS;
          naive.push(nowMs);
        }
        expect(spend(of, pauses)).toEqual(naive);
      }),
      { numRuns: 300 },
    );
  });

  it('gives a unit after the announced wait, and none a second before it', () => {
    fc.assert(
      fc.property(anyBudget, fc.array(pause, { maxLength: 40 }), (of, pauses) => {
        let fullAt = 0;
        let nowMs = START_MS;
        for (const step of pauses) {
          nowMs += step;
          fullAt = spendOne(of, fullAt, nowMs) ?? fullAt;
        }
        if (spendOne(of, fullAt, nowMs) !== null) return;
        const waitMs = retryAfterSeconds(of, fullAt, nowMs) * 1000;
        expect(spendOne(of, fullAt, nowMs + waitMs)).not.toBeNull();
        expect(spendOne(of, fullAt, nowMs + waitMs - 1000)).toBeNull();
      }),
    );
  });
});

describe('the budgets in force', () => {
  const byProfession = Object.entries(PROFESSION_BUDGETS).flatMap(([profession, { why: _, ...row }]) =>
    Object.entries(row).map(([name, amount]): [string, Amount] => [`${name} of a ${profession}`, amount]),
  );
  const budgets: [string, Amount][] = [...Object.entries(HARD_BUDGETS), ...byProfession];

  it.each(budgets)(
    '%s gives its size at once, not one unit more or less, at today’s clock values',
    (_, of) => {
      let fullAt = 0;
      let given = 0;
      for (let next = spendOne(of, fullAt, START_MS); next !== null; next = spendOne(of, fullAt, START_MS)) {
        fullAt = next;
        given += 1;
      }
      expect(given).toBe(of.size);
    },
  );

  it.each(budgets)('%s, drained at every moment of a day, gives no more than size + perDay', (_, of) => {
    const unit = unitMs(of);
    const endMs = START_MS + DAY_MS;
    let fullAt = START_MS + of.size * unit; // all of it spent at the start
    let given = of.size;
    for (;;) {
      const nowMs = Math.ceil(fullAt + unit - of.size * unit); // the first moment of the next unit
      const next = spendOne(of, fullAt, nowMs);
      if (next === null || nowMs > endMs || given > of.size + of.perDay) break;
      given += 1;
      fullAt = next;
    }
    expect(given).toBeLessThanOrEqual(of.size + of.perDay);
    expect(given).toBeGreaterThanOrEqual(of.size + of.perDay * 0.999 - 1); // and it does come back
  });
});
