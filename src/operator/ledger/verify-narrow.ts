// PURE. When a stretch of entries does not give the signed root: were rows only moved, or one put in between? Rows are
// put back as they may have stood, and only an arrangement that does give the signed root is believed.
// A guess that proves nothing must never narrow the place: an earlier row could have been rewritten.

import type { Frontier } from './merkle.ts';

export type Mismatch = {
  /** The tree before the stretch, proved. */
  readonly before: Frontier;
  readonly signedRoot: Uint8Array;
  /** How many entries the signed root adds to the tree before. */
  readonly count: number;
  /** The rows of the stretch as they stand now, and some that follow it. */
  readonly rows: readonly PlacedRow[];
};
export type PlacedRow = { readonly atMs: number; readonly leaf: Uint8Array };

/** Place of the first bad row, counted from the start of the stretch, and what was done. */
export type Explanation = { readonly code: 'entry-order' | 'entry-inserted'; readonly at: number };

/** Bound of all trying: a few seconds of hashing, spent only on a ledger that is known to be bad. */
const MOST_HASHES = 3_000_000;

/** What proves to have been done to the stretch; null when neither moving nor taking out one row explains it. */
export function explain(mismatch: Mismatch): Explanation | null {
  if (mismatch.rows.length < mismatch.count) return null;
  return movedByTime(mismatch) ?? inserted(mismatch) ?? exchanged(mismatch);
}

/** Entries are written in order of time: any number of moved rows fall back into place by their times. */
function movedByTime(mismatch: Mismatch): Explanation | null {
  const order = mismatch.rows
    .map((_, i) => i)
    .sort((a, b) => timeOf(mismatch, a) - timeOf(mismatch, b) || a - b);
  const at = order.findIndex((from, to) => from !== to);
  return at >= 0 && at < mismatch.count && givesRoot(mismatch, (to) => order[to] ?? to)
    ? { code: 'entry-order', at }
    : null;
}

/** One row put in between: without it the others move up by one. */
function inserted(mismatch: Mismatch): Explanation | null {
  const { count, rows } = mismatch;
  if (rows.length <= count || count * count > MOST_HASHES) return null;
  for (let at = 0; at < count; at += 1) {
    if (givesRoot(mismatch, (to) => (to < at ? to : to + 1))) return { code: 'entry-inserted', at };
  }
  return null;
}

/** Two rows in each other's place, though their times do not show it (written in one flush, or a clock that stepped back). */
function exchanged(mismatch: Mismatch): Explanation | null {
  const { count, rows } = mismatch;
  if (count * count * rows.length > MOST_HASHES) return null;
  for (let a = 0; a < count; a += 1) {
    for (let b = a + 1; b < rows.length; b += 1) {
      if (givesRoot(mismatch, (to) => (to === a ? b : to === b ? a : to)))
        return { code: 'entry-order', at: a };
    }
  }
  return null;
}

function givesRoot(mismatch: Mismatch, fromWhere: (to: number) => number): boolean {
  const tree = mismatch.before.copy();
  for (let to = 0; to < mismatch.count; to += 1) {
    const row = mismatch.rows[fromWhere(to)];
    if (row === undefined || row.leaf.length !== 32) return false;
    tree.append(row.leaf);
  }
  return tree.root().equals(mismatch.signedRoot);
}

function timeOf(mismatch: Mismatch, at: number): number {
  return mismatch.rows[at]?.atMs ?? 0;
}
