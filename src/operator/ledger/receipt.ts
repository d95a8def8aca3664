// PURE. Receipts: what the asker keeps as proof that an entry must exist, made for a whole flush at once.
// The vault signs the root of the flush's own small tree, so that no answer waits for the next checkpoint.

import { verify } from 'node:crypto';
import type { Receipt } from './ledger-port.ts';
import { HASH_BYTES, pathInLevels, rootFromPath, treeLevels } from './merkle.ts';
import { decodeBase64, parseVkey, type SignBytes } from './note.ts';

/** First line of every signed flush; no log may choose it as its origin, so a checkpoint is never taken for a flush. */
const FLUSH_DOMAIN = 'rempart/flush/v1';

export type Flush = {
  readonly origin: string;
  /** Index of the flush's first entry in the log. */
  readonly first: number;
  readonly count: number;
  /** RFC 6962 root over the leaves of this flush alone. */
  readonly root: Uint8Array;
};

/** The exact bytes the vault signs for a flush. */
export function flushMessage(flush: Flush): Buffer {
  const { origin, first, count, root } = flush;
  if (origin === '' || origin === FLUSH_DOMAIN || origin.includes('\n'))
    throw new RangeError('not an origin for a flush');
  if (!isCount(first) || !isCount(count) || count === 0 || root.length !== HASH_BYTES) {
    throw new RangeError('a flush has a first index, at least one leaf and a 32-byte root');
  }
  return Buffer.from(
    `${FLUSH_DOMAIN}\n${origin}\n${first}\n${count}\n${Buffer.from(root).toString('base64')}\n`,
  );
}

/**
 * One receipt per leaf of a flush, in order. The tree is built once and signed once. If we crash before the
 * signature comes back, no receipt exists and no answer has left.
 */
export async function makeReceipts(flush: {
  origin: string;
  first: number;
  leaves: readonly Uint8Array[];
  sign: SignBytes;
}): Promise<Receipt[]> {
  const { origin, first, leaves, sign } = flush;
  const count = leaves.length;
  if (count === 0) return [];
  const levels = treeLevels(leaves);
  const root = levels.at(-1)?.[0] as Uint8Array;
  const signature = Buffer.from(await sign(flushMessage({ origin, first, count, root }))).toString('base64');
  return leaves.map((leaf, i) => ({
    log: origin,
    index: first + i,
    leaf: Buffer.from(leaf).toString('base64'),
    signature,
    flush: { first, count },
    path: Buffer.concat(pathInLevels(levels, i)).toString('base64'),
  }));
}

/** Did the log of that vkey sign for this entry? Never throws: a receipt comes from outside. */
export function verifyReceipt(receipt: Receipt, vkey: string): boolean {
  const leaf = decodeBase64(receipt.leaf);
  const path = decodeBase64(receipt.path);
  const signature = decodeBase64(receipt.signature);
  const { first, count } = receipt.flush;
  if (leaf === null || path === null || signature === null || path.length % HASH_BYTES !== 0) return false;
  if (!isCount(receipt.index) || !isCount(first) || !isCount(count)) return false;
  const root = rootFromPath({ leaf, index: receipt.index - first, size: count, path: hashesOf(path) });
  if (root === null) return false;
  return isSignedFlush({ origin: receipt.log, first, count, root }, signature, vkey);
}

function isSignedFlush(flush: Flush, signature: Uint8Array, vkey: string): boolean {
  try {
    return verify(null, flushMessage(flush), parseVkey(vkey).publicKey, signature);
  } catch {
    return false; // a log name or key that cannot be right is a receipt that is not valid, not a failure of ours
  }
}

function hashesOf(path: Buffer): Buffer[] {
  return Array.from({ length: path.length / HASH_BYTES }, (_, i) =>
    path.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
