// PURE. The Merkle tree of RFC 6962 (2.1) over SHA-256: hashes, frontier, inclusion and consistency proofs.
// Writer, vault, witnesses and verifier all share this one file, so it knows nothing but bytes: what a leaf means,
// who signs a root and where hashes are kept must never come in here.

import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

/** Room for every subtree a tree of up to 2^53 leaves can have. */
const MAX_LEVELS = 53;

/** The domain-separation bytes keep a node from being passed off as a leaf (RFC 6962, 2.1). */
const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** Refilled for every node: there is one node per leaf, and allocating its 65 bytes costs as much as copying them. */
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);

/** Refilled for every leaf: the entries of one log mostly have one length. */
let leafInput = Buffer.alloc(1, LEAF_PREFIX);

/** SHA-256. By way of a latin1 string: asking node for a Buffer costs twice as much as the hashing itself. */
function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');
}

/** Hash of a log entry: SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Buffer {
  if (entry.length + 1 !== leafInput.length) leafInput = Buffer.alloc(entry.length + 1, LEAF_PREFIX);
  leafInput.set(entry, 1);
  return sha256(leafInput);
}

/** Hash of an inner node: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  assertHash(left);
  assertHash(right);
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return sha256(new Uint8Array(0));
}

/**
 * The right edge of a growing tree ("compact range"): the roots of the perfect subtrees that the leaves so far
 * divide into, at most one per level. Enough to append and to know the root, in O(log n) memory.
 */
export class Frontier {
  /** `#subtrees` at level L holds the root of a perfect subtree of 2^L leaves when bit L of the size is set. */
  readonly #subtrees = Buffer.alloc(MAX_LEVELS * HASH_BYTES);
  readonly #carry = Buffer.alloc(HASH_BYTES);
  #size = 0;

  /** Number of leaves appended so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds the next leaf hash. Allocates nothing: this is the inner loop of the verifier. */
  append(leaf: Uint8Array): void {
    assertHash(leaf);
    this.#carry.set(leaf);
    let level = 0;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      this.#subtrees.copy(nodeInput, 1, level * HASH_BYTES, (level + 1) * HASH_BYTES);
      nodeInput.set(this.#carry, 1 + HASH_BYTES);
      this.#carry.write(hash('sha256', nodeInput, 'binary'), 'latin1');
      level += 1;
    }
    this.#subtrees.set(this.#carry, level * HASH_BYTES);
    this.#size += 1;
  }

  /** Root of the tree over all leaves appended so far. */
  root(): Buffer {
    let root: Buffer | null = null;
    for (const level of setBits(this.#size)) {
      const subtree = this.#subtree(level);
      root = root === null ? Buffer.from(subtree) : nodeHash(subtree, root);
    }
    return root ?? emptyRoot();
  }

  /** The same tree once more, which goes its own way from here. */
  copy(): Frontier {
    const copy = new Frontier();
    this.#subtrees.copy(copy.#subtrees);
    copy.#size = this.#size;
    return copy;
  }

  /** Size (8 bytes, big-endian) and the subtree roots, largest subtree first. */
  serialise(): Buffer {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(this.#size));
    const subtrees = setBits(this.#size).map((level) => this.#subtree(level));
    return Buffer.concat([size, ...subtrees.reverse()]);
  }

  /** The frontier that `serialise` wrote. Throws on bytes it cannot have written. */
  static restore(bytes: Uint8Array): Frontier {
    const buffer = Buffer.from(bytes);
    const size = buffer.length < 8 ? -1 : Number(buffer.readBigUInt64BE());
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('a frontier begins with its size');
    const levels = setBits(size).reverse();
    if (buffer.length !== 8 + levels.length * HASH_BYTES)
      throw new RangeError('a frontier of the wrong length');
    const frontier = new Frontier();
    frontier.#size = size;
    levels.forEach((level, i) => {
      buffer.copy(frontier.#subtrees, level * HASH_BYTES, 8 + i * HASH_BYTES, 8 + (i + 1) * HASH_BYTES);
    });
    return frontier;
  }

  #subtree(level: number): Buffer {
    return this.#subtrees.subarray(level * HASH_BYTES, (level + 1) * HASH_BYTES);
  }
}

/** Positions of the set bits, lowest first. Division instead of shifts: sizes go beyond 32 bits. */
function setBits(size: number): number[] {
  const bits: number[] = [];
  for (let level = 0, rest = size; rest > 0; level += 1, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) bits.push(level);
  }
  return bits;
}

/** Root of the tree over these leaf hashes. */
export function rootOf(leaves: readonly Uint8Array[]): Buffer {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}

/**
 * All levels of a small tree, leaves first, root last. A node without a right neighbour moves up unchanged,
 * which gives the same tree as RFC 6962's split at the largest power of two. For a flush, where every leaf needs a path.
 */
export function treeLevels(leaves: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const levels: (readonly Uint8Array[])[] = [leaves];
  for (let below = leaves; below.length > 1; ) {
    const level: Uint8Array[] = [];
    for (let i = 0; i < below.length; i += 2) {
      const left = below[i] as Uint8Array;
      const right = below[i + 1];
      level.push(right === undefined ? left : nodeHash(left, right));
    }
    levels.push(level);
    below = level;
  }
  return levels;
}

/** Audit path of one leaf out of `treeLevels`, lowest sibling first. */
export function pathInLevels(levels: readonly (readonly Uint8Array[])[], index: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let at = index;
  for (const level of levels.slice(0, -1)) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    if (sibling !== undefined) path.push(sibling);
    at = Math.floor(at / 2);
  }
  return path;
}

/** Audit path of the leaf at `index` in the tree over `leaves` (RFC 6962, 2.1.1), lowest sibling first. */
export function inclusionPath(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!isIndex(index, leaves.length)) throw new RangeError('no leaf with that index');
  return pathInLevels(treeLevels(leaves), index);
}

