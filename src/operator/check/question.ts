// From the request as received to a question that can be asked: structure, route, NIR, care date, purpose.
// Refuses with a sentence that says who can mend it; never repeats what was typed.

import { MOST_CARD_BYTES } from '../../core/card.ts';
import { type CareDomain, isProfession, mayAsk, PROFESSIONS } from '../../core/care-domains.ts';
import { readSign1 } from '../../core/cose.ts';
import { type AmcNo, parseAmcNo } from '../../core/ids.ts';
import { checkNir } from '../../core/nir.ts';
import { type CareDate, parseCareDate } from '../../core/period.ts';
import type { Caller } from '../../http/route.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { PresenceEvidence } from '../../vault/protocol.ts';
import type { Directory, Insurer } from '../access/directory.ts';
import { refusal } from '../errors.ts';
import type { EligibilityRequest } from './eligibility.ts';

/** A professional at a site; the only caller who may ask for rights. */
export type Asker = Extract<Caller, { role: 'professional' }>;

/** The question in the field's own types: parsed once, here. */
export type Question = {
  requestId: string;
  insurer: Insurer;
  amcNo: AmcNo;
  careDate: CareDate;
  domain: CareDomain;
  evidence: PresenceEvidence;
  door: 'card' | 'member' | 'identity';
  /** Why a look-up without the member number was made; null for other evidence. */
  reason: string | null;
};

export function askedInsurer(directory: Directory, request: EligibilityRequest): Insurer {
  const amcNo = parseAmcNo(request.amcNo);
  const insurer = amcNo && directory.route({ amcNo, convType: request.convType, csr: request.csr ?? null });
  if (!insurer) throw refusal('routing-unknown');
  return insurer;
}

/** One professional asks for one structure: the one of the token. */
export function refuseOtherStructure(asker: Asker, request: EligibilityRequest): void {
  if (request.structureId !== undefined && request.structureId !== asker.structure)
    throw refusal('structure-mismatch');
}

/** The purpose rule: a profession asks about its own care domains only. */
export function refuseOtherPurpose(asker: Asker, domain: CareDomain): void {
  if (!isProfession(asker.profession) || !mayAsk(asker.profession, domain))
    throw refusal('domain-not-allowed');
}

/** What the schema cannot say: NIR key, real calendar day, no future care but for hospitals. */
export function understand(
  asker: Asker,
  insurer: Insurer,
  request: EligibilityRequest,
  clock: Clock,
): Question {
  const careDate = parseCareDate(request.careDate);
  if (!careDate) throw refusal('invalid', { field: 'careDate' });
  const planned = isProfession(asker.profession) && PROFESSIONS[asker.profession].plannedCare;
  if (!planned && careDate > parisDate(clock.nowMs())) throw refusal('care-date-in-future');
  return {
    requestId: request.requestId.toLowerCase(),
    insurer,
    amcNo: insurer.amcNo,
    careDate,
    domain: request.domain as CareDomain,
    ...presented(request.evidence),
  };
}

function presented(evidence: EligibilityRequest['evidence']): Pick<Question, 'evidence' | 'door' | 'reason'> {
  if (evidence.kind === 'card') {
    const { kind, data } = evidence;
    refuseUnreadable(data);
    return { evidence: { kind, data }, door: 'card', reason: null };
  }
  const { nir, birthDate, birthRank } = evidence.beneficiary;
  const problem = checkNir(nir);
  if (problem) throw refusal('nir-invalid', { field: 'evidence.beneficiary.nir', problem });
  if (evidence.kind === 'member-number') {
    const { kind, memberNo } = evidence;
    return { evidence: { kind, memberNo, nir, birthDate, birthRank }, door: 'member', reason: null };
  }
  return {
    evidence: { kind: evidence.kind, nir, birthDate, birthRank },
    door: 'identity',
    reason: evidence.reason,
  };
}

/** Whose card it is and whether it counts, the vault says; that it is one at all is seen here, and said at once. */
function refuseUnreadable(data: string): void {
  const bytes = Buffer.from(data, 'base64url');
  const problem = bytes.length > MOST_CARD_BYTES ? 'too-long' : readSign1(bytes);
  if (problem === 'too-long' || problem === 'malformed') {
    throw refusal('card-unreadable', { field: 'evidence.data', problem });
  }
}

/** The same request, whatever the order of its properties: what a repeat is recognised by. */
export function canonicalRequest(request: EligibilityRequest): string {
  const { requestId, structureId = null, amcNo, convType, csr = null, careDate, domain, evidence } = request;
  return JSON.stringify([
    requestId.toLowerCase(),
    structureId,
    amcNo,
    convType,
    csr,
    careDate,
    domain,
    canonicalEvidence(evidence),
  ]);
}

function canonicalEvidence(evidence: EligibilityRequest['evidence']): unknown[] {
  if (evidence.kind === 'card') return [evidence.kind, evidence.data];
  const { nir, birthDate, birthRank } = evidence.beneficiary;
  const detail = evidence.kind === 'member-number' ? evidence.memberNo : evidence.reason;
  return [evidence.kind, detail, nir, birthDate, birthRank];
}
