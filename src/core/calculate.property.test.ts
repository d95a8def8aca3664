// The laws of a single calculation (DOMAIN.md 5.5), and the second implementation beside it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calculateAll } from './calculate.ts';
import { naiveQuote } from './naive-quote-fixture.ts';
import { formulas, linesOf } from './quote-arbitraries-fixture.ts';
import { TABLES } from './tables-fixture.ts';

const flat = fc.integer({ min: 0, max: 5000 });
const pieces = fc.record({ line: linesOf('DIV', 1), f: formulas, pf: flat, fr: flat, pat: flat });

function calculated({ line, f, pf, fr, pat }: typeof pieces extends fc.Arbitrary<infer T> ? T : never) {
  const { price, br, amoRate: rate, careDate: date, quantity } = line;
  const result = calculateAll(
    [{ id: 'A1', date, price, br, rate, pf, fr, pat, f, quantity }],
    TABLES.tariffs,
  );
  if (!Array.isArray(result) || !result[0]) throw new Error(JSON.stringify(result));
  return result[0];
}

test('the parts add up to the price, none is below zero, and the member bears PF and franchise', () => {
  fc.assert(
    fc.property(pieces, (one) => {
      const { amoGross, amoNet, amc, rac } = calculated(one);
      expect(amoNet + amc + rac).toBe(one.line.price);
      expect(Math.min(amoGross, amoNet, amc, rac)).toBeGreaterThanOrEqual(0);
      expect(rac).toBeGreaterThanOrEqual(Math.min(one.pf + one.fr, amoGross));
    }),
    { numRuns: 2_000 },
  );
});

test('it is the quote of a contract without guards, counters and specialities', () => {
  fc.assert(
    fc.property(pieces, (one) => {
      const { lineNo, actCode, quantity, price, br, amoRate, careDate } = one.line;
      const { f } = one;
      const formula = f.k === 'EUR_ADD' ? { k: f.k, eur: f.eur, ...(f.tm && { tm: true }) } : f;
      const terms = { product: 'P', rule: 'R', domain: 'DIV', responsible: false, formula } as const;
      const line = { lineNo, actCode, quantity, price, br, amoRate, careDate };
      const [naive] = naiveQuote([line], terms, new Map());
      const { amoGross, amc } = calculated({ ...one, pat: 0 });
      expect([amoGross, amc]).toEqual([Number(naive?.amoGross), Number(naive?.amc)]);
    }),
    { numRuns: 2_000 },
  );
});
