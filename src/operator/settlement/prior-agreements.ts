// The whole life of a request for a prior agreement: the amount of a quote, the rules of frequency, an answer at once. A
// machine may accept, only a human refuses: what the rules do not accept waits for the insurer. All of it is written in one
// transaction, then entered; if we crash in between, the same request finds its own agreement and gives the same answer.

import {
  EARS,
  type Equipment,
  isEquipmentDomain,
  partsOf,
  tooEarly,
  withWish,
} from '../../core/frequency.ts';
import { addDays, type CareDate } from '../../core/period.ts';
import { sha256Hex } from '../../crypto/digest.ts';
import { parisDate } from '../../lib/clock.ts';
import { randomId } from '../../lib/random.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import type { Asker } from '../check/question.ts';
import { refusal } from '../errors.ts';
import type { NoticeStore } from '../notices/notice-store.ts';
import { sealFor } from '../notices/sealed-notices.ts';
import { closedBecause, type Engagement } from './engagement.ts';
import { type OpenedEngagement, ownerOf } from './engagements.ts';
import type { EquipmentHistories } from './equipment-history.ts';
import { type AgreementDetails, TOLERANCE_DAYS } from './prior-agreement-desk.ts';
import type { RulesReason } from './prior-agreement-reasons.ts';
import { type AgreementAnswer, type AgreementRequest, shown } from './prior-agreement-shapes.ts';
import {
  AGREEMENT_DOMAINS,
  type AgreementDomain,
  type AgreementFacts,
  type AgreementTransaction,
  type NewAgreement,
  type PriorAgreementStore,
} from './prior-agreement-store.ts';
import type { Settled } from './quote-answer.ts';
import { type QuoteParts, settle } from './quotes.ts';
import { answerOnce } from './repeatable.ts';
import type { SettlementTransaction } from './settlement-store.ts';

export type AgreementParts = QuoteParts & {
  agreements: Pick<PriorAgreementStore, 'within'>;
  histories: Pick<EquipmentHistories, 'change'>;
  vault: VaultClient;
  references: Pick<NoticeStore, 'subjectRef'>;
};

/** Longer than any, so that all are of one length: the most that the vault seals at once. */
const DETAILS_CHARACTERS = 2_048;

/** What is asked for, as far as it can be said before anything is locked. */
type Wanted = {
  readonly opened: OpenedEngagement;
  readonly digest: string;
  readonly domain: AgreementDomain;
  readonly equipment: Equipment | null;
  readonly settled: Settled;
  readonly request: AgreementRequest;
  readonly structure: string;
  readonly nowMs: number;
  readonly today: CareDate;
};

/**
 * Accepted, or waiting for the insurer. Throws what a quote throws, `prior-agreement-other-domain`, `invalid` when equipment
 * does not say what its rule must know, and `prior-agreement-standing` when one is accepted already.
 */
export function askPriorAgreement(
  parts: AgreementParts,
  asker: Asker,
  request: AgreementRequest,
): Promise<AgreementAnswer> {
  return answerOnce(parts, asker, { verb: 'prior-agreement', request }, async (opened) => {
    const wanted = await wantedIn(parts, asker, { opened, request });
    const facts = await parts.engagements.change(opened, async (engagement, tx) => ({
      engagement,
      result: await decide(parts, tx, engagement, wanted),
    }));
    return {
      event: 'prior-agreement.asked',
      fields: ['amount'],
      outcome: facts.state,
      answer: (receipt) => ({ ...shown(facts), receipt }),
    };
  });
}

async function wantedIn(
  parts: AgreementParts,
  asker: Asker,
  { opened, request }: Pick<Wanted, 'opened' | 'request'>,
): Promise<Wanted> {
  const domain = AGREEMENT_DOMAINS.find((one) => one === opened.engagement.domain);
  if (!domain) throw refusal('prior-agreement-other-domain');
  const equipment = equipmentOf(domain, request.equipment ?? {});
  const settled = await settle(parts, asker, opened, { ...request, dryRun: true });
  const nowMs = parts.clock.nowMs();
  const today = parisDate(nowMs) as CareDate;
  const digest = sha256Hex(opened.engagementNo);
  return { opened, digest, domain, equipment, settled, request, structure: asker.structure, nowMs, today };
}

