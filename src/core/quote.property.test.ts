// The laws of quotes (DOMAIN.md 5.5), and a second implementation that must agree to the cent.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CounterState, giveBack, take } from './counters.ts';
import type { Formula } from './formulas.ts';
import { naiveQuote } from './naive-quote-fixture.ts';
import type { CareDate } from './period.ts';
import { countersOf, type Quote, type QuoteLine, quote, type Terms } from './quote.ts';
import { careDates, cases, formulas, linesOf, terms } from './quote-arbitraries-fixture.ts';
import { reasonsOf } from './reasons.ts';
import { TABLES } from './tables-fixture.ts';

type Counters = ReadonlyMap<string, CounterState>;
/** Without the basket that would need a formula of its own. */
const plain = ({ basket: _, ...line }: QuoteLine): QuoteLine => line;
const empty = (given: Terms): Counters => new Map(countersOf(given).map(({ counter }) => [counter, []]));

function quoted(lines: readonly QuoteLine[], given: Terms, counters = empty(given)): Quote {
  const result = quote({ lines, terms: given, tables: TABLES, counters });
  if ('code' in result) throw new Error(JSON.stringify({ result, lines, given }));
  return result;
}

test('the second implementation gives the same amounts and takes the same from the counters', () => {
  fc.assert(
    fc.property(cases, ({ given, lines }) => {
      const naiveCounters = new Map<string, bigint>();
      const naive = naiveQuote(lines, given, naiveCounters);
      const { lines: ours, taken } = quoted(lines, given);
      expect(ours.map((one) => ({ ...one, ...one.statement }))).toMatchObject(
        naive.map((one) =>
          Object.fromEntries(Object.entries(one).map(([name, value]) => [name, Number(value)])),
        ),
      );
      for (const [key, value] of naiveCounters) {
        const parts = taken.filter(({ counter, from }) => `${counter} ${from.slice(0, 4)}` === key);
        expect(parts.reduce((sum, { cents }) => sum + cents, 0)).toBe(Number(value));
      }
    }),
    { numRuns: 5_000 },
  );
});

test('all parts add up to the price, none is below zero, and each has its reason in both languages', () => {
  fc.assert(
    fc.property(cases, ({ given, lines }) => {
      const { lines: ours, total } = quoted(lines, given);
      for (const [at, { amoGross, amc, patient, statement, steps }] of ours.entries()) {
        const { price = 0, otherAmc = 0 } = lines[at] ?? {};
        expect(amoGross + otherAmc + amc + patient).toBe(price);
        expect(statement.amoNet + otherAmc + amc + statement.rest).toBe(price);
        expect(Math.min(amoGross, amc, patient, statement.amoNet, statement.rest)).toBeGreaterThanOrEqual(0);
        const words = reasonsOf(steps).flatMap(({ fr, en }) => [fr, en]);
        expect(words.filter((text) => /undefined|NaN|Infinity|[€ ]-\d/.test(text) || text === '')).toEqual(
          [],
        );
      }
      expect(total.amoGross + total.otherAmc + total.amc + total.patient).toBe(total.price);
    }),
    { numRuns: 2_000 },
  );
});

const alone = fc.constantFrom('MED' as const, 'HOSP' as const, 'AUDI' as const, 'OPTI' as const);

test('the mutuelle’s part never falls when its percentage or amount rises', () => {
  const raised = (formula: Formula, by: number): Formula => {
    if (formula.k === 'PCT_INCL' || formula.k === 'PCT_ADD')
      return { ...formula, pct: Math.min(5000, formula.pct + by) };
    if (formula.k === 'PMSS') return { ...formula, q: Math.min(5000, formula.q + by) };
    return 'eur' in formula ? { ...formula, eur: formula.eur + by } : formula;
  };
  const one = alone.chain((domain) => fc.tuple(terms(domain), linesOf(domain, 1)));
  fc.assert(
    fc.property(one, formulas, fc.integer({ min: 1, max: 500 }), ([given, line], formula, by) => {
      const amc = (f: Formula) =>
        quoted([plain(line)], { ...given, formula: f, baskets: {}, acts: {} }).total.amc;
      expect(amc(raised(formula, by))).toBeGreaterThanOrEqual(amc(formula));
    }),
    { numRuns: 2_000 },
  );
});

test('what stays with the member is at least PF and franchise, as far as the AMO pays that much', () => {
  fc.assert(
    fc.property(cases, ({ given, lines }) => {
      for (const { amoGross, patient, statement } of quoted(lines, given).lines) {
        expect(statement.rest - patient).toBe(amoGross - statement.amoNet);
        expect(statement.rest).toBeGreaterThanOrEqual(amoGross - statement.amoNet);
      }
      const [first] = lines;
      if (!first || first.exempt || first.heavyAct || first.actCode !== 'G') return;
      const pf = (first.careDate < '2024-05-15' ? 100 : 200) * first.quantity;
      const daily = first.careDate < '2024-05-15' ? 400 : 800;
      const [one] = quoted([first], given).lines;
      expect(one?.statement.rest).toBeGreaterThanOrEqual(Math.min(pf, daily, one?.amoGross ?? 0));
    }),
    { numRuns: 2_000 },
  );
});

