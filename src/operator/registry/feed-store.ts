// What the feeds need of a database: the life of each feed, its sealed rows while they wait, and the one change that
// makes them visible. The comments are guarantees; feeds.ts relies on every one of them when it is killed anywhere.

import type { AmcNo } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import type { ErrorExtras } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { RejectedLine } from '../../vault/protocol.ts';
import type { LedgerEvent } from '../events.ts';

export type Insurer = {
  readonly id: number;
  readonly amcNo: AmcNo;
  /** The last feed whose rows are visible; 0 before the first. */
  readonly lastSeq: number;
  /** Whether there is anything that a line could leave unchanged. */
  readonly hasRecords: boolean;
};

/** Names a feed inside the store. */
export type FeedKey = { readonly insurerId: number; readonly seq: number };

/**
 * receiving: blocks arrive (or the sender was cut off and goes on from resumeFrom). received: all are staged.
 * applying: being made visible. waiting-approval: closes too many. applied and refused are ends.
 */
export type FeedState = 'receiving' | 'received' | 'applying' | 'waiting-approval' | 'applied' | 'refused';

/** What the manifest says, as far as it is kept. */
export type NewFeed = FeedKey & {
  readonly kind: 'full' | 'delta';
  readonly lineCount: number;
  readonly sentOn: CareDate;
  /** 32 hexadecimal digits that only the vault can make of this manifest. */
  readonly manifestTag: string;
  readonly sentBy: string;
  readonly begunAtMs: number;
};

export type FeedResult = {
  /** Lines that changed something: upserts, closings, erasures. */
  readonly accepted: number;
  readonly rejected: number;
  /** UPSERT lines that say what is known already. accepted + rejected + unchanged = lines. */
  readonly unchanged: number;
  /** Persons whose cover this feed ends. */
  readonly closed: number;
};

/** Why a whole feed was refused: a code of errors.ts and its numbers. */
export type FeedProblem = {
  readonly code: string;
  readonly facts: ErrorExtras;
};

export type Feed = NewFeed & {
  readonly state: FeedState;
  readonly approvedBy: string | null;
  /** Set while state is waiting-approval. */
  readonly waiting: { readonly closes: number; readonly limit: number } | null;
  /** Set when state is applied. */
  readonly result: (FeedResult & { readonly seconds: number }) | null;
  /** Set when state is refused. */
  readonly problem: FeedProblem | null;
};

/** One block as the vault returned it: rows of PostgreSQL's binary COPY format, sealed. */
export type StagedBlock = {
  readonly index: number;
  readonly lines: number;
  /** A key epoch that was the newest, or older, when the block was sealed. */
  readonly epoch: number;
  readonly lineRows: Uint8Array;
  readonly doorRows: Uint8Array;
  readonly rejected: readonly RejectedLine[];
  /** Fake insured among its lines: how many, never which. */
  readonly canaries: number;
};

export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly result: FeedResult }
  | { readonly kind: 'waiting' }
  /** Staged rows are missing: PostgreSQL empties unlogged tables when it recovers from a crash. */
  | { readonly kind: 'incomplete' };

export interface FeedReader {
  insurer(amcNo: AmcNo): Promise<Insurer | null>;
  feed(key: FeedKey): Promise<Feed | null>;
  /** Newest first. */
  latest(insurerId: number, limit: number): Promise<Feed[]>;
  /** How much of a feed that is being received is staged. Always a whole number of blocks from the first on. */
  staged(key: FeedKey): Promise<{ blocks: number; lines: number }>;
  /** In the order of lines, those after `after`. */
  rejects(key: FeedKey, page: { after: number; limit: number }): Promise<{ line: number; reason: string }[]>;
  /** Feeds whose sender has done all it can: received or applying. */
  unfinished(): Promise<Feed[]>;
  /** Ledger events without an entry, in the order in which they happened. */
  owed(insurerId: number | null): Promise<{ feed: Feed; events: LedgerEvent[] }[]>;
  /** Full feeds applied after which the vault has not yet been told to destroy older key epochs. */
  epochsToEnd(): Promise<{ key: FeedKey; epoch: number }[]>;
}

export interface FeedStore extends FeedReader {
  amcNoOf(insurerId: number): Promise<AmcNo>;

  /**
   * Bit per line (from the lowest of byte 0): the record is there with this very fingerprint. `prints` holds 32 bytes
   * per line: record id and fingerprint, or zeros.
   */
  unchangedLines(insurerId: number, prints: Buffer): Promise<Buffer>;

  /** Durable, whole or not at all: an earlier attempt under this number and what it staged are gone, this one begins. */
  begin(feed: NewFeed): Promise<void>;

  /**
   * Whole or not at all, and only as the next block; otherwise throws. Survives a crash of this process. Need not
   * survive one of PostgreSQL, but then nothing of this feed's staged rows does.
   */
  stage(key: FeedKey, block: StagedBlock): Promise<void>;

  /** receiving -> received; owes the entry feed.received. */
  markReceived(key: FeedKey): Promise<void>;

  /** received -> applying. */
  markApplying(key: FeedKey): Promise<void>;

  /**
   * One transaction that rejects conflicting lines, counts closings, and then either makes all rows visible
   * (-> applied, owes feed.applied, staged rows gone) or shows none and waits (-> waiting-approval, owes
   * feed.waiting). An approved feed does not wait. With rows missing nothing changes but -> receiving, nothing staged.
   */
  apply(key: FeedKey, clock: Clock): Promise<ApplyOutcome>;

  /** waiting-approval -> received; owes feed.approved. False when the feed does not wait, or not with these closings. */
  approve(key: FeedKey, by: string, closes: number | null): Promise<boolean>;

  /** receiving or waiting-approval -> refused, staged rows gone; owes feed.refused. False in any other state. */
  refuse(key: FeedKey, problem: FeedProblem, atMs: number): Promise<boolean>;

  /** The oldest event owed has its entry. */
  paid(key: FeedKey): Promise<void>;
  markEpochsEnded(key: FeedKey): Promise<void>;
}
