// The vault's journal read from its directory, streaming: files `journal-YYYY-MM-DD.ndjson` in order of their names.
// It must never write there, and never hold more than one piece of a file in memory.

import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalFollower, JournalSource } from './verify-journal.ts';
import { completeLines, PIECE_BYTES, type Piece } from './verify-lines.ts';

const FILE_NAME = /^journal-\d{4}-\d{2}-\d{2}\.ndjson$/;

/** A journal directory; one that does not exist (yet) has no lines. */
export function journalDirectory(directory: string): JournalSource {
  return { follow: (since) => new DirectoryFollower(directory, since) };
}

class DirectoryFollower implements JournalFollower {
  readonly #directory: string;
  #file: string | null = null;
  #offset = 0;
  /** The first file is the last one before this day: what was written at midnight may stand on either side. */
  readonly #since: string | undefined;

  constructor(directory: string, since: string | undefined) {
    this.#directory = directory;
    this.#since = since;
  }

  async next(): Promise<readonly Buffer[] | null> {
    for (;;) {
      // Listed before reading: once a later file exists, the vault writes no more to this one.
      const later = await this.#fileAfter(this.#file);
      if (this.#file !== null) {
        const piece = await this.#read(this.#file, later !== null);
        this.#offset = piece.next;
        if (piece.lines.length > 0) return piece.lines;
      }
      if (later === null) return null;
      this.#file = later;
      this.#offset = 0;
    }
  }

  async #read(file: string, finished: boolean): Promise<Piece> {
    const handle = await open(join(this.#directory, file), 'r');
    try {
      return await completeLines(handle, this.#offset, {
        pieceBytes: PIECE_BYTES,
        lastLineIsWhole: finished,
      });
    } finally {
      await handle.close();
    }
  }

  async #fileAfter(file: string | null): Promise<string | null> {
    const names = (await namesIn(this.#directory)).filter((name) => FILE_NAME.test(name)).sort();
    if (file !== null) return names.find((name) => name > file) ?? null;
    const earlier = names.filter((name) => name < `journal-${this.#since ?? ''}`);
    return earlier.at(-1) ?? names[0] ?? null;
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // nothing was ever opened
    throw error;
  }
}
