// Port: what the guard keeps. Guarantees asked for:
// - `save` is all or nothing: counters, the entry up to which they count, alarms and ends belong together;
// - `entriesAfter` gives every entry of the ledger after that one, in order.

import type { AccountCounts } from './account-watch.ts';
import type { Alarm, EndedBecause } from './alarm.ts';
import type { UndoOrder } from './guard-desk.ts';
import type { PastSum } from './past.ts';
import type { Standing } from './standing.ts';

export type AccountState = {
  profession: string;
  counts: AccountCounts;
  standings: readonly Standing[];
  /** Sign-ins of before it are refused; missing in a row of before there was one. */
  provenAfterMs?: number;
};
export type DayCounts = { account: string; day: string; strangers: number; regulars: number };
/** By itself: by time or by a fresh sign-in. */
export type Ended = { id: string; at: string; because: Exclude<EndedBecause, 'undone'> };
export type Undone = UndoOrder & { id: string; at: string };

export type Kept = {
  throughSeq: number;
  accounts: readonly { account: string; state: AccountState }[];
  /** Those that stand, and those of the last thirty days. */
  alarms: readonly Alarm[];
};

export type Changes = {
  throughSeq: number;
  accounts: readonly { account: string; state: AccountState }[];
  days: readonly DayCounts[];
  alarms: readonly Alarm[];
  ended: readonly Ended[];
};

/** An entry of the ledger as it is stored. */
export type StoredEntry = { seq: number; at: string; memberView: string; rest: string };

export interface GuardStore {
  load(nowMs: number): Promise<Kept>;
  /** Of each account, what it counted on these Paris days, both included. */
  past(days: { from: string; to: string }): Promise<({ account: string } & PastSum)[]>;
  /** Day by day, of these accounts; for the blast radius. */
  countedDays(accounts: readonly string[], from: string): Promise<DayCounts[]>;
  save(changes: Changes): Promise<void>;
  entriesAfter(seq: number, limit: number): Promise<StoredEntry[]>;
  /** Newest first. */
  alarms(page: { before?: string | undefined; most: number }): Promise<Alarm[]>;
  alarm(id: string): Promise<Alarm | null>;
  /** False when it has ended already. */
  undo(undone: Undone): Promise<boolean>;
  review(id: string, by: string, at: string): Promise<void>;
  /** Who stands behind a structure or client (and, of an account, itself); empty when there is nobody of that id. */
  accountsBehind(kind: 'account' | 'structure' | 'client', id: string): Promise<AccountBehind[]>;
  canaries(): Promise<{ amcNo: string; name: string; published: number | null }[]>;
}

export type AccountBehind = { account: string; structure: string; profession: string; professional: string };
