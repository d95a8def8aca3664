// The vault's own diary: one line for every door opened, passkey used, client enrolled, lock, checkpoint signed.
// Append-only,
// hash-chained, on disk before anything leaves the vault. It must never hold a person's field or a key.

import { hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmergencyReason } from '../core/emergency-reasons.ts';
import { type Clock, timestamp } from '../lib/clock.ts';
import type { LockFacts } from './lock.ts';
import type { SignedInBy } from './signed-claims.ts';
import type { Spending } from './spending.ts';

/** The fields of a line beside `n`, `at` and `prev`. */
export type JournalFacts =
  /** What it counted against; lines of before `professional` was written count under `account`. */
  | ({ do: 'open'; account: string; client: string } & Omit<Spending, 'professional'> &
      Partial<Pick<Spending, 'professional'>>)
  /** An engagement, of whatever insurer. */
  | {
      do: 'open';
      account: string;
      client: string;
      structure: string;
      professional: string;
      profession: string;
      evidence: 'engagement';
      door: string;
    }
  /** A card was shown that opens no door: forged, expired, of another insurer. Nothing of the card. */
  | { do: 'refuse-card'; client: string; account: string; structure: string; insurer: string; reason: string }
  | { do: 'locate-cards'; insurer: string; count: number }
  /** The insurer lent its half of the identity key: identity doors open until the next lock or start. */
  | { do: 'identity-half'; insurer: string }
  | { do: 'notices'; insurer: string; count: number }
  /** So many claims of that insurer were opened for that payment run. */
  | { do: 'claims'; insurer: string; run: string; count: number }
  /** A professional changed where their structure is paid. Nothing of the account. */
  | { do: 'bank-details'; account: string; structure: string }
  /** So many bank details were opened for that run, as these persons approved. */
  | { do: 'pay'; run: string; digest: string; count: number; by: readonly string[] }
  /** So many person tags were told apart for that incident, as these persons approved; in a demo nobody need. */
  | { do: 'untag'; incident: string; count: number; by: readonly string[] }
  /** The unit of line `opened` was given back: the site knows that patient. */
  | { do: 'known'; opened: number; structure: string }
  /** A newer trust list is believed from here on; an older one never again. */
  | { do: 'trust'; issuedAt: string }
  /** A sign-in was bound to a browser's key (its digest), so that a new browser is known as one. */
  | { do: 'bind'; account: string; structure: string; key: string; by: SignedInBy }
  /** Units for an emergency were taken. */
  | {
      do: 'emergency';
      client: string;
      account: string;
      structure: string;
      professional: string;
      profession: string;
      reason: EmergencyReason;
    }
  | { do: 'register-passkey' | 'passkey-sign-in'; account: string; structure: string; credential: string }
  | {
      do: 'enrol-client' | 'revoke-client';
      thumbprint: string;
      client: string;
      structure: string;
      account: string;
    }
  | { do: 'start' }
  | LockFacts
  | { do: 'checkpoint'; size: number; root: string; frontier: string }
  | { do: 'feed'; insurer: string; seq: number; manifest: string }
  | { do: 'begin-epoch'; insurer: string; epoch: number }
  | { do: 'end-epochs'; insurer: string; epochs: readonly number[] };

export type Numbered = { n: number; at: string; prev: string };
export type JournalLine = Numbered & JournalFacts;

export const FIRST_PREV = '0'.repeat(64);
const NEWLINE = 0x0a;
const PIECE_BYTES = 65_536;
const FILE_NAME = /^journal-\d{4}-\d{2}-\d{2}\.ndjson$/;

export class JournalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JournalError';
  }
}

/** Reads the chain as it stands on disk, oldest first, with each line's digest. Throws where it is broken. */
export async function* readJournal<Facts = JournalFacts>(
  directory: string,
): AsyncGenerator<{ line: Numbered & Facts; digest: string }> {
  let previous = FIRST_PREV;
  let expected = 1;
  for (const file of await journalFiles(directory)) {
    for await (const text of linesOf(join(directory, file))) {
      const line = parseLine(text) as (Numbered & Facts) | null;
      if (line?.n !== expected || line.prev !== previous) {
        throw new JournalError(`the journal's chain is broken at line ${expected} in ${file}`);
      }
      previous = hash('sha256', text, 'hex');
      yield { line, digest: previous };
      expected += 1;
    }
  }
}

/** The operator's vault writes JournalFacts; another vault has lines of its own. */
export class Journal<Facts extends object = JournalFacts> {
  readonly #directory: string;
  readonly #clock: Clock;
  #next: number;
  #previous: string;
  /** The day of the newest file: a clock that jumps back must not send a line into an older one. */
  #day: string;
  #handle: { day: string; file: FileHandle } | null = null;
  #pending: string[] = [];
  /** Number of the last line that is on disk for sure. */
  #durable: number;
  #flushing: Promise<void> | null = null;
  /** Set when a write failed: what is on disk is unknown, so nothing more may be opened until a restart. */
  #broken: Error | null = null;

  private constructor(directory: string, clock: Clock, end: { last: number; digest: string; day: string }) {
    this.#directory = directory;
    this.#clock = clock;
    this.#next = end.last + 1;
    this.#durable = end.last;
    this.#previous = end.digest;
    this.#day = end.day;
  }