function equipmentOf(
  domain: AgreementDomain,
  { age, sightChanged, ears = [...EARS] }: NonNullable<AgreementRequest['equipment']>,
): Equipment | null {
  if (!isEquipmentDomain(domain)) return null;
  if (domain === 'AUDI') return { domain, ears };
  if (age === undefined || sightChanged === undefined) throw refusal('invalid', { field: 'equipment' });
  return { domain, age, sightChanged };
}

/** In the transaction that holds the engagement: nobody else decides about the same one, or the same person's equipment. */
async function decide(
  parts: AgreementParts,
  tx: SettlementTransaction,
  engagement: Engagement,
  wanted: Wanted,
): Promise<AgreementFacts> {
  const { digest, domain, settled, request, nowMs, today } = wanted;
  const closed = closedBecause(engagement, today);
  if (closed) throw refusal(closed);
  const agreements = parts.agreements.within(tx);
  const living = await agreements.living(digest, today);
  if (living?.requestId === request.requestId.toLowerCase()) return living;
  if (living?.state === 'accepted') throw refusal('prior-agreement-standing');
  const earliest = await tooEarlyFor(parts, tx, agreements, wanted);
  const { amc } = settled.quote.total;
  const reason = reasonOf(earliest, amc);
  const isAccepted = reason === 'within-rules';
  const facts = {
    id: randomId(),
    domain,
    state: isAccepted ? 'accepted' : 'pending',
    reason,
    amc,
    askedAtMs: nowMs,
    decidedAtMs: isAccepted ? nowMs : null,
    validUntil: addDays(today, TOLERANCE_DAYS),
  } as const satisfies AgreementFacts;
  if (living) await agreements.endOf(digest, today);
  await agreements.add(await rowOf(parts, facts, wanted, earliest));
  return facts;
}

function reasonOf(earliest: CareDate | null, amc: number): RulesReason {
  if (earliest !== null) return 'too-early';
  return amc === 0 ? 'nothing-to-pay' : 'within-rules';
}

/** Notes the wish in the person's history, and says from when on the rules would grant it, where that is later. */
async function tooEarlyFor(
  { histories }: AgreementParts,
  tx: SettlementTransaction,
  agreements: AgreementTransaction,
  { opened, digest, equipment, today }: Wanted,
): Promise<CareDate | null> {
  if (equipment === null) return null;
  const { careDate: on } = opened.engagement;
  return histories.change(tx, ownerOf(opened), { domain: equipment.domain, today }, async (history) => {
    const others = history.filter(({ engagement }) => engagement !== digest);
    const accepted = await agreements.accepted(
      others.map(({ engagement }) => engagement),
      today,
    );
    const counting = others.filter(({ had, engagement }) => had !== null || accepted.has(engagement));
    return {
      history: withWish(history, { engagement: digest, on, parts: partsOf(equipment) }),
      result: tooEarly(counting, equipment, on),
    };
  });
}

async function rowOf(
  parts: AgreementParts,
  facts: Pick<NewAgreement, keyof AgreementFacts | 'state'>,
  wanted: Wanted,
  earliest: CareDate | null,
): Promise<NewAgreement> {
  const { opened, digest: engagement, structure, request } = wanted;
  const { id: insurerId, amcNo } = opened.insurer;
  const sealed =
    facts.state === 'accepted'
      ? null
      : await sealFor(parts.vault, amcNo, await detailsOf(parts, wanted, earliest), DETAILS_CHARACTERS);
  const requestId = request.requestId.toLowerCase();
  return { ...facts, engagement, insurerId, structure, requestId, sealed };
}

async function detailsOf(
  { references }: AgreementParts,
  { opened, equipment, settled, request }: Wanted,
  earliest: CareDate | null,
): Promise<AgreementDetails> {
  const { recordId, careDate, product, rule } = opened.engagement;
  return {
    ref: await references.subjectRef(recordId),
    careDate,
    product,
    rule,
    equipment,
    earliest,
    lines: request.lines.map(({ actCode, quantity, price, basket }, i) => ({
      actCode,
      quantity,
      price,
      amc: settled.quote.lines[i]?.amc ?? 0,
      ...(basket && { basket }),
    })),
  };
}
