// The independent verifier: re-reads the whole ledger and names the first bad entry. It shares only merkle.ts with
// the writer; rows, notes and journal are read a second time by its own code. It must never change anything, and
// never trust the database about what the vault's journal or a signature says.

import type { Clock } from '../../lib/clock.ts';
import { Frontier } from './merkle.ts';
import { Bits } from './verify-bits.ts';
import { CheckpointReader, type StoredCheckpoint, type TrustedLog } from './verify-checkpoint.ts';
import { JournalReader, type JournalSource } from './verify-journal.ts';
import { type Explanation, explain, type PlacedRow } from './verify-narrow.ts';
import {
  VERIFY_REASONS,
  type VerifyDetail,
  type VerifyFailure,
  type VerifyReason,
} from './verify-reasons.ts';
import { type ErasedRange, type LedgerRow, RowReader } from './verify-row.ts';

/** Where rows and checkpoints come from. */
export interface LedgerSource {
  /**
   * Rows in ascending order of seq, in batches, up to what is there now: those with seq >= from, and all of them,
   * even with a negative seq, when from is 0. Called again later to see what a running writer added.
   */
  entries(from: number): AsyncIterable<readonly LedgerRow[]>;
  /** All stored checkpoints in ascending order of size, in batches. */
  checkpoints(): AsyncIterable<readonly StoredCheckpoint[]>;
}

export type VerifyInput = {
  ledger: LedgerSource;
  journal: JournalSource;
  /** From trust.json or another place that the database's owner cannot write. */
  trusted: TrustedLog;
  clock: Clock;
  sleep(ms: number): Promise<void>;
  /** How long to wait for the entries of doors that were opened just now. */
  graceMs?: number;
};

export type VerifyResult = {
  ok: boolean;
  /** Entries read and found good. */
  entries: number;
  firstBad: number | null;
  /** Code and English sentence; null when ok. */
  reason: string | null;
  code: VerifyReason | null;
  /** Entries proved by a signed checkpoint; the others are younger than the last one. */
  proved: number;
  /** Opened doors in the vault's journal. */
  doors: number;
  /** Raw evidence. */
  detail?: VerifyDetail;
};

const GRACE_MS = 10_000;
/** A door this young may still be on its way to the ledger. */
const RECENT_MS = 10_000;
const POLL_MS = 200;
/** A stretch between two checkpoints with more entries than this is not read again to see what was moved. */
const MOST_NARROWED = 20_000;

/** Verifies everything and reports the first thing that is wrong. Throws only when a source cannot be read. */
export async function verifyLedger(input: VerifyInput): Promise<VerifyResult> {
  return new Verification(input).run();
}

/**
 * The journal is read first, then checkpoints, then entries: an entry is durable before its checkpoint is signed and
 * soon after its door is opened, so in this order whatever the journal or a checkpoint promises must be there.
 */
class Verification {
  readonly #input: VerifyInput;
  readonly #journal: JournalReader;
  readonly #checkpoints: CheckpointReader;
  readonly #rows = new RowReader();
  readonly #tree = new Frontier();
  readonly #blanks = new Bits();
  /** The tree size at which the next signed root is to be compared. */
  #due = 0;
  /** The tree as it was when a signed root last matched. */
  #proved = new Frontier();
  /**
   * A row that is wrong in itself though it matches its leaf. Its neighbours may have been rewritten too, which the
   * next signed root tells, so it waits for that.
   */
  #suspect: VerifyFailure | null = null;

  constructor(input: VerifyInput) {
    this.#input = input;
    this.#journal = new JournalReader(input.journal, input.clock.nowMs() - RECENT_MS);
    this.#checkpoints = new CheckpointReader(input.ledger.checkpoints(), input.trusted);
  }

  async run(): Promise<VerifyResult> {
    try {
      return this.#result(await this.#firstFailure());
    } finally {
      await this.#checkpoints.close();
    }
  }

  async #firstFailure(): Promise<VerifyFailure | null> {
    await this.#journal.read();
    const failure = earlier(await this.#entriesFailure(), this.#suspect);
    const blank = await this.#unexplainedBlank(failure);
    if (blank !== null) return blank;
    return failure ?? this.#evidenceFailure();
  }

