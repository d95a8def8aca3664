// The life of a claim: the engagement's door, what it asks beside what was promised, one transaction that uses the
// engagement up and books the claim, the ledger entry, the answer. Each claim stands alone: one that is rejected refuses no
// other. If we crash in between, the same request finds its claim and gives the same answer.

import type { CareDate } from '../../core/period.ts';
import { sha256Hex } from '../../crypto/digest.ts';
import { AppError } from '../../lib/app-error.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { parisDate } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { type Asked, replayItem } from '../check/once.ts';
import type { Asker } from '../check/question.ts';
import { refuseWhenClosed } from '../containment/passage.ts';
import { refusal } from '../errors.ts';
import { askedOf, claimProblem, closedForClaims, lastDayOf, priceOf, used } from './claim-check.ts';
import { isRejection, type RejectionCode, rejectionOf } from './claim-rejections.ts';
import type { Claim, ClaimAnswer, ClaimRequest } from './claim-shapes.ts';
import type { ClaimStore, NewClaim } from './claim-store.ts';
import { givenBack } from './counters.ts';
import type { Engagement } from './engagement.ts';
import { type Done, type OpenedEngagement, ownerOf } from './engagements.ts';
import type { EquipmentHistories } from './equipment-history.ts';
import type { PriorAgreementStore } from './prior-agreement-store.ts';
import { computed, linesOf, namesOf, type QuoteParts, reserved } from './quotes.ts';
import type { SettlementTransaction } from './settlement-store.ts';
import { wantsAgreement } from './terms.ts';

export type ClaimParts = QuoteParts & {
  claims: ClaimStore;
  agreements: Pick<PriorAgreementStore, 'within'>;
  histories: Pick<EquipmentHistories, 'noteEquipment' | 'takeBackEquipment'>;
  vault: VaultClient;
};

/** Claims of one request, in its order. Throws what refuses the call itself; what is wrong with a claim is in its answer. */
export async function makeClaims(
  parts: ClaimParts,
  asker: Asker,
  request: ClaimRequest,
): Promise<ClaimAnswer[]> {
  refuseWhenClosed(parts.switchboard(), asker, { amcNo: null, door: 'engagement' });
  const { requestId } = request;
  const claims = 'claims' in request ? request.claims : [withoutRequestId(request)];
  return Promise.all(
    claims.map((claim, i) => {
      // Each is a request of its own, so that a batch whose answer was lost can be sent again.
      const id = claims.length === 1 ? requestId.toLowerCase() : idWithin(requestId, i);
      return makeClaim(parts, asker, { ...claim, requestId: id });
    }),
  );
}

type Identified = Claim & { requestId: string };
/** What is kept for a repeat: with the answer, what must still be allowed when it leaves a second time. */
type Told = { amcNo: string | null; answer: ClaimAnswer };

async function makeClaim(parts: ClaimParts, asker: Asker, claim: Identified): Promise<ClaimAnswer> {
  const { requestId } = claim;
  const body = `claim ${canonicalJson(claim)}`;
  const asked: Asked = { asker: `${asker.client} ${asker.account}`, requestId, body };
  const { amcNo, answer } = await parts.once.answer(asked, () => claimFresh(parts, asker, claim, asked));
  refuseWhenClosed(parts.switchboard(), asker, { amcNo, door: 'engagement' }); // also for an answer stored earlier
  return answer;
}

async function claimFresh(parts: ClaimParts, asker: Asker, claim: Identified, asked: Asked): Promise<Told> {
  const named = { engagementNo: claim.engagementNo, request: replayItem(asked) };
  try {
    return await parts.engagements.open(asker, named, (opened) =>
      settle(parts, asker, { opened, claim, asked }),
    );
  } catch (error) {
    // Nothing was read for this professional: there is no insurer whose claim it could be, so none is kept.
    const code = error instanceof AppError ? error.code : null;
    if (code !== 'engagement-unknown' && code !== 'domain-not-allowed') throw error;
    return { amcNo: null, answer: rejected(claim, { claimId: null, code, receipt: null }) };
  }
}

type InHand = { opened: OpenedEngagement; claim: Identified; asked: Asked };

