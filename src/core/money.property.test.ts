// The one place where cents are rounded, against big integers.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPercent, MOST_CENTS, MOST_PERCENT, shareOf } from './money.ts';

const hundredths = fc.integer({ min: 0, max: MOST_PERCENT * 100 });

test('a share is exact, halves up, at every size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MOST_CENTS }), hundredths, (cents, rate) => {
      const exact = (BigInt(cents) * BigInt(rate) * 2n + 10_000n) / 20_000n;
      expect(BigInt(shareOf(cents, rate / 100))).toBe(exact);
    }),
    { numRuns: 2_000 },
  );
});

test('the largest shares are exact at and around every half cent', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 20_000 }), (below, less) => {
      const [cents, rate] = [MOST_CENTS - below, MOST_PERCENT * 100 - less];
      const exact = (BigInt(cents) * BigInt(rate) * 2n + 10_000n) / 20_000n;
      expect(BigInt(shareOf(cents, rate / 100))).toBe(exact);
    }),
    { numRuns: 2_000 },
  );
});

test('every rate of two decimals is one, and none with three', () => {
  fc.assert(
    fc.property(hundredths, fc.integer({ min: 1, max: 9 }), (rate, third) => {
      expect(isPercent(rate / 100)).toBe(true);
      expect(isPercent((rate * 10 + third) / 1000)).toBe(false);
    }),
  );
});
