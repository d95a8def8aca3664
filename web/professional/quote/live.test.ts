// Amounts of the page while they are typed: the same arithmetic as the server's, and what is left of a yearly amount.

import { expect, it } from 'vitest';
import type { CareDate } from '../../../src/core/period.ts';
import { TABLES } from '../../../src/core/tables-fixture.ts';
import type { QuoteTerms } from '../../shared/settlement-types.ts';
import { liveQuote } from './live.ts';

const CARE_DATE = '2026-11-20' as CareDate;
const TERMS: QuoteTerms = {
  product: 'PREMIUM-2',
  rule: 'R15',
  domain: 'FOUR',
  responsible: true,
  formula: { k: 'EUR_ADD', eur: 30_000, tm: true, every: 'YEAR' },
  pec: null,
  counters: [{ counter: 'PREMIUM-2/R15', from: '2026-01-01', to: '2026-12-31', left: 1_000 }],
};
const line = {
  lineNo: 1,
  actCode: 'MAD',
  quantity: 1,
  price: 25_000,
  br: 5_000,
  amoRate: 60,
  careDate: CARE_DATE,
};
const live = (terms: QuoteTerms) => liveQuote({ lines: [line], terms, careDate: CARE_DATE, tables: TABLES });
const left = (cents: number): QuoteTerms => ({
  ...TERMS,
  counters: TERMS.counters.map((one) => ({ ...one, left: cents })),
});

it('takes no more than what the server says is left', () => {
  // The patient's share of the base, 20.00, and 10.00 that are left of 300.00 a year.
  expect(live(TERMS)).toMatchObject({ total: { amoGross: 3_000, amc: 3_000, patient: 19_000 } });
  expect(live(left(0))).toMatchObject({ total: { amc: 2_000 } });
  expect(live(left(30_000))).toMatchObject({ total: { amc: 22_000 } });
});
