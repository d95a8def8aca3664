// Port: what the console may see of the guard and do to it. Accounts, structures and clients are named by their exact id;
// nothing lists professionals, and nothing here is about an insured person.

import type { Alarm } from './alarm.ts';

/** At most so many people: `strangers` are new to the site, `regulars` the site's own patients, `total` both. */
export type PeopleBound = { strangers: number; regulars: number; total: number };

/** "If stolen now": what a thief with a live session can reach at most, counted from this moment. */
export type BlastRadius = {
  kind: 'account' | 'structure' | 'client';
  id: string;
  /** Of accounts and structures; null for a client that serves several professions. */
  profession: string | null;
  /** Accounts it stands for: 1 for an account. */
  accounts: number;
  hour: PeopleBound;
  day: PeopleBound;
  month: PeopleBound;
  /** The same when the operator's process is taken over too: the vault's budgets alone. */
  vaultAlone: { hour: PeopleBound; day: PeopleBound; month: PeopleBound };
  /** What the account did on its usual day of the last eight weeks; null before there was one. */
  usualDay: { strangers: number; regulars: number } | null;
};

/** One line of the table of budgets: hard ones (vault) and the guard's own limits. */
export type BudgetLine = {
  name: string;
  /** Null: for everybody alike. */
  profession: string | null;
  kind: 'hard' | 'soft';
  size: number;
  /** What comes back over 24 hours; null where the limit does not refill by the day. */
  perDay: number | null;
  whenEmpty: string;
  why: string;
};

/** Who ends a response and why, the text that this person signed, and the authenticator's whole response. */
export type UndoOrder = { staff: string; reason: string; text: string; signature: unknown };

export interface GuardDesk {
  /** Newest first. `before`: the `at` of the last one of the page before. */
  alarms(page: { before?: string | undefined; most: number }): Promise<Alarm[]>;
  alarm(id: string): Promise<Alarm | null>;
  /** Ends the response; the entry, with the digest of the signed text, is durable when it resolves. Throws `alarm-not-standing`. */
  undo(id: string, order: UndoOrder): Promise<void>;
  /** Somebody has looked at it. Throws `alarm-unknown`. */
  review(id: string, by: string): Promise<void>;
  /** Null when there is no such account, structure or client. */
  blastRadius(kind: BlastRadius['kind'], id: string): Promise<BlastRadius | null>;
  budgets(): BudgetLine[];
  /** Fake insured by insurer: how many its last full feed had (null: it did not say), and how often one was touched. */
  canaries(): Promise<{ amcNo: string; name: string; published: number | null }[]>;
}
