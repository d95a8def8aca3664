// Port of the ledger's store. Guarantees asked for:
// - `commit` is all or nothing and durable (flushed to disk) before it resolves;
// - a position is never written twice: a second writer fails instead of overwriting;
// - nothing in this port changes or removes what was written.

/** A row of `ledger_entries`. */
export type LedgerRow = {
  seq: number;
  at: string;
  memberSalt: Buffer;
  memberView: string;
  restSalt: Buffer;
  rest: string;
  leaf: Buffer;
  journalNo: number | null;
};

/** A sealed answer that goes with an entry: both are durable or neither is. */
export type ReplayRow = { asker: string; requestId: string; tag: string; sealedAnswer: Buffer };

/** A sealed engagement that goes with an entry, likewise. `locator`: 32 hexadecimal digits; `expiresOn`: YYYY-MM-DD. */
export type EngagementRow = { locator: string; insurerId: number; sealed: Buffer; expiresOn: string };

export type CheckpointRow = { size: number; root: Buffer; note: string; frontier: Buffer };

export interface LedgerStore {
  /** Takes the log for this process; fails when another process has it. */
  claim(): Promise<void>;
  commit(
    rows: readonly LedgerRow[],
    replays: readonly ReplayRow[],
    engagements?: readonly EngagementRow[],
  ): Promise<void>;
  addCheckpoint(checkpoint: CheckpointRow): Promise<void>;
  lastCheckpoint(): Promise<CheckpointRow | null>;
  /** Leaf hashes from `from` on, joined; at most `limit` of them. */
  leaves(from: number, limit: number): Promise<Buffer>;
  /** The public entries (version byte and two commitments) from `from` on: needs the salts and views, not their meaning. */
  committedEntries(
    from: number,
    limit: number,
  ): Promise<{ memberSalt: Buffer; memberView: string; restSalt: Buffer; rest: string }[]>;
  /** Which of these journal numbers have an entry. */
  enteredJournalNos(numbers: readonly number[]): Promise<Set<number>>;
  /** Highest journal number up to which a start has already looked for missing entries (0 at first). */
  reconciledUpTo(): Promise<number>;
}
