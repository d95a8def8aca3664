// quote-core: lines quoted per second by one core, guards, counters and steps included, against parsing the same lines as
// JSON. Every amount is compared with the second implementation's, inside the measured loop.

import type { CounterState } from '../src/core/counters.ts';
import { type NaiveCounters, naiveQuote } from '../src/core/naive-quote-fixture.ts';
import type { CareDate } from '../src/core/period.ts';
import { countersOf, type QuoteLine, quote, type Terms } from '../src/core/quote.ts';
import { reasonsOf } from '../src/core/reasons.ts';
import { below, type Draw, generator } from '../src/lib/seeded-random.ts';
import { readTables } from '../src/operator/settlement/tables.ts';
import { inTurns } from './in-turns.ts';
import type { Benchmark } from './report.ts';

const ROUNDS = 15;
const QUOTES = 20_000;
const TURN = 200;
const LINES = 3;

type Case = {
  lines: QuoteLine[];
  terms: Terms;
  counters: Map<string, CounterState>;
  /** The same lines as they come in a request. */
  json: string;
  /** What the mutuelle pays of each line, by the second implementation. */
  expected: number[];
};

export const quoteCore: Benchmark = {
  name: 'quote-core',
  summary: 'lines quoted in memory against parsing the same lines as JSON',
  async run(say) {
    const tables = await readTables(null);
    const draw = generator(20_261_201);
    const all = Array.from({ length: QUOTES }, () => makeCase(draw));
    const subjectOnce = (some: readonly Case[]) => {
      for (const { lines, terms, counters, expected } of some) {
        const result = quote({ lines, terms, tables, counters });
        if ('code' in result) throw new Error(result.code);
        for (let at = 0; at < LINES; at += 1) {
          if (result.lines[at]?.amc !== expected[at])
            throw new Error('the second implementation pays another amount');
        }
      }
    };
    const baselineOnce = (some: readonly Case[]) => {
      for (const { json } of some) {
        if ((JSON.parse(json) as unknown[]).length !== LINES) throw new Error('lines are missing');
      }
    };
    const contest = { all, turn: TURN, rounds: ROUNDS, baselineOnce, subjectOnce, perItem: LINES };
    const measured = inTurns(contest, say);
    return {
      unit: 'lines/s',
      ...measured,
      baseline: { name: 'JSON.parse of the same lines, lines/s', value: measured.baseline },
      switchesOff: [],
      more: { linesPerQuote: LINES, reasonsPerSecond: reasonsRate(all, tables) },
    };
  },
};

const CARE_DATES = ['2023-11-15', '2024-04-15', '2025-06-01', '2026-11-20'] as CareDate[];
const GLASSES = ['MON', 'VER', 'VER_C'];

/** In turn a doctor, a pharmacy, an optician and an osteopath with a yearly amount. */
function makeCase(draw: Draw): Case {
  const kind = below(draw, 4);
  const careDate = CARE_DATES[below(draw, CARE_DATES.length)] ?? ('2026-11-20' as CareDate);
  const lines = Array.from({ length: LINES }, (_, at): QuoteLine => {
    const plain = { lineNo: at + 1, quantity: 1, price: 1000 + below(draw, 20_000), careDate };
    const base = { br: 1000 + below(draw, 5000), amoRate: [70, 65, 60, 92.5][below(draw, 4)] ?? 70 };
    if (kind === 0) return { ...plain, ...base, actCode: 'CS', optam: below(draw, 2) === 0 };
    if (kind === 1) return { ...plain, ...base, actCode: 'PH7', quantity: 1 + below(draw, 3) };
    if (kind === 2) return { ...plain, br: 5, amoRate: 60, actCode: GLASSES[at] ?? 'OPT' };
    return { ...plain, br: 0, amoRate: 0, actCode: 'OST' };
  });
  const terms = CONTRACTS[kind] as Terms;
  const counters = new Map<string, CounterState>(countersOf(terms).map(({ counter }) => [counter, []]));
  const naiveCounters: NaiveCounters = new Map();
  const expected = naiveQuote(lines, terms, naiveCounters).map(({ amc }) => Number(amc));
  return { lines, terms, counters, json: JSON.stringify(lines), expected };
}

const product = { product: 'CONFORT-2', rule: 'R1', responsible: true };
const CONTRACTS: readonly Terms[] = [
  { ...product, domain: 'MED', formula: { k: 'PCT_INCL', pct: 190 } },
  { ...product, domain: 'PHAR', formula: { k: 'TM' } },
  { ...product, domain: 'OPTI', formula: { k: 'EUR_CAP_INCL', eur: 30_000 } },
  { ...product, domain: 'DIV', formula: { k: 'EUR_ADD', eur: 15_000, every: 'YEAR' } },
];

/** Quoted lines whose sentences are also made, per second: they are made once per answer, not per computation. */
function reasonsRate(all: readonly Case[], tables: Parameters<typeof quote>[0]['tables']): number {
  const startedAt = performance.now();
  for (const { lines, terms, counters } of all) {
    const result = quote({ lines, terms, tables, counters });
    if ('code' in result) throw new Error(result.code);
    for (const { steps } of result.lines) reasonsOf(steps);
  }
  return Math.round((all.length * LINES * 1000) / (performance.now() - startedAt));
}
