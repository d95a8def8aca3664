// Quotes: a contract's terms over lines, what the law makes of them, what counters give.

import { describe, expect, it } from 'vitest';
import type { CareDate } from './period.ts';
import { countersNeeded, type Quote, type QuoteLine, quote, type Terms } from './quote.ts';
import { TABLES } from './tables-fixture.ts';

const line = (more: Partial<QuoteLine> = {}): QuoteLine => ({
  ...{ lineNo: 1, actCode: 'G', quantity: 1, price: 3000, br: 3000, amoRate: 70 },
  careDate: '2026-11-20' as CareDate,
  ...more,
});
const terms = (more: Partial<Terms> = {}): Terms => ({
  ...{ product: 'CONFORT-2', rule: 'R1', domain: 'MED', responsible: true, formula: { k: 'TM' } },
  ...more,
});
function quoted(lines: readonly QuoteLine[], given: Terms, counters = new Map()): Quote {
  const result = quote({ lines, terms: given, tables: TABLES, counters });
  if ('code' in result) throw new Error(JSON.stringify(result));
  return result;
}

describe('a quote', () => {
  it('shows what is due at the counter, and later on the statement', () => {
    const { lines, total } = quoted([line()], terms());
    expect(lines).toMatchObject([
      { lineNo: 1, amoGross: 2100, amc: 900, patient: 0, statement: { amoNet: 1900, rest: 200 } },
    ]);
    expect(total).toEqual({ price: 3000, amoGross: 2100, otherAmc: 0, amc: 900, patient: 0 });
  });

  it('takes a yearly amount from its counter', () => {
    const formula = { k: 'EUR_ADD', eur: 10_000, every: 'YEAR' } as const;
    const osteopath = { ...terms({ domain: 'DIV', formula }) };
    const lines = [line({ actCode: 'OST', price: 6000, br: 0, amoRate: 0 })];
    const [name = ''] = countersNeeded(lines, osteopath);
    const window = { from: '2026-01-01', to: '2026-12-31', used: 7000 };
    const { total, taken } = quoted(lines, osteopath, new Map([[name, [window]]]));
    expect(total).toMatchObject({ amc: 3000, patient: 3000 });
    expect(taken).toEqual([{ counter: 'CONFORT-2/R1', from: '2026-01-01', to: '2026-12-31', cents: 3000 }]);
  });
});
