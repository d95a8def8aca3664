// What a payment run asks of its store. Each method is one transaction: after a crash either all of it is there or nothing,
// and calling it again changes nothing more.

import type { Approval } from '../../../vault/protocol.ts';
import type { FrozenRun } from './frozen-run.ts';

/** Claims that no run can pay yet. */
export type WaitingClaims = {
  structure: string;
  insurer: string;
  reason:
    | 'bank-details-missing'
    | 'bank-details-not-in-force'
    | 'insurer-account-missing'
    | 'above-transfer-limit';
  claims: number;
  cents: number;
};

export interface PaymentRunStore {
  /** Waits until no other process is paying: two at once would write into one another's files. */
  alone<T>(work: () => Promise<T>): Promise<T>;

  /**
   * The run that is not finished, or else a new one of all claims accepted until the end of `day` (Paris) whose structure
   * can be paid: they are `paying`, their remittances and transfers exist. Null: there is nothing to pay.
   */
  begin(asked: { day: string; atMs: number }): Promise<FrozenRun | null>;

  find(run: string): Promise<FrozenRun | null>;

  /** Whether the claims of the run are still those, and of those amounts, that its transfers say. */
  holds(run: string): Promise<boolean>;

  approve(run: string, approvals: readonly Approval[]): Promise<void>;
  approvals(run: string): Promise<Approval[]>;

  /** False when other bytes were written for this file before. */
  fileWritten(run: string, insurerId: number, sha256: string): Promise<boolean>;

  /** Its claims are paid, and that is told to the ledger. */
  finish(run: string, atMs: number): Promise<void>;

  waiting(atMs: number): Promise<WaitingClaims[]>;
}
