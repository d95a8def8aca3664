// The vault's journal as the verifier reads it: its chain, which lines opened a door, which checkpoints were signed.
// It must never trust the operator's database for any of this, and never keep a line in memory.

import { hash } from 'node:crypto';
import { Bits } from './verify-bits.ts';
import type { VerifyDetail, VerifyFailure, VerifyReason } from './verify-reasons.ts';

/** Where the journal's lines come from. */
export interface JournalSource {
  /** Begins at the first line; with a day (`YYYY-MM-DD`), at the latest earlier file of which a line may be of that day. */
  follow(since?: string): JournalFollower;
}

export interface JournalFollower {
  /**
   * The next complete lines in order (bytes without the newline), or null when there are none at the moment.
   * May be asked again later: a running vault goes on writing. A last line without newline is not complete yet.
   */
  next(): Promise<readonly Uint8Array[] | null>;
}

const FIRST_PREV = '0'.repeat(64);

/** Reads on demand; stops for good at the first bad line, because nothing after it can be trusted. */
export class JournalReader {
  readonly #follower: JournalFollower;
  readonly #recentSinceMs: number;
  readonly #opened = new Bits();
  readonly #entered = new Bits();
  /** What the vault says it signed. */
  readonly checkpoints = new JournalCheckpoints();
  #last = 0;
  #prev = FIRST_PREV;
  #doors = 0;
  #highestEntered = 0;
  #recentFrom = Number.POSITIVE_INFINITY;
  #failure: VerifyFailure | null = null;

  /** Doors opened at or after `recentSinceMs` may still be on their way to the ledger. */
  constructor(source: JournalSource, recentSinceMs: number) {
    this.#follower = source.follow();
    this.#recentSinceMs = recentSinceMs;
  }

  get failure(): VerifyFailure | null {
    return this.#failure;
  }

  /** Number of the last line read. */
  get last(): number {
    return this.#last;
  }

  /** How many doors the lines read so far opened. */
  get doors(): number {
    return this.#doors;
  }