export type Inclusion = { leaf: Uint8Array; index: number; size: number; path: readonly Uint8Array[] };

/** The root that this path leads to, or null when the path does not fit a tree of that size (RFC 9162, 2.1.3.2). */
export function rootFromPath(proof: Inclusion): Buffer | null {
  const { leaf, index, size, path } = proof;
  if (!isIndex(index, size) || !isHash(leaf) || !path.every(isHash)) return null;
  let node: Uint8Array = leaf;
  let at = index;
  let last = size - 1;
  for (const sibling of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      node = nodeHash(sibling, node);
      // The last node of a level may have moved up without a sibling: skip the levels where it did.
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      node = nodeHash(node, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? Buffer.from(node) : null;
}

/** Is the leaf at that index of the tree with that size and root? */
export function verifyInclusion(proof: Inclusion & { root: Uint8Array }): boolean {
  return rootFromPath(proof)?.equals(proof.root) ?? false;
}

/** Proof that the tree over `leaves` extends the tree over its first `first` leaves (RFC 6962, 2.1.2). */
export function consistencyProof(leaves: readonly Uint8Array[], first: number): Buffer[] {
  if (!Number.isSafeInteger(first) || first < 0 || first > leaves.length)
    throw new RangeError('no such earlier size');
  if (first === 0 || first === leaves.length) return [];
  return subProof(leaves, first, true);
}

/** SUBPROOF of RFC 6962: `whole` says that the earlier tree is a complete subtree here, which the verifier knows. */
function subProof(leaves: readonly Uint8Array[], first: number, whole: boolean): Buffer[] {
  if (first === leaves.length) return whole ? [] : [rootOf(leaves)];
  const split = largestPowerOfTwoBelow(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return first <= split
    ? [...subProof(left, first, whole), rootOf(right)]
    : [...subProof(right, first - split, false), rootOf(left)];
}

function largestPowerOfTwoBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

export type Consistency = {
  first: number;
  firstRoot: Uint8Array;
  second: number;
  secondRoot: Uint8Array;
  proof: readonly Uint8Array[];
};

/** Does the second tree extend the first? (RFC 9162, 2.1.4.2; the empty tree is extended by every tree.) */
export function verifyConsistency(claim: Consistency): boolean {
  const { first, second, proof } = claim;
  if (!isSize(first) || !isSize(second) || first > second || !proof.every(isHash)) return false;
  const firstRoot = Buffer.from(claim.firstRoot);
  if (first === 0) return proof.length === 0 && firstRoot.equals(emptyRoot());
  if (first === second) return proof.length === 0 && firstRoot.equals(claim.secondRoot);
  return followConsistency(claim, firstRoot);
}

function followConsistency(claim: Consistency, firstRoot: Buffer): boolean {
  const path = isPowerOfTwo(claim.first) ? [firstRoot, ...claim.proof] : claim.proof;
  const [start, ...steps] = path;
  if (start === undefined || !isHash(start)) return false;
  let at = claim.first - 1;
  let last = claim.second - 1;
  const up = (): void => {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  };
  while (at % 2 === 1) up();
  let older: Uint8Array = start;
  let newer: Uint8Array = start;
  for (const step of steps) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = nodeHash(step, older);
      newer = nodeHash(step, newer);
      while (at % 2 === 0 && at !== 0) up();
    } else {
      newer = nodeHash(newer, step);
    }
    up();
  }
  return last === 0 && firstRoot.equals(older) && Buffer.from(claim.secondRoot).equals(newer);
}

function isPowerOfTwo(size: number): boolean {
  return setBits(size).length === 1;
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

function isIndex(index: number, size: number): boolean {
  return isSize(index) && isSize(size) && index < size;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

function assertHash(bytes: Uint8Array): void {
  if (bytes.length !== HASH_BYTES) throw new RangeError('a hash has 32 bytes');
}
