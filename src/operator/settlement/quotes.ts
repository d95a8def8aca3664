// The whole life of a quote: who pays what, and the insurer held to it. What is answered is reserved in one transaction,
// then entered in the ledger. If we crash in between, the same request reserves the same anew and gives the same answer.

import { type CareDomain, isProfession, PROFESSIONS } from '../../core/care-domains.ts';
import { type CareDate, contains, isCareDate } from '../../core/period.ts';
import {
  quote as compute,
  countersOf,
  type Quote,
  type QuoteLine,
  type Tables,
  type Terms,
} from '../../core/quote.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import { type Asked, type Once, replayItem } from '../check/once.ts';
import { type Asker, refuseOtherPurpose } from '../check/question.ts';
import { refuseWhenClosed } from '../containment/passage.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import { type ErrorCode, refusal } from '../errors.ts';
import { type CounterStates, type Counters, givenBack, takenFrom } from './counters.ts';
import { closedBecause, type Engagement } from './engagement.ts';
import { type Engagements, type OpenedEngagement, ownerOf } from './engagements.ts';
import type { PriorAgreementState } from './product-shapes.ts';
import type { Products } from './products.ts';
import { answerOf, type Settled } from './quote-answer.ts';
import type { QuoteAnswer, QuoteRequest } from './quote-shapes.ts';
import { wantsAgreement } from './terms.ts';

export type QuoteParts = {
  clock: Clock;
  switchboard(): Switchboard;
  once: Once;
  engagements: Engagements;
  products: Pick<Products, 'terms'>;
  counters: Counters;
  tables: Tables;
  /** How far the insurer's agreement to that engagement is, where it wants to be asked first. */
  priorAgreement(engagementNo: string): Promise<PriorAgreementState>;
};

/** What is kept for a repeat: with the answer, what must still be allowed when it leaves a second time. */
type Told = { amcNo: string; domain: CareDomain; answer: QuoteAnswer };

/** Throws AppError for every refusal; nothing is reserved then. */
export async function quoteFor(parts: QuoteParts, asker: Asker, request: QuoteRequest): Promise<QuoteAnswer> {
  refuseWhenClosed(parts.switchboard(), asker, { amcNo: null, door: 'engagement' });
  const requestId = request.requestId.toLowerCase();
  const body = `quote ${canonicalJson({ ...request, requestId })}`;
  const asked: Asked = { asker: `${asker.client} ${asker.account}`, requestId, body };
  const { amcNo, domain, answer } = await parts.once.answer(asked, () =>
    quoteFresh(parts, asker, request, asked),
  );
  refuseWhenClosed(parts.switchboard(), asker, { amcNo, door: 'engagement' }); // also for an answer stored earlier
  refuseOtherPurpose(asker, domain);
  return answer;
}

function quoteFresh(parts: QuoteParts, asker: Asker, request: QuoteRequest, asked: Asked): Promise<Told> {
  const named = { engagementNo: request.engagementNo, request: replayItem(asked) };
  return parts.engagements.open(asker, named, async (opened) => {
    const settled = await settle(parts, asker, opened, request);
    const { insurer, engagement } = opened;
    return {
      event: request.dryRun ? 'quote.tried' : 'quote.made',
      fields: ['amount'],
      outcome: engagement.code,
      asked,
      answer: (receipt) => ({
        amcNo: insurer.amcNo,
        domain: engagement.domain,
        answer: answerOf(settled, parts.tables.tariffs, receipt),
      }),
    };
  });
}

async function settle(
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
  const priorAgreement = wantsAgreement(terms, lines) ? await parts.priorAgreement(engagementNo) : null;
  const weigh = (now: Engagement, states: CounterStates) => {
    const { quote, after } = weighed({ engagement: now, lines, terms, states, today, tables: parts.tables });
    return { engagementNo, engagement: now, terms, priorAgreement, quote, counters: after, dryRun };
  };
  if (dryRun)
    return weigh(engagement, await parts.counters.read(ownerOf(opened), namesOf(engagement, terms)));
  if (priorAgreement !== null && priorAgreement !== 'accepted') throw refusal('prior-agreement-needed');
  if (namesOf(engagement, terms).length === 0) {
    const settled = weigh(engagement, new Map());
    if (await parts.engagements.replace(opened, reserved(engagement, lines, settled.quote))) return settled;
  }
  return parts.engagements.change(opened, async (now, tx) => {
    const names = namesOf(now, terms);
    const { states, keep } = await parts.counters.locked(tx, ownerOf(opened), { names, today });
    const settled = weigh(now, states);
    await keep(settled.counters);
    return { engagement: reserved(now, lines, settled.quote), result: settled };
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

/** The counters of the terms, and those that the last quote took from: the terms may have changed since. */
export function namesOf({ quote }: Engagement, terms: Terms): string[] {
  const before = (quote?.taken ?? []).map(({ counter }) => counter);
  return [...new Set([...countersOf(terms).map(({ counter }) => counter), ...before])];
}

export function reserved(engagement: Engagement, lines: readonly QuoteLine[], quote: Quote): Engagement {
  const amounts = lines.map((line, i) => ({ ...line, amc: quote.lines[i]?.amc ?? 0 }));
  return {
    ...engagement,
    state: 'quoted',
    quote: { lines: amounts, amc: quote.total.amc, taken: quote.taken },
  };
}
