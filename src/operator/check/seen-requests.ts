// Spares the question "was this request answered before?" when it certainly was not. It remembers request ids for at
// least as long as their answers are kept, may take a new one for a repeat (then the database is asked), never the
// other way round. Only this process stores answers (it holds the ledger), so nothing is added behind its back.

import type { Clock } from '../../lib/clock.ts';
import type { ReplayReader } from './rights-reader.ts';

/** Answers are kept for 24 hours; every id is remembered for one generation at least and two at most. */
const GENERATION_MS = 86_400_000;
/** 2^27 bits, 16 MiB: with nine million ids a day two in a thousand new requests ask the database in vain. */
const BITS = 2 ** 27;

export class SeenRequests implements ReplayReader {
  readonly #reader: ReplayReader;
  readonly #clock: Clock;
  #current = new Uint32Array(BITS / 32);
  #previous = new Uint32Array(0);
  #since: number;
  /** False until every id of before this start is remembered. */
  #complete = false;

  constructor(reader: ReplayReader, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
    this.#since = clock.nowMs();
  }

  /** Takes in the ids whose answers were stored before this start; until it is done the database is always asked. */
  async load(stored: AsyncIterable<readonly string[]>): Promise<void> {
    for await (const ids of stored) for (const id of ids) this.#remember(id);
    this.#complete = true;
  }

  find(asker: string, requestId: string): ReturnType<ReplayReader['find']> {
    const isNew = !this.#remember(requestId);
    return isNew && this.#complete ? Promise.resolve(null) : this.#reader.find(asker, requestId);
  }

  /** Remembers the id (32 hexadecimal digits); was it there already, as far as we know? */
  #remember(requestId: string): boolean {
    this.#turn();
    let inCurrent = true;
    let inPrevious = this.#previous.length > 0;
    // The id is random already, or chosen by somebody who then waits for the database: its own digits are the places.
    for (let i = 0; i < 32; i += 8) {
      const place = Number.parseInt(requestId.slice(i, i + 8), 16) % BITS;
      const word = place >>> 5;
      const bit = 1 << (place & 31);
      inCurrent &&= ((this.#current[word] ?? 0) & bit) !== 0;
      inPrevious &&= ((this.#previous[word] ?? 0) & bit) !== 0;
      this.#current[word] = (this.#current[word] ?? 0) | bit;
    }
    return inCurrent || inPrevious;
  }

  #turn(): void {
    const nowMs = this.#clock.nowMs();
    if (Math.abs(nowMs - this.#since) < GENERATION_MS) return;
    this.#previous = this.#current;
    this.#current = new Uint32Array(BITS / 32);
    this.#since = nowMs;
  }
}