  /**
   * Opens the journal and hands every earlier line to `replay`, so that budgets and the last checkpoint are what
   * they were. A torn last line (we were killed while writing it) is cut off: nothing had left for it yet.
   */
  static async open<Facts extends object = JournalFacts>(
    directory: string,
    clock: Clock,
    replay: (line: Numbered & Facts) => void,
  ): Promise<Journal<Facts>> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await cutTornLine(directory);
    const end = { last: 0, digest: FIRST_PREV, day: '' };
    for await (const { line, digest } of readJournal<Facts>(directory)) {
      replay(line);
      end.digest = digest;
      end.last = line.n;
    }
    end.day = (await journalFiles(directory)).at(-1)?.slice('journal-'.length, -'.ndjson'.length) ?? '';
    return new Journal<Facts>(directory, clock, end);
  }

  /** Number of the last line. */
  get last(): number {
    return this.#next - 1;
  }

  /** Writes a line into the chain and returns its number; it counts only once `flushed()` resolves. */
  append(facts: Facts, atMs = this.#clock.nowMs()): number {
    if (this.#broken) throw this.#broken;
    const n = this.#next;
    const text = JSON.stringify({ n, at: timestamp(atMs), ...facts, prev: this.#previous });
    this.#next += 1;
    this.#previous = hash('sha256', text, 'hex');
    this.#pending.push(text);
    return n;
  }

  /**
   * Resolves when everything appended so far is on disk, and does not wait for what others append meanwhile.
   * Callers that wait together share one fdatasync.
   */
  async flushed(): Promise<void> {
    const upTo = this.last;
    while (this.#durable < upTo && !this.#broken) {
      this.#flushing ??= this.#flush().finally(() => {
        this.#flushing = null;
      });
      await this.#flushing;
    }
    if (this.#broken) throw this.#broken;
  }

  /** Writes what is left; nothing can be appended afterwards, for another vault may be writing here then. */
  async close(): Promise<void> {
    try {
      if (!this.#broken) await this.flushed();
    } finally {
      this.#broken ??= new JournalError('the journal is closed');
      await this.#handle?.file.close();
      this.#handle = null;
    }
  }

  async #flush(): Promise<void> {
    const lines = this.#pending;
    const upTo = this.last;
    this.#pending = [];
    try {
      const file = await this.#file();
      await file.appendFile(`${lines.join('\n')}\n`);
      await file.datasync();
      this.#durable = upTo;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      this.#broken = new JournalError(`the journal could not be written: ${code}`);
      throw this.#broken;
    }
  }

  /** One file a day (UTC). If we crash between creating the file and its first line, the next start finds it empty. */
  async #file(): Promise<FileHandle> {
    const today = timestamp(this.#clock.nowMs()).slice(0, 10);
    if (today > this.#day) this.#day = today;
    if (this.#handle?.day === this.#day) return this.#handle.file;
    await this.#handle?.file.close();
    this.#handle = null;
    const path = join(this.#directory, `journal-${this.#day}.ndjson`);
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
    this.#handle = { day: this.#day, file };
    const directory = await open(this.#directory, constants.O_RDONLY);
    await directory.sync().finally(() => directory.close());
    return file;
  }
}

async function journalFiles(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => FILE_NAME.test(name)).sort();
}

/** Split at newline bytes and nothing else: a text may hold U+2028, which other readers take for the end of a line. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      yield bytes.toString('utf8', start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

/** Null for what is no line of ours; the parser's own error would quote it. */
function parseLine(text: string): Numbered | null {
  try {
    return JSON.parse(text) as Numbered | null;
  } catch {
    return null;
  }
}

/** Every line after number `after`, as it stands on disk, with its number. The chain is not checked here. */
export async function* journalTexts(
  directory: string,
  after: number,
): AsyncGenerator<{ n: number; text: string }> {
  const files = await journalFiles(directory);
  for (const [i, file] of files.entries()) {
    const next = files[i + 1];
    // A year of files is not read for the lines of today.
    if (next !== undefined && (await firstNumber(join(directory, next))) <= after + 1) continue;
    for await (const text of linesOf(join(directory, file))) {
      const n = numberOf(text);
      if (n > after) yield { n, text };
    }
  }
}

/** Of the first line of a file; NaN when it has none yet. */
async function firstNumber(path: string): Promise<number> {
  const file = await open(path, constants.O_RDONLY);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return numberOf(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}

function numberOf(line: string): number {
  return Number(/^\{"n":(\d+),/.exec(line)?.[1]);
}

async function cutTornLine(directory: string): Promise<void> {
  const last = (await journalFiles(directory)).at(-1);
  if (!last) return;
  const file = await open(join(directory, last), constants.O_RDWR);
  try {
    const { size } = await file.stat();
    const whole = await wholeLinesBytes(file, size);
    if (whole === size) return;
    await file.truncate(whole);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** How many of the first `size` bytes are whole lines. Looks backwards, a piece at a time. */
async function wholeLinesBytes(file: FileHandle, size: number): Promise<number> {
  const piece = Buffer.alloc(PIECE_BYTES);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - PIECE_BYTES);
    const { bytesRead } = await file.read(piece, 0, end - start, start);
    if (bytesRead < end - start) throw new JournalError('the journal grew shorter while it was being read');
    const newline = piece.lastIndexOf(NEWLINE, end - start - 1);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return 0;
}
