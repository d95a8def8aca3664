// Laws of the tree against a second, naive implementation: the recursive definitions of RFC 6962, word for word.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  Frontier,
  inclusionPath,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const node = (left: Uint8Array, right: Uint8Array) => sha(Buffer.from([1]), left, right);
/** Largest power of two smaller than n. */
const split = (n: number) => 2 ** Math.ceil(Math.log2(n) - 1);

function naiveRoot(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return Buffer.from(leaves[0] as Uint8Array);
  const k = split(leaves.length);
  return node(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

function naivePath(m: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k ? [...naivePath(m, left), naiveRoot(right)] : [...naivePath(m - k, right), naiveRoot(left)];
}

function naiveProof(m: number, leaves: readonly Uint8Array[], known: boolean): Buffer[] {
  if (m === leaves.length) return known ? [] : [naiveRoot(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m <= k
    ? [...naiveProof(m, left, known), naiveRoot(right)]
    : [...naiveProof(m - k, right, false), naiveRoot(left)];
}

const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const someLeaves = fc.array(hashes, { minLength: 1, maxLength: 70 });
const leavesAndIndex = someLeaves.chain((leaves) => fc.tuple(fc.constant(leaves), fc.nat(leaves.length - 1)));
const leavesAndFirst = someLeaves.chain((leaves) =>
  fc.tuple(fc.constant(leaves), fc.integer({ min: 1, max: leaves.length })),
);

describe('for every tree', () => {
  it('the root is that of the recursive definition, whatever its size up to 130', () => {
    const leaves = Array.from({ length: 130 }, (_, i) => sha(Buffer.from([i])));
    const frontier = new Frontier();
    for (let size = 0; size <= 130; size += 1) {
      expect(frontier.root()).toEqual(naiveRoot(leaves.slice(0, size)));
      expect(Frontier.restore(frontier.serialise()).root()).toEqual(frontier.root());
      if (size < 130) frontier.append(leaves[size] as Buffer);
    }
  });

  it('the path of a leaf is that of the recursive definition and proves it', () => {
    fc.assert(
      fc.property(leavesAndIndex, ([leaves, index]) => {
        const path = inclusionPath(leaves, index);
        expect(path.map((one) => Buffer.from(one))).toEqual(naivePath(index, leaves));
        const leaf = leaves[index] as Uint8Array;
        expect(verifyInclusion({ leaf, index, size: leaves.length, path, root: rootOf(leaves) })).toBe(true);
      }),
    );
  });

  it('no proof of inclusion survives a change of leaf, index, size, path or root', () => {
    fc.assert(
      fc.property(leavesAndIndex, hashes, fc.nat(80), ([leaves, index], other, n) => {
        const leaf = leaves[index] as Uint8Array;
        const proof = {
          leaf,
          index,
          size: leaves.length,
          path: inclusionPath(leaves, index),
          root: rootOf(leaves),
        };
        fc.pre(
          !Buffer.from(other).equals(leaf) &&
            !leaves.some((one, i) => i !== index && Buffer.from(one).equals(leaf)),
        );
        expect(verifyInclusion({ ...proof, leaf: other })).toBe(false);
        expect(verifyInclusion({ ...proof, root: other })).toBe(false);
        expect(verifyInclusion({ ...proof, path: [...proof.path, other] })).toBe(false);
        if (proof.path.length > 0)
          expect(verifyInclusion({ ...proof, path: proof.path.slice(1) })).toBe(false);
        if (n !== index) expect(verifyInclusion({ ...proof, index: n })).toBe(false);
      }),
    );
  });

  it('a consistency proof is that of the recursive definition and proves that the tree only grew', () => {
    fc.assert(
      fc.property(leavesAndFirst, ([leaves, first]) => {
        const proof = consistencyProof(leaves, first);
        expect(proof).toEqual(first === leaves.length ? [] : naiveProof(first, leaves, true));
        const firstRoot = rootOf(leaves.slice(0, first));
        const claim = { first, firstRoot, second: leaves.length, secondRoot: rootOf(leaves), proof };
        expect(verifyConsistency(claim)).toBe(true);
      }),
    );
  });

  it('no consistency proof joins two trees that differ in an early leaf', () => {
    fc.assert(
      fc.property(leavesAndFirst, fc.nat(), hashes, ([leaves, first], at, other) => {
        const changed = leaves.with(at % first, other);
        fc.pre(!Buffer.from(other).equals(leaves[at % first] as Uint8Array));
        const claim = {
          first,
          firstRoot: rootOf(leaves.slice(0, first)),
          second: leaves.length,
          secondRoot: rootOf(changed),
        };
        expect(verifyConsistency({ ...claim, proof: consistencyProof(changed, first) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: consistencyProof(leaves, first) })).toBe(false);
      }),
    );
  });

  it('a frontier restored anywhere goes on as if it had never stopped', () => {
    fc.assert(
      fc.property(leavesAndIndex, ([leaves, stop]) => {
        let frontier = new Frontier();
        leaves.forEach((leaf, i) => {
          if (i === stop) frontier = Frontier.restore(frontier.serialise());
          frontier.append(leaf);
        });
        expect(frontier.root()).toEqual(naiveRoot(leaves));
      }),
    );
  });
});
