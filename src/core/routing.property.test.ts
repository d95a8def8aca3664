// Laws of routing: no order, and the rule of DOMAIN.md 3.2 written a second time with regular expressions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AmcNo } from './ids.ts';
import type { RouteRow } from './routing.ts';
import { findRoute, loadRoutes } from './routing.ts';

const AMC = '0099900012' as AmcNo;
const csrOf = (alphabet: string) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 4 });

const rows: fc.Arbitrary<RouteRow[]> = fc
  .uniqueArray(fc.record({ convType: fc.constantFrom('VM', 'AL'), csr: fc.option(csrOf('0??')) }), {
    maxLength: 20,
    selector: ({ convType, csr }) => `${convType} ${csr}`,
  })
  .map((keys) => keys.map((key, i) => ({ ...key, amcNo: AMC, target: `op-${i}` })));

const card = fc.record({
  amcNo: fc.constant(AMC),
  convType: fc.constantFrom('VM', 'AL'),
  csr: fc.option(csrOf('0001')),
});

/** Position of the wildcards, as the rule compares them: fewer first, then the one whose first wildcard difference is literal. */
function naiveOrder(a: string, b: string): number {
  const wildcards = (pattern: string) => [...pattern].filter((c) => c === '?').length;
  if (wildcards(a) !== wildcards(b)) return wildcards(a) - wildcards(b);
  const place = [...a].findIndex((c, i) => (c === '?') !== (b[i] === '?'));
  return a[place] === '?' ? 1 : -1;
}

function naive(
  all: readonly RouteRow[],
  { convType, csr }: { convType: string; csr: string | null },
): string | null {
  const own = all.filter((row) => row.convType === convType);
  const fitting = own.flatMap((row) =>
    csr !== null && row.csr !== null && fits(row.csr, csr) ? [{ ...row, csr: row.csr }] : [],
  );
  const best = fitting.toSorted((a, b) => naiveOrder(a.csr, b.csr))[0];
  return (best ?? own.find((row) => row.csr === null))?.target ?? null;
}

function fits(pattern: string, csr: string): boolean {
  return new RegExp(`^${pattern.replaceAll('?', '.')}$`).test(csr);
}

test('the route found is the one the rule names', () => {
  fc.assert(
    fc.property(rows, card, (all, query) => {
      expect(findRoute(loadRoutes(all), query)?.target ?? null).toBe(naive(all, query));
    }),
    { numRuns: 2_000 },
  );
});

test('shuffling the rows never changes a route', () => {
  const shuffled = rows.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, fc.array(card), ([all, mixed], queries) => {
      const [table, other] = [loadRoutes(all), loadRoutes(mixed)];
      for (const query of queries) expect(findRoute(other, query)).toEqual(findRoute(table, query));
    }),
  );
});
