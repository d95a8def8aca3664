// PURE. Amounts while they are typed, by the server's own arithmetic (src/core) under the terms it answered with.
// Must never be taken for the answer: nothing is promised before the server has reserved it.

import { fixedAmountOf } from '../../../src/core/amounts.ts';
import type { CounterState } from '../../../src/core/counters.ts';
import type { CareDate } from '../../../src/core/period.ts';
import {
  countersOf,
  type Quote,
  type QuoteLine,
  type QuoteProblem,
  quote,
  type Tables,
} from '../../../src/core/quote.ts';
import type { Tariffs } from '../../../src/core/tariffs.ts';
import type { QuoteTerms } from '../../shared/settlement-types.ts';

export type LiveInput = {
  lines: readonly QuoteLine[];
  terms: QuoteTerms;
  careDate: CareDate;
  tables: Tables;
};

export function liveQuote({ lines, terms, careDate, tables }: LiveInput): Quote | QuoteProblem {
  return quote({ lines, terms, tables, counters: countersLeft(terms, careDate, tables.tariffs) });
}

/** The server says what is left of each yearly amount; the arithmetic counts what is used of it. */
function countersLeft(terms: QuoteTerms, careDate: CareDate, tariffs: Tariffs): Map<string, CounterState> {
  return new Map(
    countersOf(terms).map(({ counter, formula }) => {
      const known = terms.counters.find((one) => one.counter === counter);
      const used = known ? (fixedAmountOf(formula, careDate, tariffs) ?? 0) - known.left : 0;
      return [
        counter,
        known && used > 0 ? [{ from: known.from, to: known.to, used } as CounterState[number]] : [],
      ];
    }),
  );
}
