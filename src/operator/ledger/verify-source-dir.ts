// Reads an exported ledger for `rempart ledger verify --from DIR`, without a database. The format, fixed here:
//   DIR/entries.ndjson      {"seq":0,"at":"2026-03-01T08:00:00.000Z","memberSalt":B64,"memberView":TEXT,"restSalt":B64,
//                            "rest":TEXT,"leaf":B64,"journalNo":1 or null} per row in order of seq; the four body members
//                            are null when blanked
//   DIR/checkpoints.ndjson  {"size":1,"root":B64,"note":TEXT} per stored checkpoint in order of size; may be absent
//   DIR/journal/            the vault's journal-YYYY-MM-DD.ndjson files, byte for byte; may be absent
// B64 = standard base64 with padding; TEXT = the exact text as a JSON string; every line ends in a newline. An export
// of a running system copies journal, then checkpoints, then entries. It must never trust a key found in DIR.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerSource } from './verify.ts';
import type { StoredCheckpoint } from './verify-checkpoint.ts';
import type { JournalSource } from './verify-journal.ts';
import { journalDirectory } from './verify-journal-dir.ts';
import { completeLines, PIECE_BYTES } from './verify-lines.ts';
import type { LedgerRow } from './verify-row.ts';

/** The ledger and journal of an export directory. A line that is not JSON of the format throws, with its place. */
export function exportedLedger(directory: string): { ledger: LedgerSource; journal: JournalSource } {
  const entries = join(directory, 'entries.ndjson');
  const checkpoints = join(directory, 'checkpoints.ndjson');
  return {
    ledger: {
      async *entries(from) {
        for await (const lines of linesOf(entries, { mayBeAbsent: false })) {
          const rows = lines.map((line) => parse(entries, line, rowOf));
          yield from === 0 ? rows : rows.filter((row) => row.seq >= from);
        }
      },
      async *checkpoints() {
        for await (const lines of linesOf(checkpoints, { mayBeAbsent: true })) {
          yield lines.map((line) => parse(checkpoints, line, checkpointOf));
        }
      },
    },
    journal: journalDirectory(join(directory, 'journal')),
  };
}

async function* linesOf(path: string, options: { mayBeAbsent: boolean }): AsyncGenerator<readonly Buffer[]> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (options.mayBeAbsent && error.code === 'ENOENT') return null; // an export without checkpoints
    throw error;
  });
  if (file === null) return;
  try {
    for (let offset = 0; ; ) {
      const piece = await completeLines(file, offset, { pieceBytes: PIECE_BYTES, lastLineIsWhole: false });
      if (piece.lines.length === 0) return;
      yield piece.lines;
      offset = piece.next;
    }
  } finally {
    await file.close();
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parse<T>(path: string, line: Buffer, read: (fields: Fields) => T): T {
  try {
    return read(JSON.parse(line.toString()) as Fields);
  } catch (error) {
    throw new Error(`${path} does not have the form of an export`, { cause: error });
  }
}

function rowOf(fields: Fields): LedgerRow {
  return {
    seq: number(fields['seq']),
    atMs: Date.parse(text(fields['at'])),
    memberSalt: optional(fields['memberSalt'], base64),
    memberView: optional(fields['memberView'], text),
    restSalt: optional(fields['restSalt'], base64),
    rest: optional(fields['rest'], text),
    leaf: base64(fields['leaf']),
    journalNo: optional(fields['journalNo'], number),
  };
}

function checkpointOf(fields: Fields): StoredCheckpoint {
  return {
    size: number(fields['size']),
    root: base64(fields['root']),
    note: text(fields['note']),
    frontier: null,
  };
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null ? null : read(value);
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('expected a number');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('expected a text');
  return value;
}

function base64(value: unknown): Buffer {
  return Buffer.from(text(value), 'base64');
}
