// Formulas as insurers send them: what is read, and which property is at fault when it is not.

import { describe, expect, it } from 'vitest';
import { readFormula } from './formulas.ts';

describe('a formula is read', () => {
  it.each([
    [{ k: 'NONE' }],
    [{ k: 'TM', pec: true }],
    [{ k: 'TM_PATHWAY', pathwayRate: 70 }],
    [{ k: 'PCT_INCL', pct: 190 }],
    [{ k: 'PCT_ADD', pct: 92.5 }],
    [{ k: 'EUR_CAP_INCL', eur: 10_000 }],
    [{ k: 'EUR_ADD', eur: 20_000 }],
    [{ k: 'EUR_ADD', eur: 20_000, tm: true, every: 'TWO_YEARS' }],
    [{ k: 'PMSS', q: 10, every: 'YEAR' }],
    [{ k: 'FULL' }],
    [{ k: 'RAC0', plv: 95_000, pec: true }],
    [{ k: 'DAY', eur: 5_000 }],
    [{ k: 'DAY', eur: 5_000, n: 30 }],
  ])('%j', (formula) => expect(readFormula(formula)).toEqual({ ok: true, formula }));
});

describe('a formula is refused, with the property at fault', () => {
  it.each([
    [null, 'k'],
    ['TM', 'k'],
    [[], 'k'],
    [{}, 'k'],
    [{ k: 'tm' }, 'k'],
    [{ k: 'ALL' }, 'k'],
    [{ k: 'constructor' }, 'k'],
    [{ k: 'TM', pct: 100 }, 'pct'],
    [{ k: 'TM', pec: false }, 'pec'],
    [{ k: 'TM', toString: 1 }, 'toString'],
    [{ k: 'TM_PATHWAY' }, 'pathwayRate'],
    [{ k: 'TM_PATHWAY', pathwayRate: 101 }, 'pathwayRate'],
    [{ k: 'PCT_INCL' }, 'pct'],
    [{ k: 'PCT_INCL', pct: -100 }, 'pct'],
    [{ k: 'PCT_INCL', pct: 5_001 }, 'pct'],
    [{ k: 'PCT_ADD', pct: 33.333 }, 'pct'],
    [{ k: 'PCT_ADD', pct: Number.NaN }, 'pct'],
    [{ k: 'PCT_ADD', pct: '100' }, 'pct'],
    [{ k: 'EUR_CAP_INCL', eur: 99.5 }, 'eur'],
    [{ k: 'EUR_CAP_INCL', eur: -1 }, 'eur'],
    [{ k: 'EUR_ADD', eur: 1e12 }, 'eur'],
    [{ k: 'EUR_ADD', eur: 1, every: 'MONTH' }, 'every'],
    [{ k: 'EUR_ADD', eur: 1, tm: 'yes' }, 'tm'],
    [{ k: 'PMSS', eur: 1 }, 'q'],
    [{ k: 'RAC0', plv: Number.POSITIVE_INFINITY }, 'plv'],
    [{ k: 'DAY', eur: 1, n: 0 }, 'n'],
    [{ k: 'DAY', eur: 1, n: 1.5 }, 'n'],
    [{ k: 'DAY', eur: 1, every: 'YEAR' }, 'every'],
    [JSON.parse('{"k":"TM","__proto__":{"pct":1}}'), '__proto__'],
  ])('%j: %s', (formula, field) => expect(readFormula(formula)).toEqual({ ok: false, field }));
});
