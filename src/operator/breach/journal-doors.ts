// The doors that one account, structure or client had opened in a window, from the vault's journal: the vault wrote down
// who asked, so nobody who can write the operator's database can take a look-up off anybody's list. Reads piece by piece.

import { timestamp } from '../../lib/clock.ts';
import type { JournalLine } from '../../vault/journal.ts';
import type { JournalSource } from '../ledger/verify-journal.ts';
import type { Window } from './exposure-store.ts';

/** By whom: exact ids, as in the ledger. */
export type Asker = { kind: 'account' | 'structure' | 'client'; id: string };

export type Door = { n: number; at: string };

/** Lines that should be there and are not: the first and the last of a stretch. */
export type LostLines = readonly [first: number, last: number];

const OPENS = Buffer.from('"do":"open"');

export class JournalDoors {
  readonly #source: JournalSource;
  readonly #who: { asker: Asker; window: Window };
  /** Whole only after `doors` has come to its end. */
  readonly lost: LostLines[] = [];
  #last: number | null = null;

  constructor(source: JournalSource, asker: Asker, window: Window) {
    this.#source = source;
    this.#who = { asker, window };
  }

  /** In the order of the journal, which is on disk up to line `upTo` at least. */
  async *doors(upTo: number): AsyncGenerator<Door[]> {
    const { asker, window } = this.#who;
    const named = Buffer.from(`"${asker.kind}":${JSON.stringify(asker.id)}`);
    // A line is never in the file of an earlier day than its own: the journal's day does not go back.
    const follower = this.#source.follow(timestamp(window.fromMs).slice(0, 10));
    for (let lines = await follower.next(); lines; lines = await follower.next()) {
      const doors: Door[] = [];
      for (const bytes of lines) {
        const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.#count(line);
        if (line.includes(OPENS) && line.includes(named)) doors.push(...this.#door(line));
      }
      if (doors.length > 0) yield doors;
    }
    this.#expect(upTo + 1);
  }

  #door(line: Buffer): Door[] {
    const { window } = this.#who;
    const { n, at } = JSON.parse(line.toString()) as JournalLine;
    const atMs = Date.parse(at);
    return atMs >= window.fromMs && atMs < window.toMs ? [{ n, at }] : [];
  }

  #count(line: Buffer): void {
    const [, number = '', at = ''] =
      /^\{"n":(\d{1,15}),"at":"([^"]*)"/.exec(line.toString('latin1', 0, 64)) ?? [];
    const n = Number(number);
    if (n === 0) return; // no line of ours: its number is missing at the next one
    // What is before the first line was written before it; it matters when the window may have begun by then.
    if (this.#last === null) this.#last = Date.parse(at) < this.#who.window.fromMs ? n - 1 : 0;
    this.#expect(n);
    this.#last = Math.max(this.#last, n);
  }

  #expect(n: number): void {
    const next = (this.#last ?? 0) + 1;
    if (n > next) this.lost.push([next, n - 1]);
  }
}