async function settle(
  parts: ClaimParts,
  asker: Asker,
  { opened, claim, asked }: InHand,
): Promise<Done<Told>> {
  const { insurer, engagement } = opened;
  const row = await rowOf(parts, asker, opened, claim);
  const found = await booked(parts, asker, { opened, claim, row });
  const code = found && (await parts.claims.reject(row, found));
  const told = { claimId: row.id, code };
  return {
    event: code === null ? 'claim.accepted' : 'claim.rejected',
    fields: ['amount'],
    outcome: code ?? engagement.code,
    asked,
    answer: (receipt) => ({
      amcNo: insurer.amcNo,
      answer:
        code === null
          ? { ...accepted(claim), claimId: row.id, receipt }
          : rejected(claim, { ...told, code, receipt }),
    }),
  };
}

/** Null: the claim is booked and its engagement used up. Otherwise nothing has changed. */
async function booked(
  parts: ClaimParts,
  asker: Asker,
  { opened, claim, row }: Pick<InHand, 'opened' | 'claim'> & { row: NewClaim },
): Promise<RejectionCode | null> {
  const today = parisDate(parts.clock.nowMs()) as CareDate;
  try {
    await parts.engagements.change(opened, async (now, tx) => {
      if (now.claimId === row.id) {
        // A repeat of what was booked; asking for another amount it is none, also when the first answer is kept no more.
        if (now.quote?.amc !== row.amcCents) throw refusal('request-replayed');
        return { engagement: now, result: undefined };
      }
      const closed = closedForClaims(now, today);
      if (closed) throw new Rejected(closed);
      // A hospital quotes what it plans; it claims what it has done.
      if (lastDayOf(claim) > today) throw new Rejected('care-date-in-future');
      const engagement = await usedUp(parts, asker, { opened, claim, now, today, tx });
      if (!(await parts.claims.accept(tx, row))) throw new Rejected('duplicate');
      await parts.histories.noteEquipment(tx, opened, { on: lastDayOf(claim) as CareDate, today });
      return { engagement: { ...engagement, state: 'used', claimId: row.id }, result: undefined };
    });
    return null;
  } catch (error) {
    if (error instanceof Rejected) return error.rejection;
    if (error instanceof AppError && isRejection(error.code)) return error.code;
    throw error;
  }
}

/** Undoes the transaction; never leaves this file. */
class Rejected extends Error {
  readonly rejection: RejectionCode;
  constructor(rejection: RejectionCode) {
    super(rejection);
    this.rejection = rejection;
  }
}

type Using = Pick<InHand, 'opened' | 'claim'> & {
  now: Engagement;
  today: CareDate;
  tx: SettlementTransaction;
};

/** The engagement with what the claim leaves of its reservation; without a quote it is quoted by the claim's own lines. */
async function usedUp(
  parts: ClaimParts,
  asker: Asker,
  { opened, claim, now, today, tx }: Using,
): Promise<Engagement> {
  const { insurer, engagementNo } = opened;
  const terms = parts.products.terms(insurer.id, now);
  const lines = linesOf(asker, now, { given: claim.lines.map(withoutAmount), today, dryRun: false });
  const names = namesOf(now, terms);
  const { states, keep } = await parts.counters.locked(tx, ownerOf(opened), { names, today });
  const isAgreed = now.quote?.isAgreed ?? (terms !== null && wantsAgreement(terms, lines));
  if (isAgreed) await refuseUnlessAgreed(parts, { tx, engagementNo, claim });
  let quoted = { engagement: now, counters: states };
  if (!now.quote) {
    if (!terms) throw new Rejected('product-unknown'); // what was quoted stands without them
    const { quote, after } = computed({ engagement: now, lines, terms, states, tables: parts.tables });
    quoted = { engagement: reserved(now, { lines, quote, isAgreed }), counters: after };
  }
  const { quote } = quoted.engagement;
  if (!quote) throw new Error('what was just quoted has a quote');
  const problem = claimProblem(claim, quote);
  if (problem) throw new Rejected(problem);
  const { kept, freed } = used(claim, quote);
  await keep(givenBack(quoted.counters, freed));
  return { ...quoted.engagement, quote: now.quote ? kept : { ...kept, byClaim: true } };
}

/** Also under a quote: the agreement that it was made under may have been taken back, or have lapsed. Held until the end. */
async function refuseUnlessAgreed(
  { agreements }: ClaimParts,
  { tx, engagementNo, claim }: Pick<Using, 'tx' | 'claim'> & { engagementNo: string },
): Promise<void> {
  // On the day of the care, not of its claim, which may come much later.
  const careDay = lastDayOf(claim) as CareDate;
  const agreement = await agreements.within(tx).living(sha256Hex(engagementNo), careDay);
  if (agreement?.state !== 'accepted') throw new Rejected('prior-agreement-needed');
  if (askedOf(claim) > agreement.amc) throw new Rejected('above-prior-agreement');
}

