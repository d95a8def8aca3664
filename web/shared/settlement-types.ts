// Quotes, prior agreements, claims, payments and bank details as the browser sees them (CONTRACT.md 3.2): shapes only.
// Must never hold code. Every amount is in integer cents; what concerns a person is behind the engagement's number.

import type { CareDomain } from '../../src/core/care-domains.ts';
import type { AgeGroup, EARS } from '../../src/core/frequency.ts';
import type { Basket, QuoteLine, Terms } from '../../src/core/quote.ts';
import type { Day, EligibilityAnswer, Instant } from './api-types.ts';

type Receipt = EligibilityAnswer['receipt'];
/** One sentence in both languages. */
export type Words = { fr: string; en: string };

export const BASKETS = ['RAC0', 'MODERATED', 'FREE'] as const satisfies readonly Basket[];

/** `GET /v1/reference`: read by core/tariffs.ts and core/acts.ts. */
export type ReferenceReply = { tariffs: unknown; acts: unknown };

/** How far the insurer's agreement is; null: it does not ask for one. */
export type AgreementNeed = 'needed' | 'pending' | 'accepted' | 'refused' | null;

export type CounterLeft = { counter: string; from: Day; to: Day; left: number };
export type QuoteTerms = Terms & { pec: AgreementNeed; counters: CounterLeft[] };

/** `POST /v1/quotes`. A dry run reserves nothing, guarantees nothing and may have no lines. */
export type QuoteRequest = { requestId: string; engagementNo: string; lines: QuoteLine[]; dryRun?: boolean };

export type QuoteAnswerLine = {
  lineNo: number;
  amoGross: number;
  amc: number;
  patient: number;
  rule: string;
  reasons: Words[];
  statement: { amoNet: number; rest: number };
};
export type QuoteAnswer = {
  engagementNo: string;
  guaranteeUntil: Day;
  lines: QuoteAnswerLine[];
  total: { price: number; amoGross: number; otherAmc: number; amc: number; patient: number };
  terms: QuoteTerms;
  dryRun: boolean;
  receipt: Receipt;
};

/** `GET /v1/engagements/{no}`. */
export type EngagementReply = {
  engagementNo: string;
  state: 'open' | 'quoted' | 'used' | 'cancelled';
  domain: CareDomain;
  careDate: Day;
  guaranteeUntil: Day;
  reserved: { amc: number } | null;
  priorAgreement: AgreementNeed;
};
/** `DELETE /v1/engagements/{no}`. */
export type CancelledEngagement = { engagementNo: string; state: 'cancelled'; freed: number };

export type Ear = (typeof EARS)[number];
/** Glasses: `age` and `sightChanged`; hearing aids: `ears`; other care: nothing. */
export type EquipmentAsked = { age?: AgeGroup; sightChanged?: boolean; ears?: Ear[] };
/** `POST /v1/prior-agreements`. */
export type AgreementRequest = {
  requestId: string;
  engagementNo: string;
  lines: QuoteLine[];
  equipment?: EquipmentAsked;
};
export const AGREEMENT_STATES = ['pending', 'accepted', 'refused', 'cancelled', 'lapsed'] as const;
/** `GET` and `DELETE /v1/prior-agreements/{id}`; the answer of the request too. */
export type Agreement = {
  priorAgreementId: string;
  domain: CareDomain;
  state: (typeof AGREEMENT_STATES)[number];
  why: Words[];
  validUntil: Day;
  amc: number;
  askedAt: Instant;
  decidedAt: Instant | null;
};
/** `GET /v1/prior-agreements?before=`. */
export type AgreementsReply = { priorAgreements: Agreement[]; next: string | null };

export const CLAIM_STATES = ['accepted', 'paying', 'paid', 'rejected', 'cancelled'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];
/** Who can mend a claim that was rejected. */
export const MENDERS = ['professional', 'software', 'insurer', 'operator'] as const;
export type Rejection = Words & { code: string; who: (typeof MENDERS)[number] };

/** `POST /v1/claims`: one claim. */
export type ClaimRequest = {
  requestId: string;
  engagementNo: string;
  invoiceNo: string;
  lotNo: string;
  lines: (QuoteLine & { amcAsked: number })[];
};
export type ClaimAnswer = {
  engagementNo: string;
  claimId: string | null;
  state: ClaimState;
  amc: number;
  rejection: Rejection | null;
  receipt: Receipt | null;
};
export type ClaimAnswers = { claims: ClaimAnswer[] };

/** `GET /v1/claims/{id}`. */
export type ListedClaim = {
  claimId: string;
  receivedAt: Instant;
  careDate: Day;
  insurer: { amcNo: string; name: string };
  price: number;
  amc: number;
  state: ClaimState;
  rejection: Rejection | null;
  paidOn: string | null;
  transferId: string | null;
};
/** `GET /v1/claims?before=&state=`. */
export type ClaimsReply = { claims: ListedClaim[]; next: string | null };