test('outside OPTAM a responsible contract pays of the overrun at most the base, and 20 % of it less than inside', () => {
  fc.assert(
    fc.property(terms('MED'), linesOf('MED', 1), formulas, (given, any, formula) => {
      const { pathwayRate: _, otherAmc: __, ...of } = plain(any);
      const line = { ...of, amoRate: Math.max(of.amoRate, 31) }; // inside the pathway
      const contract = { ...given, formula, responsible: true, baskets: {}, acts: {} };
      const share = (amoGross: number) => Math.max(0, line.br - amoGross);
      const overrun = (of: QuoteLine) => {
        const { amoGross, amc } = quoted([of], contract).total;
        return amc - share(amoGross);
      };
      // Priced so high that an OPTAM doctor gets all that the formula has.
      const inside = { ...line, optam: true, price: formula.k === 'FULL' ? line.price : 90_000_000 };
      const amoAmount = quoted([line], contract).total.amoGross;
      const most = Math.min(
        line.br,
        Math.max(0, overrun({ ...inside, amoAmount }) - Math.floor((line.br * 20 + 50) / 100)),
      );
      if (formula.k === 'TM_PATHWAY') return;
      expect(overrun({ ...line, optam: false, amoAmount })).toBeLessThanOrEqual(most);
    }),
    { numRuns: 2_000 },
  );
});

test('counters are never below zero nor above the amount, and cancelling in any order restores them exactly', () => {
  const visits = fc.array(fc.record({ day: careDates, price: fc.integer({ min: 0, max: 30_000 }) }), {
    ...{ minLength: 1, maxLength: 12 },
  });
  const every = fc.constantFrom('YEAR' as const, 'TWO_YEARS' as const);
  fc.assert(
    fc.property(visits, every, fc.nat(40_000), fc.array(fc.nat()), (all, how, eur, order) => {
      const given: Terms = {
        ...{ product: 'P', rule: 'R', domain: 'DIV', responsible: false },
        formula: { k: 'EUR_ADD', eur, every: how },
      };
      let state: CounterState = [];
      const kept = all.map(({ day, price }) => {
        const line = { lineNo: 1, actCode: 'OST', quantity: 1, price, br: 0, amoRate: 0, careDate: day };
        const { taken } = quoted([line], given, new Map([['P/R', state]]));
        state = taken.reduce(take, state);
        for (const { used } of state) expect(used > 0 && used <= eur).toBe(true);
        return taken;
      });
      const shuffled = kept
        .map((taken, at) => ({ taken, rank: order[at % Math.max(1, order.length)] ?? 0 }))
        .sort((a, b) => a.rank - b.rank);
      for (const { taken } of shuffled) state = taken.reduce(giveBack, state);
      expect(state).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test('within any two years a two-yearly amount is paid once, in whatever order the invoices come', () => {
  const anyDay = fc
    .date({ min: new Date('2023-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10) as CareDate);
  fc.assert(
    fc.property(fc.array(anyDay, { minLength: 2, maxLength: 6 }), (days) => {
      const formula = { k: 'EUR_ADD', eur: 1000, every: 'TWO_YEARS' } as const;
      const given: Terms = { product: 'P', rule: 'R', domain: 'DIV', responsible: false, formula };
      let state: CounterState = [];
      const paid = days.map((careDate) => {
        const line = { lineNo: 1, actCode: 'OST', quantity: 1, price: 1000, br: 0, amoRate: 0, careDate };
        const { taken, total } = quoted([line], given, new Map([['P/R', state]]));
        state = taken.reduce(take, state);
        return { careDate, amc: total.amc };
      });
      const first = paid.filter(({ amc }) => amc > 0).map(({ careDate }) => Date.parse(careDate));
      const gaps = first
        .sort((a, b) => a - b)
        .flatMap((at, i) => (i === 0 ? [] : [at - (first[i - 1] ?? 0)]));
      for (const gap of gaps) expect(gap / 86_400_000).toBeGreaterThanOrEqual(730);
    }),
    { numRuns: 1_000 },
  );
});

test('the day of care decides the tariff, whatever else is quoted with it', () => {
  fc.assert(
    fc.property(cases, ({ given, lines }) => {
      const counterfree = { ...given, formula: { k: 'TM' } as const, baskets: {}, acts: {} };
      if (given.domain === 'OPTI') return;
      const together = quoted(lines.map(plain), counterfree).lines.map(({ amoGross, amc }) => [
        amoGross,
        amc,
      ]);
      const apart = lines.map((line) => {
        const { total } = quoted([plain(line)], counterfree);
        return [total.amoGross, total.amc];
      });
      expect(together).toEqual(apart);
    }),
    { numRuns: 500 },
  );
});