/**
 * A claim that no payment run has taken up yet is taken back, and its engagement can be claimed again: open, when nobody
 * had quoted; else quoted, with what the claim had left reserved. Throws `claim-unknown` (also another structure's, or
 * another engagement's) and `claim-not-cancellable`.
 */
export function cancelClaim(
  parts: ClaimParts,
  asker: Asker,
  { claimId, engagementNo }: { claimId: string; engagementNo: string },
): Promise<{ claimId: string; state: 'cancelled' }> {
  const named = { engagementNo, request: { scope: '', body: '' } };
  return parts.engagements.open(asker, named, async (opened) => {
    const known = await parts.claims.one(asker.structure, claimId);
    if (!known) throw refusal('claim-unknown');
    await parts.engagements.change(opened, async (now, tx) => {
      if (now.claimId !== claimId) {
        if (known.state === 'cancelled') return { engagement: now, result: undefined }; // done before
        throw refusal('claim-unknown');
      }
      const claim = { id: claimId, structure: asker.structure, engagement: sha256Hex(engagementNo) };
      if (!(await parts.claims.cancel(tx, claim))) throw refusal('claim-not-cancellable');
      const today = parisDate(parts.clock.nowMs()) as CareDate;
      const before = await beforeClaim(parts, { opened, now, today, tx });
      await parts.histories.takeBackEquipment(tx, opened, today); // locked after counters, always
      return { engagement: { ...before, claimId: null }, result: undefined };
    });
    return {
      event: 'claim.cancelled',
      fields: [],
      outcome: opened.engagement.code,
      answer: () => ({ claimId, state: 'cancelled' }),
    };
  });
}

/** What only the claim had quoted is free again. */
async function beforeClaim(
  { counters }: ClaimParts,
  { opened, now, today, tx }: Omit<Using, 'claim'>,
): Promise<Engagement> {
  if (!now.quote?.byClaim) return { ...now, state: 'quoted' };
  await counters.giveBack(tx, ownerOf(opened), { taken: now.quote.taken, today });
  return { ...now, state: 'open', quote: null };
}

/** What is kept of it. Lines, invoice and record are sealed by the vault before anything is written. */
async function rowOf(
  { vault, clock }: ClaimParts,
  { structure }: Asker,
  { insurer, engagement }: OpenedEngagement,
  claim: Identified,
): Promise<NewClaim> {
  const { requestId, engagementNo, invoiceNo, lotNo, lines } = claim;
  const careDate = lastDayOf(claim);
  const text = JSON.stringify({ recordId: engagement.recordId, invoiceNo, lotNo, lines });
  // "7" and "007" are one invoice: software differs in how it fills up.
  const guard = JSON.stringify([structure, Number(invoiceNo), Number(lotNo), careDate]);
  const { out } = await vault.call('sealClaims', { amcNo: insurer.amcNo, items: [{ text, guard }] });
  const [sealed] = out.items;
  if (!sealed) throw new Error('the vault seals what it is asked to');
  return {
    // The same request makes the same claim, so a repeat after a crash books nothing twice.
    id: uuidOf(`${structure}\n${requestId}\n${engagementNo}`),
    structure,
    insurerId: insurer.id,
    engagement: sha256Hex(engagementNo),
    careDate,
    receivedAtMs: clock.nowMs(),
    priceCents: priceOf(claim),
    amcCents: askedOf(claim),
    guardTag: sealed.tag,
    sealed: sealed.sealed,
  };
}

function accepted(claim: Claim): Pick<ClaimAnswer, 'engagementNo' | 'state' | 'amc' | 'rejection'> {
  return { engagementNo: claim.engagementNo, state: 'accepted', amc: askedOf(claim), rejection: null };
}

function rejected(
  { engagementNo }: Claim,
  { code, ...known }: Pick<ClaimAnswer, 'claimId' | 'receipt'> & { code: RejectionCode },
): ClaimAnswer {
  return { engagementNo, state: 'rejected', amc: 0, rejection: rejectionOf(code), ...known };
}

function withoutRequestId({ requestId: _, ...claim }: Claim & { requestId: string }): Claim {
  return claim;
}

function withoutAmount({ amcAsked: _, ...line }: Claim['lines'][number]) {
  return line;
}

/** One id for each place of a batch, the same for the same batch. */
const idWithin = (requestId: string, place: number) => uuidOf(`${requestId.toLowerCase()}\n${place}`);

const uuidOf = (text: string) =>
  sha256Hex(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