  /** Reads to the end, and again while something that must be there is not, but no longer than the grace period. */
  async #entriesFailure(): Promise<VerifyFailure | null> {
    const lastDoor = this.#journal.last;
    const deadlineMs = this.#input.clock.nowMs() + (this.#input.graceMs ?? GRACE_MS);
    let promised = Math.max(this.#journal.checkpoints.lastSize, (await this.#checkpoints.nextSize()) ?? 0);
    for (;;) {
      const failure = await this.#readEntries();
      if (failure !== null) return failure;
      if (promised > this.#tree.size) return missingEntry(this.#tree.size, { signedSize: promised });
      promised = (await this.#checkpoints.nextSize()) ?? 0;
      if (promised > this.#tree.size) continue; // signed while we were reading: its entries must be there by now
      const door = this.#journal.failure === null ? this.#journal.missing(lastDoor) : null;
      if (door === null) return null;
      if (!door.recent || this.#input.clock.nowMs() >= deadlineMs) return this.#doorWithoutEntry(door);
      await this.#input.sleep(POLL_MS);
    }
  }

  async #readEntries(): Promise<VerifyFailure | null> {
    for await (const batch of this.#input.ledger.entries(this.#tree.size)) {
      for (const row of batch) {
        if (this.#tree.size >= this.#due) {
          const failure = await this.#compareRoots();
          if (failure !== null) return failure;
        }
        const taken = this.#take(row);
        // Awaited only when there is something to wait for: once per entry it would cost as much as a hash.
        const failure = taken instanceof Promise ? await taken : taken;
        if (failure !== null) return failure;
      }
    }
    return this.#tree.size >= this.#due ? this.#compareRoots() : null;
  }

  /** One row: its place, its leaf, its doors. */
  #take(row: LedgerRow): VerifyFailure | null | Promise<null> {
    const seq = this.#tree.size;
    if (row.seq > seq) return missingEntry(seq, { nextSeq: row.seq });
    if (row.seq < seq) return outOfPlace(row.seq, seq);
    const reading = this.#rows.read(row);
    if (reading.kind === 'bad') {
      const failure = { code: reading.code, firstBad: seq, detail: reading.detail };
      if (reading.certain) return failure;
      this.#suspect ??= failure;
    }
    this.#tree.append(row.leaf);
    if (reading.kind === 'bad') return null;
    if (reading.kind === 'blank') this.#blanks.add(seq);
    else this.#erase(reading.erased);
    return reading.doors.length === 0 ? null : this.#follow(reading.doors, seq);
  }

  /** The doors of the journal that an entry names. */
  #follow(doors: readonly number[], seq: number): null | Promise<null> {
    const highest = doors.reduce((most, n) => Math.max(most, n), 0);
    if (highest <= this.#journal.last) return this.#enter(doors, seq);
    // Opened since we read the journal. The vault writes the line before it opens the door: the line must be there.
    return this.#journal.read(highest).then(() => this.#enter(doors, seq));
  }

  #enter(doors: readonly number[], seq: number): null {
    if (this.#journal.failure !== null) return null;
    for (const journalNo of doors) {
      const code = this.#journal.enter(journalNo);
      if (code !== null) this.#suspect ??= { code, firstBad: seq, detail: { journalNo } };
    }
    return null;
  }

  #erase(ranges: readonly ErasedRange[]): void {
    for (const [first, last] of ranges) this.#blanks.removeRange(first, last);
  }

  /** The tree so far against what was signed for its size. */
  async #compareRoots(): Promise<VerifyFailure | null> {
    const size = this.#tree.size;
    const journalRoot = this.#journal.checkpoints.take(size);
    const stored = await this.#checkpoints.take(size);
    if (journalRoot !== null || stored !== null) {
      const failure = (await this.#judge(journalRoot, stored?.root ?? null)) ?? this.#suspect;
      if (failure !== null) return failure;
      this.#checkpoints.compareFrontier(stored, this.#tree);
      this.#proved = this.#tree.copy();
    }
    const next = [this.#journal.checkpoints.nextSize(), await this.#checkpoints.nextSize()];
    this.#due = Math.min(...next.map((due) => due ?? Number.POSITIVE_INFINITY));
    return null;
  }

  async #judge(journalRoot: Buffer | null, noteRoot: Buffer | null): Promise<VerifyFailure | null> {
    const computed = this.#tree.root();
    const signed = journalRoot ?? noteRoot ?? computed;
    const fork = journalRoot !== null && noteRoot !== null && !journalRoot.equals(noteRoot);
    if (!fork && signed.equals(computed)) return null;
    const from = this.#proved.size;
    const roots = { computed: computed.toString('hex'), journal: hexOf(journalRoot), note: hexOf(noteRoot) };
    const detail = { from, to: this.#tree.size - 1, ...roots };
    if (fork) return { code: 'fork', firstBad: from, detail };
    const found = await this.#narrow(signed);
    return { code: found?.code ?? 'root-mismatch', firstBad: from + (found?.at ?? 0), detail };
  }

  /** Reads the stretch once more, and as much again after it, where its rows may have been moved to. */
  async #narrow(signedRoot: Buffer): Promise<Explanation | null> {
    const count = this.#tree.size - this.#proved.size;
    if (count > MOST_NARROWED) return null;
    const enough = 2 * count + 100;
    const rows: PlacedRow[] = [];
    for await (const batch of this.#input.ledger.entries(this.#proved.size)) {
      for (const { seq, atMs, leaf } of batch) if (seq >= this.#proved.size) rows.push({ atMs, leaf });
      if (rows.length >= enough) break;
    }
    return explain({ before: this.#proved, signedRoot, count, rows: rows.slice(0, enough) });
  }

  #doorWithoutEntry(door: { n: number; tail: boolean }): VerifyFailure {
    // A door younger than every door that has an entry: its entry belongs at the end, where it was cut off.
    return {
      code: 'door-without-entry',
      firstBad: door.tail ? this.#tree.size : null,
      detail: { journalNo: door.n },
    };
  }

  /** The first blank that no erasure names, if it comes before the failure. Erasures may stand after the failure. */
  async #unexplainedBlank(failure: VerifyFailure | null): Promise<VerifyFailure | null> {
    const bound = failure?.firstBad ?? Number.POSITIVE_INFINITY;
    if ((this.#blanks.first() ?? bound) >= bound) return null;
    if (failure !== null) await this.#readErasuresAfter(this.#tree.size);
    const seq = this.#blanks.first() ?? bound;
    return seq < bound ? { code: 'body-blank', firstBad: seq, detail: {} } : null;
  }

  async #readErasuresAfter(seq: number): Promise<void> {
    for await (const batch of this.#input.ledger.entries(seq)) {
      for (const row of batch) {
        const reading = this.#rows.read(row);
        if (reading.kind === 'entry') this.#erase(reading.erased);
      }
    }
  }

  /** All entries are good; is what vouches for them? */
  #evidenceFailure(): VerifyFailure | null {
    if (this.#journal.failure !== null) return this.#journal.failure;
    if (this.#checkpoints.failure !== null) return this.#checkpoints.failure;
    const stored = this.#checkpoints.lastSize;
    const signed = this.#journal.checkpoints.earlierSize;
    if (stored >= signed) return null;
    return { code: 'checkpoint-missing', firstBad: stored, detail: { lastStored: stored, signed } };
  }

  #result(failure: VerifyFailure | null): VerifyResult {
    const counts = { entries: this.#tree.size, proved: this.#proved.size, doors: this.#journal.doors };
    if (failure === null) return { ok: true, ...counts, firstBad: null, reason: null, code: null };
    const { code, firstBad } = failure;
    const also = this.#journal.failure ?? this.#checkpoints.failure;
    const detail =
      also === null || also === failure ? failure.detail : { ...failure.detail, also: also.code };
    return { ok: false, ...counts, firstBad, reason: `${code}: ${sentence(failure)}`, code, detail };
  }
}

/** The one that names the earlier entry; one that names none comes last. */
function earlier(a: VerifyFailure | null, b: VerifyFailure | null): VerifyFailure | null {
  if (a === null || b === null) return a ?? b;
  return (b.firstBad ?? Number.POSITIVE_INFINITY) < (a.firstBad ?? Number.POSITIVE_INFINITY) ? b : a;
}

function outOfPlace(seq: number, expected: number): VerifyFailure {
  return { code: 'entry-order', firstBad: seq, detail: { expected } };
}

function missingEntry(seq: number, detail: VerifyDetail): VerifyFailure {
  return { code: 'entry-missing', firstBad: seq, detail };
}

/** The catalogue's sentence, and how far the place could be narrowed down. */
function sentence({ code, firstBad, detail }: VerifyFailure): string {
  const { from, to } = detail;
  const text: string = VERIFY_REASONS[code].en;
  if (typeof from !== 'number' || typeof to !== 'number' || from === to) return text;
  if (code !== 'root-mismatch' && code !== 'fork') return `${text} It begins with entry ${firstBad}.`;
  return `${text} Nothing narrower is signed: the first bad entry is one of ${from} to ${to}.`;
}

function hexOf(root: Buffer | null): string | null {
  return root?.toString('hex') ?? null;
}
