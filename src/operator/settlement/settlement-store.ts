// Port: sealed rows of engagements and counters. Guarantees asked for:
// - what one transaction reads it has locked until its end, counters in one fixed order: no two of them deadlock, and
//   none decides on a state that another one is changing;
// - all that one transaction writes is there or none of it.

import type { Transaction } from '../../db/database.ts';

export type FoundEngagement = { readonly insurerId: number; readonly sealed: Buffer };
/** `expiresOn` (YYYY-MM-DD) only serves the purge. */
export type CounterRow = {
  readonly locator: string;
  readonly insurerId: number;
  readonly sealed: Buffer;
  readonly expiresOn: string;
};

export interface SettlementStore {
  /** What stands behind a locator (32 hexadecimal digits), or null. Joined with others; locks nothing. */
  find(locator: string): Promise<FoundEngagement | null>;
  /** What stands behind counters, in their order; null where nothing was ever taken. Locks nothing. */
  counters(locators: readonly string[]): Promise<(Buffer | null)[]>;
  /** One engagement by itself, if it still is what it was; false: somebody else has changed it, nothing is written. */
  replaceEngagement(locator: string, row: { before: Buffer; after: Buffer }): Promise<boolean>;
  transaction<T>(work: (tx: SettlementTransaction) => Promise<T>): Promise<T>;
}

export interface SettlementTransaction {
  /** For stores of their own that write in the same transaction. */
  readonly sql: Transaction;
  /** Null: it is gone. */
  lockEngagement(locator: string): Promise<Buffer | null>;
  writeEngagement(locator: string, sealed: Buffer): Promise<void>;
  /** By locator; a counter that did not exist is made, empty, so that it can be locked: null. At most once a transaction. */
  lockCounters(rows: readonly Omit<CounterRow, 'sealed'>[]): Promise<ReadonlyMap<string, Buffer | null>>;
  writeCounters(rows: readonly CounterRow[]): Promise<void>;
}
