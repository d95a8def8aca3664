// The compact sets of the verifier behave like sets.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bits } from './verify-bits.ts';

const numbers = fc.array(fc.nat(20_000), { maxLength: 60 });
const bitsOf = (members: Iterable<number>): Bits => {
  const bits = new Bits();
  for (const n of members) bits.add(n);
  return bits;
};

it('has what was added, finds the first and last member that another set lacks', () => {
  fc.assert(
    fc.property(numbers, numbers, fc.nat(25_000), (mine, theirs, max) => {
      const bits = bitsOf(mine);
      const left = mine.filter((n) => !theirs.includes(n) && n <= max).sort((a, b) => a - b);
      expect(mine.every((n) => bits.has(n))).toBe(true);
      expect(bits.has(max)).toBe(mine.includes(max));
      expect(bits.first()).toBe(mine.length === 0 ? null : Math.min(...mine));
      expect(bits.firstNotIn(bitsOf(theirs), max)).toBe(left[0] ?? null);
      expect(bits.lastNotIn(bitsOf(theirs), max)).toBe(left.at(-1) ?? null);
    }),
  );
});

it('loses exactly the range taken out', () => {
  fc.assert(
    fc.property(numbers, fc.nat(21_000), fc.nat(21_000), (members, a, b) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      const bits = bitsOf(members);
      bits.removeRange(first, last);
      for (const n of members) expect(bits.has(n)).toBe(n < first || n > last);
    }),
  );
});
