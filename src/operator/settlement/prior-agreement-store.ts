// Port: prior agreements as they are kept, and the one question that quotes and claims have about them. Whom an agreement is
// about stands nowhere in it; only who holds the engagement's number, or the insurer that opens `sealed`, can tell.

import type { CareDomain } from '../../core/care-domains.ts';
import type { AmcNo } from '../../core/ids.ts';
import type { Cents } from '../../core/money.ts';
import type { CareDate } from '../../core/period.ts';
import type { AgreementReason, InsurersReason } from './prior-agreement-reasons.ts';
import type { PriorAgreementState } from './product-shapes.ts';
import type { SettlementTransaction } from './settlement-store.ts';

/** Domains in which an insurer may want to be asked first. */
export const AGREEMENT_DOMAINS = ['OPTI', 'AUDI', 'DEPR', 'ODF', 'HOSP'] as const satisfies CareDomain[];
export type AgreementDomain = (typeof AGREEMENT_DOMAINS)[number];

export type AgreementState = 'pending' | 'accepted' | 'refused' | 'cancelled' | 'lapsed';

/** What its structure may see of it, and all that is kept in the clear but for whom it binds. */
export type AgreementFacts = {
  readonly id: string;
  readonly domain: AgreementDomain;
  readonly state: AgreementState;
  readonly reason: AgreementReason;
  /** What the insurer pays at most, when accepted. */
  readonly amc: Cents;
  readonly askedAtMs: number;
  readonly decidedAtMs: number | null;
  /** Its last day. Then it lapses, accepted or waiting. */
  readonly validUntil: CareDate;
};

/** What a quote or a claim must know: `accepted` binds the insurer up to `amc` until `validUntil`. */
export type AgreementStanding = Pick<AgreementFacts, 'state' | 'validUntil' | 'amc'>;

/** How far an agreement that is wanted is: one that was cancelled or has lapsed is needed anew, for any amount. */
export function progressOf(standing: AgreementStanding | null): { state: PriorAgreementState; amc: Cents } {
  if (!standing || standing.state === 'cancelled' || standing.state === 'lapsed')
    return { state: 'needed', amc: 0 };
  return { state: standing.state, amc: standing.amc };
}

export type NewAgreement = AgreementFacts & {
  readonly state: 'accepted' | 'pending';
  readonly engagement: string;
  readonly insurerId: number;
  readonly structure: string;
  readonly requestId: string;
  /** For the insurer; there exactly while it is pending. */
  readonly sealed: Buffer | null;
};

/** Where a page goes on: behind the agreement of this id (of the same structure or insurer), or at the beginning. */
export type AgreementPage = { readonly behind: string | null; readonly most: number };

export type InsurersDecision = {
  readonly state: 'accepted' | 'refused';
  readonly reason: InsurersReason;
  readonly atMs: number;
  readonly validUntil: CareDate;
};

/** Every `today` is the day in Paris. Digests are hexadecimal SHA-256 of an engagement's number. */
export interface PriorAgreementStore {
  /** The newest of this engagement, or null when none was ever asked. */
  standingOf(engagement: string, today: CareDate): Promise<AgreementStanding | null>;
  /** Newest first. */
  ofStructure(structure: string, today: CareDate, page: AgreementPage): Promise<AgreementFacts[]>;
  /** Null also when it is another structure's. */
  one(id: string, structure: string, today: CareDate): Promise<AgreementFacts | null>;
  /** Waiting for this insurer, oldest first, without those that lapsed. */
  waiting(amcNo: AmcNo, today: CareDate, page: AgreementPage): Promise<(AgreementFacts & WaitingFacts)[]>;
  /**
   * Decides one that waits for this insurer. `enter` runs while nobody else can decide or cancel it, and before the decision
   * counts: what throws there leaves it waiting. `unknown`: no such agreement of this insurer. `over`: it waits no more.
   */
  decide(
    which: { id: string; amcNo: AmcNo; today: CareDate },
    decision: InsurersDecision,
    enter: (facts: DecidedFacts) => Promise<unknown>,
  ): Promise<'done' | 'unknown' | 'over'>;
  /** The structure takes its own back, as `decide`; one that is cancelled already may be cancelled again. */
  cancel(
    which: { id: string; structure: string; today: CareDate },
    enter: (facts: DecidedFacts) => Promise<unknown>,
  ): Promise<'done' | 'unknown' | 'over'>;
  /** In a transaction that holds the engagement locked. */
  within(tx: SettlementTransaction): AgreementTransaction;
}

export interface AgreementTransaction {
  /** The one of this engagement that waits, is accepted or has lapsed as such. */
  living(engagement: string, today: CareDate): Promise<(AgreementFacts & { requestId: string }) | null>;
  /** Which of these engagements have an accepted one today. */
  accepted(engagements: readonly string[], today: CareDate): Promise<ReadonlySet<string>>;
  /** The structure asks anew, or gives the engagement up: what lives of it lives no more. */
  endOf(engagement: string, today: CareDate): Promise<void>;
  add(agreement: NewAgreement): Promise<void>;
}

export type WaitingFacts = { readonly structure: string; readonly sealed: Buffer };
export type DecidedFacts = Pick<AgreementFacts, 'domain'> & {
  readonly amcNo: AmcNo;
  readonly structure: string;
  readonly engagement: string;
};
