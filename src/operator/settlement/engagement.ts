// PURE. What an insurer owes for one care: what was promised at the check, and what became of it. All of it is sealed
// under a key that comes out of the engagement's number, so a feed that closes the rights later changes nothing.

import type { CareDomain } from '../../core/care-domains.ts';
import type { Taken } from '../../core/counters.ts';
import { GUARANTEE_DAYS } from '../../core/entitlement.ts';
import type { Cents } from '../../core/money.ts';
import { addDays, type CareDate } from '../../core/period.ts';
import type { QuoteLine } from '../../core/quote.ts';

/** Codes of the answers that come with an engagement (CONTRACT.md 3.1). */
export type EngagementCode = '000' | '102' | '103';

/** What the insurer is held to, as decided at the check. `guaranteeUntil` included. */
export type Promised = {
  readonly recordId: string;
  readonly product: string;
  readonly rule: string;
  readonly domain: CareDomain;
  readonly responsible: boolean;
  readonly convType: string;
  readonly csr: string | null;
  readonly careDate: CareDate;
  readonly coverFrom: CareDate;
  readonly guaranteeUntil: CareDate;
  readonly code: EngagementCode;
};

/** What is reserved: a claim may ask as much and no more. */
export type Reserved = {
  readonly lines: readonly (QuoteLine & { readonly amc: Cents })[];
  readonly amc: Cents;
  readonly taken: readonly Taken[];
  /** Nobody had quoted before: the claim that used the engagement was quoted by its own lines, and goes with them. */
  readonly byClaim?: true;
  /** It was made under a prior agreement, which must stand until the claim: what terms say later changes neither. */
  readonly isAgreed: boolean;
};

export type Engagement = Promised & {
  readonly v: 1;
  readonly state: 'open' | 'quoted' | 'used' | 'cancelled';
  /** Null: nothing is reserved. */
  readonly quote: Reserved | null;
  /** Of the claim that used it. */
  readonly claimId: string | null;
};

export function newEngagement(promised: Promised): Engagement {
  return { v: 1, ...promised, state: 'open', quote: null, claimId: null };
}

/** A claim may come so long after the guarantee: the invoice of a stay, a lot that was rejected and sent again. */
const KEPT_DAYS = 180;

/** Days after any care within which a claim for it can still come, or be taken back. */
export const LATEST_CLAIM_DAYS = Math.max(...Object.values(GUARANTEE_DAYS)) + KEPT_DAYS;

/** The last day on which the row is kept. */
export function keptUntil({ guaranteeUntil }: Pick<Promised, 'guaranteeUntil'>): CareDate {
  return addDays(guaranteeUntil, KEPT_DAYS);
}

/** Why an engagement takes no further quote; null when it does. `today`: Paris. */
export function closedBecause(
  { state, guaranteeUntil }: Engagement,
  today: string,
): 'engagement-used' | 'engagement-cancelled' | 'engagement-expired' | null {
  if (state === 'used') return 'engagement-used';
  if (state === 'cancelled') return 'engagement-cancelled';
  return guaranteeUntil < today ? 'engagement-expired' : null;
}
