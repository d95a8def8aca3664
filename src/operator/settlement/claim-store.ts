// Port: claims and what became of them. Guarantees asked for:
// - a claim is written in the transaction that uses its engagement up: both are there or neither;
// - of two claims for one engagement, or for one invoice, one is written and the other told that it was not.

import type { RejectionCode } from './claim-rejections.ts';
import type { ClaimState, ListedClaim } from './claim-shapes.ts';
import type { SettlementTransaction } from './settlement-store.ts';

export type NewClaim = {
  readonly id: string;
  readonly structure: string;
  readonly insurerId: number;
  /** SHA-256 of the engagement's number, hexadecimal. */
  readonly engagement: string;
  readonly careDate: string;
  readonly receivedAtMs: number;
  readonly priceCents: number;
  readonly amcCents: number;
  /** Keyed tag, 32 hexadecimal digits. */
  readonly guardTag: string;
  /** base64url */
  readonly sealed: string;
};

export type ClaimPage = {
  readonly before: string | null;
  readonly state: ClaimState | null;
  readonly limit: number;
};

export interface ClaimStore {
  /** False: a claim for this invoice, or this engagement, is there already. */
  accept(tx: SettlementTransaction, claim: NewClaim): Promise<boolean>;
  /** With its remittance; resolves with the code that stands: an earlier one, for a request that was rejected before. */
  reject(claim: NewClaim, code: RejectionCode): Promise<RejectionCode>;
  /** False: not this structure's, not of this engagement, or no longer to be cancelled. */
  cancel(
    tx: SettlementTransaction,
    claim: Pick<NewClaim, 'id' | 'structure' | 'engagement'>,
  ): Promise<boolean>;
  /** Newest first; `next` is the next page's `before`. */
  list(structure: string, page: ClaimPage): Promise<{ claims: ListedClaim[]; next: string | null }>;
  one(structure: string, id: string): Promise<ListedClaim | null>;
}
