// The vault's own diary: one line for every door opened, every lock, every checkpoint signed. Append-only,
// hash-chained, on disk before anything leaves the vault. It must never hold a person's field or a key.

import { hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Clock, timestamp } from '../lib/clock.ts';

/** The fields of a line beside `n`, `at` and `prev`. */
export type JournalFacts =
  | {
      do: 'open';
      client: string;
      account: string;
      structure: string;
      profession: string;
      insurer: string;
      evidence: 'member-number' | 'identity-only';
      door: string;
      fields: string;
    }
  | { do: 'start' }
  | { do: 'lock'; lockId: string; by: string; reason: string }
  | { do: 'unlock'; lockId: string; by: readonly string[] }
  | { do: 'checkpoint'; size: number; root: string; frontier: string }
  | { do: 'feed'; insurer: string; seq: number; manifest: string }
  | { do: 'begin-epoch'; insurer: string; epoch: number }
  | { do: 'end-epochs'; insurer: string; epochs: readonly number[] };

export type JournalLine = { n: number; at: string; prev: string } & JournalFacts;

export const FIRST_PREV = '0'.repeat(64);
const FILE_NAME = /^journal-\d{4}-\d{2}-\d{2}\.ndjson$/;

export class JournalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JournalError';
  }
}

/** Reads the chain as it stands on disk, oldest first, with each line's digest. Throws where it is broken. */
export async function* readJournal(directory: string): AsyncGenerator<{ line: JournalLine; digest: string }> {
  let previous = FIRST_PREV;
  let expected = 1;
  for (const file of await journalFiles(directory)) {
    for await (const text of linesOf(join(directory, file))) {
      const line = JSON.parse(text) as JournalLine;
      if (line.n !== expected || line.prev !== previous) {
        throw new JournalError(`the journal's chain is broken at line ${expected} in ${file}`);
      }
      previous = hash('sha256', text, 'hex');
      yield { line, digest: previous };
      expected += 1;
    }
  }
}

export class Journal {
  readonly #directory: string;
  readonly #clock: Clock;
  #next: number;
  #previous: string;
  #handle: { day: string; file: FileHandle } | null = null;
  #pending: string[] = [];
  #flushing: Promise<void> | null = null;
  /** Set when a write failed: what is on disk is unknown, so nothing more may be opened until a restart. */
  #broken: Error | null = null;

  private constructor(directory: string, clock: Clock, next: number, previous: string) {
    this.#directory = directory;
    this.#clock = clock;
    this.#next = next;
    this.#previous = previous;
  }

  /**
   * Opens the journal and hands every earlier line to `replay`, so that budgets and the last checkpoint are what
   * they were. A torn last line (we were killed while writing it) is cut off: nothing had left for it yet.
   */
  static async open(directory: string, clock: Clock, replay: (line: JournalLine) => void): Promise<Journal> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await cutTornLine(directory);
    let next = 1;
    let previous = FIRST_PREV;
    for await (const { line, digest } of readJournal(directory)) {
      replay(line);
      previous = digest;
      next = line.n + 1;
    }
    return new Journal(directory, clock, next, previous);
  }

  /** Number of the last line. */
  get last(): number {
    return this.#next - 1;
  }

  /** Writes a line into the chain and returns its number; it counts only once `flushed()` resolves. */
  append(facts: JournalFacts): number {
    if (this.#broken) throw this.#broken;
    const n = this.#next;
    const text = JSON.stringify({ n, at: timestamp(this.#clock.nowMs()), ...facts, prev: this.#previous });
    this.#next += 1;
    this.#previous = hash('sha256', text, 'hex');
    this.#pending.push(text);
    return n;
  }

  /** Resolves when everything appended so far is on disk. Callers that wait together share one fdatasync. */
  async flushed(): Promise<void> {
    while (this.#pending.length > 0 || this.#flushing) {
      this.#flushing ??= this.#flush().finally(() => {
        this.#flushing = null;
      });
      await this.#flushing;
    }
    if (this.#broken) throw this.#broken;
  }

  async close(): Promise<void> {
    await this.flushed();
    await this.#handle?.file.close();
    this.#handle = null;
  }

  async #flush(): Promise<void> {
    const lines = this.#pending;
    this.#pending = [];
    if (lines.length === 0) return;
    try {
      const file = await this.#file();
      await file.appendFile(`${lines.join('\n')}\n`);
      await file.datasync();
    } catch (error) {
      this.#broken = new JournalError('the journal could not be written');
      throw new JournalError(`the journal could not be written: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
    }
  }

  /** One file a day (UTC). If we crash between creating the file and its first line, the next start finds it empty. */
  async #file(): Promise<FileHandle> {
    const day = timestamp(this.#clock.nowMs()).slice(0, 10);
    if (this.#handle && this.#handle.day >= day) return this.#handle.file;
    await this.#handle?.file.close();
    const path = join(this.#directory, `journal-${day}.ndjson`);
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
    const directory = await open(this.#directory, constants.O_RDONLY);
    await directory.sync().finally(() => directory.close());
    this.#handle = { day, file };
    return file;
  }
}

async function journalFiles(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => FILE_NAME.test(name)).sort();
}

async function* linesOf(path: string): AsyncGenerator<string> {
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text.length > 0) yield text;
  }
}

/** Every line after number `after`, as it stands on disk, with its number. The chain is not checked here. */
export async function* journalTexts(directory: string, after: number): AsyncGenerator<{ n: number; text: string }> {
  for (const file of await journalFiles(directory)) {
    for await (const text of linesOf(join(directory, file))) {
      const n = Number(/^\{"n":(\d+),/.exec(text)?.[1]);
      if (n > after) yield { n, text };
    }
  }
}

async function cutTornLine(directory: string): Promise<void> {
  const last = (await journalFiles(directory)).at(-1);
  if (!last) return;
  const path = join(directory, last);
  const file = await open(path, constants.O_RDWR);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, 65_536));
    await file.read(tail, 0, tail.length, size - tail.length);
    const lastNewline = tail.lastIndexOf(0x0a);
    const wholeSize = size - tail.length + lastNewline + 1;
    if (wholeSize < size) await truncate(path, wholeSize);
  } finally {
    await file.close();
  }
}
