// PURE. From a quote that was made to what its asker is told: amounts with their reasons, and the terms they come from.

import { fixedAmountOf } from '../../core/amounts.ts';
import { windowFor } from '../../core/counters.ts';
import { countersOf, type Quote, type Terms } from '../../core/quote.ts';
import { reasonsOf } from '../../core/reasons.ts';
import type { Tariffs } from '../../core/tariffs.ts';
import type { CounterStates } from './counters.ts';
import type { Engagement } from './engagement.ts';
import type { PriorAgreementState } from './product-shapes.ts';
import type { QuoteAnswer } from './quote-shapes.ts';

export type Settled = {
  engagementNo: string;
  engagement: Engagement;
  terms: Terms;
  priorAgreement: PriorAgreementState | null;
  quote: Quote;
  /** As they stand with this quote. */
  counters: CounterStates;
  dryRun: boolean;
};

export function answerOf(
  { engagementNo, engagement, terms, priorAgreement: pec, quote, counters, dryRun }: Settled,
  tariffs: Tariffs,
  receipt: QuoteAnswer['receipt'],
): QuoteAnswer {
  const { guaranteeUntil, careDate } = engagement;
  return {
    engagementNo,
    guaranteeUntil,
    lines: quote.lines.map(({ lineNo, amoGross, amc, patient, statement, steps }) => ({
      lineNo,
      amoGross,
      amc,
      patient,
      rule: terms.rule,
      reasons: reasonsOf(steps),
      statement,
    })),
    total: quote.total,
    terms: { ...terms, pec, counters: leftOf({ terms, counters, careDate }, tariffs) },
    dryRun,
    receipt,
  };
}

type Standing = { terms: Terms; counters: CounterStates; careDate: Engagement['careDate'] };

/** What is left of each yearly amount in the window that this care falls into. */
export function leftOf(
  { terms, counters, careDate }: Standing,
  tariffs: Tariffs,
): QuoteAnswer['terms']['counters'] {
  return countersOf(terms).map(({ counter, formula, every }) => {
    const { from, to, used } = windowFor(counters.get(counter) ?? [], every, careDate);
    return { counter, from, to, left: Math.max(0, (fixedAmountOf(formula, careDate, tariffs) ?? 0) - used) };
  });
}
