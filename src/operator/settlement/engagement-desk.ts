// What the structure that obtained an engagement may do with it besides quoting: look at its state, and cancel it, which
// frees exactly what it had reserved.

import type { CareDate } from '../../core/period.ts';
import { sha256Hex } from '../../crypto/digest.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { Asker } from '../check/question.ts';
import { refusal } from '../errors.ts';
import type { Counters } from './counters.ts';
import type { Engagement } from './engagement.ts';
import type { CancelledAnswer, EngagementAnswer } from './engagement-shapes.ts';
import { type Engagements, type OpenedEngagement, ownerOf } from './engagements.ts';
import type { PriorAgreementStore } from './prior-agreement-store.ts';
import type { PriorAgreementState } from './product-shapes.ts';
import type { Products } from './products.ts';
import { wantsAgreement } from './terms.ts';

export type EngagementDeskParts = {
  clock: Clock;
  engagements: Engagements;
  products: Pick<Products, 'terms'>;
  counters: Counters;
  priorAgreement(engagementNo: string): Promise<{ state: PriorAgreementState }>;
  agreements: Pick<PriorAgreementStore, 'within'>;
};

/** `engagement-unknown` and what a door may refuse; nothing changes. */
export function engagementState(
  parts: EngagementDeskParts,
  asker: Asker,
  engagementNo: string,
): Promise<EngagementAnswer> {
  return parts.engagements.open(asker, { engagementNo, request: unrepeated }, async (opened) => {
    const { domain, careDate, guaranteeUntil, state, quote, code } = opened.engagement;
    const reserved = quote && { amc: quote.amc };
    const priorAgreement = await agreementOf(parts, opened);
    return {
      event: 'engagement.read',
      fields: quote ? ['amount'] : [],
      outcome: code,
      answer: () => ({ engagementNo, state, domain, careDate, guaranteeUntil, reserved, priorAgreement }),
    };
  });
}

/** Again: nothing more is freed. `engagement-used`: its claim is to be cancelled, not the engagement under it. */
export function cancelEngagement(
  parts: EngagementDeskParts,
  asker: Asker,
  engagementNo: string,
): Promise<CancelledAnswer> {
  return parts.engagements.open(asker, { engagementNo, request: unrepeated }, async (opened) => {
    const freed = await cancel(parts, opened);
    return {
      event: 'engagement.cancelled',
      fields: ['amount'],
      outcome: opened.engagement.code,
      answer: () => ({ engagementNo, state: 'cancelled', freed }),
    };
  });
}

/** What can be done twice with the same result needs no request to be recognised by. */
const unrepeated = { scope: '', body: '' };

function cancel(
  { clock, engagements, counters, agreements }: EngagementDeskParts,
  opened: OpenedEngagement,
): Promise<number> {
  const today = parisDate(clock.nowMs()) as CareDate;
  return engagements.change(opened, async (engagement, tx) => {
    if (engagement.state === 'used') throw refusal('engagement-used');
    const { quote } = engagement;
    await counters.giveBack(tx, ownerOf(opened), { taken: quote?.taken ?? [], today });
    await agreements.within(tx).endOf(sha256Hex(opened.engagementNo), today);
    const cancelled: Engagement = { ...engagement, state: 'cancelled', quote: null };
    return { engagement: cancelled, result: quote?.amc ?? 0 };
  });
}

async function agreementOf(
  { products, priorAgreement }: EngagementDeskParts,
  { engagementNo, engagement, insurer }: OpenedEngagement,
): Promise<PriorAgreementState | null> {
  const terms = products.terms(insurer.id, engagement);
  return terms && wantsAgreement(terms, []) ? (await priorAgreement(engagementNo)).state : null;
}
