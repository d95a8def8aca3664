// What the rest of the operator may do with the ledger: append and wait until the entry is durable.
// No other verb exists: nothing edits, nothing deletes.

import type { AmcNo } from '../../core/ids.ts';
import type { MemberView, RestView } from '../events.ts';
import type { EngagementRow } from './ledger-store.ts';

/** What the ledger calls a person for a month: 32 hexadecimal digits that only the vault joins to a record. */
export type PersonTag = { month: string; tag: string };

/** An entry before it has a place. `about` is tagged by the vault; the record id itself is never written. */
export type NewEntry = {
  member: Omit<MemberView, 'at'>;
  rest: RestView;
  /** `tag` saves the ledger the question when the entry is written in the tag's month. */
  about: { amcNo: AmcNo; recordId: string; tag?: PersonTag } | null;
  /** Given the receipt, makes the sealed answer that is stored in the same transaction (idempotent requests). */
  replay?: { asker: string; requestId: string; tag: string; sealAnswer(receipt: Receipt): Buffer };
  /** What the answer promises, sealed: stored in the same transaction. */
  engagement?: EngagementRow | null;
};

/** Proof for the asker that the entry must exist (verified with trust.json's vkey). */
export type Receipt = {
  log: string;
  index: number;
  leaf: string;
  signature: string;
  flush: { first: number; count: number };
  path: string;
};

export interface Ledger {
  /**
   * Resolves once the entry is durable and signed for; rejects when it is not, and then it may or may not exist
   * (the caller answers nothing). Order of calls = order of entries.
   */
  append(entry: NewEntry): Promise<Receipt>;

  /**
   * Takes an entry that must be written though nobody waits for it (a door was opened, no answer left). It is tried
   * again until it is durable; if we crash first, the next start finds the door in the vault's journal.
   */
  owe(entry: NewEntry): void;
}
