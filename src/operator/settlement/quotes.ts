// The whole life of a quote: who pays what, and the insurer held to it. What is answered is reserved in one transaction,
// then entered in the ledger. If we crash in between, the same request reserves the same anew and gives the same answer.

import { isProfession, PROFESSIONS } from '../../core/care-domains.ts';
import type { Cents } from '../../core/money.ts';
import { type CareDate, contains, isCareDate } from '../../core/period.ts';
import {
  quote as compute,
  countersOf,
  type Quote,
  type QuoteLine,
  type Tables,
  type Terms,
} from '../../core/quote.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { Asker } from '../check/question.ts';
import { type ErrorCode, refusal } from '../errors.ts';
import { type CounterStates, type Counters, givenBack, takenFrom } from './counters.ts';
import { closedBecause, type Engagement } from './engagement.ts';
import { type OpenedEngagement, ownerOf } from './engagements.ts';
import type { PriorAgreementState } from './product-shapes.ts';
import type { Products } from './products.ts';
import { answerOf, type Settled } from './quote-answer.ts';
import type { QuoteAnswer, QuoteRequest } from './quote-shapes.ts';
import { answerOnce, type RepeatParts } from './repeatable.ts';
import { wantsAgreement } from './terms.ts';

export type QuoteParts = RepeatParts & {
  clock: Clock;
  products: Pick<Products, 'terms'>;
  counters: Counters;
  tables: Tables;
  /** How far the insurer's agreement to that engagement is, where it wants to be asked first, and up to how much. */
  priorAgreement(engagementNo: string): Promise<{ state: PriorAgreementState; amc: Cents }>;
};

/** Throws AppError for every refusal; nothing is reserved then. */
export function quoteFor(parts: QuoteParts, asker: Asker, request: QuoteRequest): Promise<QuoteAnswer> {
  return answerOnce(parts, asker, { verb: 'quote', request }, async (opened) => {
    const settled = await settle(parts, asker, opened, request);
    return {
      event: request.dryRun ? 'quote.tried' : 'quote.made',
      fields: ['amount'],
      outcome: opened.engagement.code,
      answer: (receipt) => answerOf(settled, parts.tables.tariffs, receipt),
    };
  });
}

/** What these lines come to; reserved, unless it is a dry run. */
export async function settle(
  parts: QuoteParts,
  asker: Asker,
  opened: OpenedEngagement,
  { lines: given, dryRun = false }: QuoteRequest,
): Promise<Settled> {
  const { engagementNo, engagement, insurer } = opened;
  const today = parisDate(parts.clock.nowMs()) as CareDate;
  const terms = parts.products.terms(insurer.id, engagement);
  if (!terms) throw refusal('product-unknown');
  const lines = linesOf(asker, engagement, { given, today, dryRun });
  const agreement = wantsAgreement(terms, lines) ? await parts.priorAgreement(engagementNo) : null;
  const priorAgreement = agreement?.state ?? null;
  const weigh = (now: Engagement, states: CounterStates) => {
    const { quote, after } = weighed({ engagement: now, lines, terms, states, today, tables: parts.tables });
    return { engagementNo, engagement: now, terms, priorAgreement, quote, counters: after, dryRun };
  };
  if (dryRun)
    return weigh(engagement, await parts.counters.read(ownerOf(opened), namesOf(engagement, terms)));
  if (agreement && agreement.state !== 'accepted') throw refusal('prior-agreement-needed');
  if (!agreement && namesOf(engagement, terms).length === 0) {
    const settled = weigh(engagement, new Map());
    const next = reserved(engagement, { lines, quote: settled.quote, isAgreed: false });
    if (await parts.engagements.replace(opened, next)) return settled;
  }
  return parts.engagements.change(opened, async (now, tx) => {
    const names = namesOf(now, terms);
    const { states, keep } = await parts.counters.locked(tx, ownerOf(opened), { names, today });
    const settled = weigh(now, states);
    if (agreement && settled.quote.total.amc > agreement.amc)
      throw refusal('above-prior-agreement', { limit: agreement.amc });
    await keep(settled.counters);
    return {
      engagement: reserved(now, { lines, quote: settled.quote, isAgreed: agreement !== null }),
      result: settled,
    };
  });
}

/** What the schema cannot say: real days, within what is guaranteed, none in the future but for hospitals. */
export function linesOf(
  { profession }: Asker,
  { careDate: from, guaranteeUntil: to }: Engagement,
  { given, today, dryRun }: { given: QuoteRequest['lines']; today: CareDate; dryRun: boolean },
): QuoteLine[] {
  if (given.length === 0 && !dryRun) throw refusal('invalid', { field: 'lines' });
  const isPlanned = isProfession(profession) && PROFESSIONS[profession].plannedCare;
  return given.map((line) => {
    const { lineNo, careDate } = line;
    if (!isCareDate(careDate)) throw refusal('invalid', { field: 'lines.careDate', lineNo });
    if (!contains({ from, to }, careDate)) throw refusal('care-date-outside-guarantee', { lineNo });
    if (careDate > today && !isPlanned) throw refusal('care-date-in-future', { lineNo });
    return { ...line, careDate };
  });
}

type Weighing = {
  engagement: Engagement;
  lines: readonly QuoteLine[];
  terms: Terms;
  tables: Tables;
  states: CounterStates;
};

/** What was reserved before is free first: a new quote takes the place of the last one. */
function weighed(on: Weighing & { today: string }): { quote: Quote; after: CounterStates } {
  const { engagement, today } = on;
  const closed = closedBecause(engagement, today);
  if (closed) throw refusal(closed);
  return computed(on);
}

/** Throws the refusal of what core/quote.ts finds wrong. */
export function computed({ engagement, lines, terms, tables, states }: Weighing): {
  quote: Quote;
  after: CounterStates;
} {
  const counters = givenBack(states, engagement.quote?.taken ?? []);
  const quote = compute({ lines, terms, tables, counters });
  if ('code' in quote) {
    const { code, ...facts } = quote;
    throw refusal(code === 'line-malformed' ? 'invalid' : (code satisfies ErrorCode), facts);
  }
  return { quote, after: takenFrom(counters, quote.taken) };
}

/** The counters of the terms, and those that the last quote took from: the terms may have changed or gone since. */
export function namesOf({ quote }: Engagement, terms: Terms | null): string[] {
  const now = terms ? countersOf(terms) : [];
  return [...new Set([...now, ...(quote?.taken ?? [])].map(({ counter }) => counter))];
}

export function reserved(
  engagement: Engagement,
  { lines, quote, isAgreed }: { lines: readonly QuoteLine[]; quote: Quote; isAgreed: boolean },
): Engagement {
  const amounts = lines.map((line, i) => ({ ...line, amc: quote.lines[i]?.amc ?? 0 }));
  return {
    ...engagement,
    state: 'quoted',
    quote: { lines: amounts, amc: quote.total.amc, taken: quote.taken, isAgreed },
  };
}
