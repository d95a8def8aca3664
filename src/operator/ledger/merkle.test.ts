// The tree against the published vectors of Certificate Transparency, and against malformed input.

import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  emptyRoot,
  Frontier,
  inclusionPath,
  leafHash,
  nodeHash,
  rootFromPath,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

// Entries and roots of the test suite of google/certificate-transparency and Trillian.
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = ENTRIES.map((entry) => leafHash(Buffer.from(entry, 'hex')));
const hex = (bytes: readonly Uint8Array[]) => bytes.map((one) => Buffer.from(one).toString('hex'));

describe('published vectors', () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))('the root of %i leaves', (size, root) => {
    expect(rootOf(leaves.slice(0, size)).toString('hex')).toBe(root);
  });

  it('audit paths of leaf 1 of 1, 1 and 6 of 8, 3 of 3 and 2 of 5 (counted from 1)', () => {
    expect(hex(inclusionPath(leaves.slice(0, 1), 0))).toEqual([]);
    expect(hex(inclusionPath(leaves, 0))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(hex(inclusionPath(leaves, 5))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(hex(inclusionPath(leaves.slice(0, 3), 2))).toEqual([
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    ]);
    expect(hex(inclusionPath(leaves.slice(0, 5), 1))).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });

  it('consistency proofs 1 to 8, 6 to 8 and 2 to 5', () => {
    expect(hex(consistencyProof(leaves, 1))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(hex(consistencyProof(leaves, 6))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(hex(consistencyProof(leaves.slice(0, 5), 2))).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });
});

describe('the frontier', () => {
  it('serialises to its size and one hash per set bit, and comes back', () => {
    const frontier = new Frontier();
    for (const leaf of leaves.slice(0, 7)) frontier.append(leaf);
    const bytes = frontier.serialise();
    expect(bytes).toHaveLength(8 + 3 * 32);
    const restored = Frontier.restore(bytes);
    restored.append(leaves[7] as Buffer);
    expect([restored.size, restored.root().toString('hex')]).toEqual([8, ROOTS[8]]);
    expect(frontier.size).toBe(7);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a size without its hashes', Buffer.from([0, 0, 0, 0, 0, 0, 0, 3])],
    ['too many hashes', Buffer.alloc(8 + 32)],
    ['a size beyond what is counted exactly', Buffer.alloc(8, 0xff)],
  ])('refuses to be restored from %s', (_, bytes) => {
    expect(() => Frontier.restore(bytes)).toThrow(RangeError);
  });

  it('goes on beyond 2^32 leaves', () => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(2n ** 40n);
    const frontier = Frontier.restore(Buffer.concat([size, leaves[0] as Buffer]));
    frontier.append(leaves[1] as Buffer);
    expect(frontier.size).toBe(2 ** 40 + 1);
    expect(frontier.root()).toEqual(nodeHash(leaves[0] as Buffer, leaves[1] as Buffer));
  });

  it('takes hashes only', () => {
    expect(() => new Frontier().append(Buffer.alloc(31))).toThrow(RangeError);
    expect(() => nodeHash(Buffer.alloc(32), Buffer.alloc(33))).toThrow(RangeError);
  });
});

describe('malformed claims', () => {
  const leaf = leaves[0] as Buffer;

  it('no leaf is in the empty tree, and no path leads beyond the tree', () => {
    expect(rootFromPath({ leaf, index: 0, size: 0, path: [] })).toBeNull();
    expect(rootFromPath({ leaf, index: 1, size: 1, path: [] })).toBeNull();
    expect(rootFromPath({ leaf, index: -1, size: 1, path: [] })).toBeNull();
    expect(rootFromPath({ leaf, index: 0.5, size: 1, path: [] })).toBeNull();
    expect(rootFromPath({ leaf, index: 0, size: 1, path: [leaf] })).toBeNull();
    expect(rootFromPath({ leaf: leaf.subarray(1), index: 0, size: 1, path: [] })).toBeNull();
    expect(verifyInclusion({ leaf, index: 0, size: 1, path: [], root: leaf })).toBe(true);
  });

  it('a path asked for outside the tree is a mistake of the caller', () => {
    expect(() => inclusionPath(leaves, 8)).toThrow(RangeError);
    expect(() => consistencyProof(leaves, 9)).toThrow(RangeError);
  });

  it('every tree extends the empty one, which has one root only', () => {
    const secondRoot = rootOf(leaves);
    const claim = { first: 0, firstRoot: emptyRoot(), second: 8, secondRoot, proof: [] };
    expect(verifyConsistency(claim)).toBe(true);
    expect(verifyConsistency({ ...claim, firstRoot: leaf })).toBe(false);
    expect(verifyConsistency({ ...claim, proof: [leaf] })).toBe(false);
  });

  it('a tree does not extend a larger one, nor itself with another root', () => {
    const root = rootOf(leaves);
    expect(verifyConsistency({ first: 8, firstRoot: root, second: 7, secondRoot: root, proof: [] })).toBe(
      false,
    );
    expect(verifyConsistency({ first: 8, firstRoot: root, second: 8, secondRoot: leaf, proof: [] })).toBe(
      false,
    );
    expect(verifyConsistency({ first: 3, firstRoot: root, second: 8, secondRoot: root, proof: [] })).toBe(
      false,
    );
  });
});