  /** Reads everything there is at the moment, or only as far as line `upTo`. */
  async read(upTo = Number.POSITIVE_INFINITY): Promise<void> {
    while (this.#last < upTo && this.#failure === null) {
      const lines = await this.#follower.next();
      if (lines === null) return;
      for (const line of lines) {
        this.#failure = this.#take(line);
        if (this.#failure !== null) return;
      }
    }
  }

  /** Notes that an entry names this line; says what is wrong with that. Read up to the line first. */
  enter(n: number): VerifyReason | null {
    if (n > this.#last) return 'journal-line-missing';
    if (!this.#opened.has(n)) return 'journal-line-not-open';
    if (this.#entered.has(n)) return 'door-entered-twice';
    this.#entered.add(n);
    this.#highestEntered = Math.max(this.#highestEntered, n);
    return null;
  }

  /** The first door up to line `upTo` that no entry names. `tail`: such a door was opened after all that entries name. */
  missing(upTo: number): { n: number; recent: boolean; tail: boolean } | null {
    const n = this.#opened.firstNotIn(this.#entered, upTo);
    if (n === null) return null;
    const last = this.#opened.lastNotIn(this.#entered, upTo) ?? n;
    return { n, recent: n >= this.#recentFrom, tail: last > this.#highestEntered };
  }

  #take(bytes: Uint8Array): VerifyFailure | null {
    const line = parseLine(bytes);
    if (line === null) return bad('journal-malformed', { after: this.#last });
    if (line['n'] !== this.#last + 1 || line['prev'] !== this.#prev) {
      return bad('journal-broken', {
        after: this.#last,
        expectedPrev: this.#prev,
        found: shown(line['prev']),
      });
    }
    this.#last += 1;
    this.#prev = hash('sha256', bytes, 'hex');
    if (this.#recentFrom > this.#last && isAtOrAfter(line['at'], this.#recentSinceMs)) {
      this.#recentFrom = this.#last;
    }
    if (line['do'] === 'open') this.#open(this.#last);
    return line['do'] === 'checkpoint' ? this.#checkpoint(line) : null;
  }

  #open(n: number): void {
    this.#opened.add(n);
    this.#doors += 1;
  }

  #checkpoint(line: Readonly<Record<string, unknown>>): VerifyFailure | null {
    const { size, root } = line;
    const wellFormed = Number.isSafeInteger(size) && (size as number) >= 0 && isHexHash(root);
    if (!wellFormed) return bad('journal-malformed', { line: this.#last });
    const continues = this.checkpoints.add(size as number, Buffer.from(root as string, 'hex'));
    return continues ? null : bad('journal-forked', { line: this.#last, size: size as number });
  }
}

function bad(code: VerifyReason, detail: VerifyDetail): VerifyFailure {
  return { code, firstBad: null, detail };
}

function isHexHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** More than this many checkpoints are thinned out to every second one: about 40 MB, and windows stay small. */
const MAX_CHECKPOINTS = 1_000_000;
const ROOT_BYTES = 32;

/** The vault's signed sizes and roots in order; those the verifier has passed are let go. */
export class JournalCheckpoints {
  readonly #max: number;
  #sizes: number[] = [];
  #roots = Buffer.alloc(1024 * ROOT_BYTES);
  #at = 0;
  #lastSize = 0;
  #lastRoot: Buffer | null = null;
  #earlierSize = 0;

  constructor(max = MAX_CHECKPOINTS) {
    this.#max = max;
  }

  /** Largest signed size. */
  get lastSize(): number {
    return this.#lastSize;
  }

  /** The size signed before the largest. If the operator crashes before it stores one, that one is missing honestly. */
  get earlierSize(): number {
    return this.#earlierSize;
  }

  /** False when it does not extend the one before: smaller, or the same size with another root. */
  add(size: number, root: Buffer): boolean {
    if (this.#lastRoot !== null && size <= this.#lastSize)
      return size === this.#lastSize && root.equals(this.#lastRoot);
    if (this.#sizes.length >= this.#max) this.#thin();
    this.#earlierSize = this.#lastSize;
    this.#lastSize = size;
    this.#lastRoot = root;
    this.#keep(size, root);
    return true;
  }

  /** The next size to compare; null when there are no more. */
  nextSize(): number | null {
    return this.#sizes[this.#at] ?? null;
  }

  /** Lets go of everything up to that size and returns the root signed for it, if it is still known. */
  take(size: number): Buffer | null {
    let root: Buffer | null = null;
    for (let next = this.nextSize(); next !== null && next <= size; next = this.nextSize()) {
      if (next === size) root = this.#root(this.#at);
      this.#at += 1;
    }
    return root;
  }

  #keep(size: number, root: Buffer): void {
    const offset = this.#sizes.length * ROOT_BYTES;
    if (offset + ROOT_BYTES > this.#roots.length) {
      this.#roots = Buffer.concat([this.#roots, Buffer.alloc(this.#roots.length)]);
    }
    root.copy(this.#roots, offset);
    this.#sizes.push(size);
  }

  #root(at: number): Buffer {
    return Buffer.from(this.#roots.subarray(at * ROOT_BYTES, (at + 1) * ROOT_BYTES));
  }

  #thin(): void {
    const sizes = this.#sizes;
    const from = this.#at;
    this.#sizes = [];
    this.#at = 0;
    for (let i = from; i < sizes.length; i += 1) {
      if ((i - from) % 2 === 0 && i !== sizes.length - 1) continue;
      this.#keep(sizes[i] as number, this.#root(i)); // writes at or before what it reads
    }
  }
}

function parseLine(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
    );
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // reported as a malformed line
  }
}

function isAtOrAfter(at: unknown, sinceMs: number): boolean {
  return typeof at !== 'string' || !(Date.parse(at) < sinceMs);
}

function shown(value: unknown): string {
  return String(value).slice(0, 100);
}
