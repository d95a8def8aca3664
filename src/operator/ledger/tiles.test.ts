// Tiles against the examples of the specification, and against a tree computed without them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash, rootOf } from './merkle.ts';
import {
  buildHashTile,
  decodeEntryBundle,
  encodeEntryBundle,
  type LeafReader,
  parseTilePath,
  splitHashes,
  type Tile,
  tileExists,
  tilePath,
  tileWidth,
} from './tiles.ts';

const hashes = (level: number, index: number, width = 256): Tile => ({ kind: 'hashes', level, index, width });
const entries = (index: number, width = 256): Tile => ({ kind: 'entries', index, width });

describe('paths', () => {
  it.each([
    ['tile/0/000', hashes(0, 0)],
    ['tile/3/x001/x234/067', hashes(3, 1_234_067)],
    ['tile/1/x001/000.p/17', hashes(1, 1000, 17)],
    ['tile/63/999.p/255', hashes(63, 999, 255)],
    ['tile/entries/x128/906', entries(128_906)],
    ['tile/entries/003.p/1', entries(3, 1)],
  ])('%s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each([
    'tile/0',
    'tile/0/',
    'tile/0/0',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/x001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000.p/300',
    'tile/data/000',
    '/tile/0/000',
    'tile/0/000/',
    'tile/0/../000',
    'tile/0/000?x',
    'tile/entries',
    'tile/0/x999/x999/x999/x999/x999/999',
  ])('%s is no path of a tile', (path) => {
    expect(parseTilePath(path)).toBeNull();
  });

  it('every tile has one path, which names it', () => {
    const tile = fc.record({
      kind: fc.constant('hashes' as const),
      level: fc.integer({ min: 0, max: 63 }),
      index: fc.nat({ max: 999_999_999_999_999 }),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(tile, (one) => {
        expect(parseTilePath(tilePath(one))).toEqual(one);
      }),
    );
  });
});

describe('which tiles a tree has', () => {
  it('70,000 entries: the example of the specification', () => {
    const widths = (level: number, indexes: number[]) =>
      indexes.map((index) => tileWidth(70_000, { level, index }));
    expect(widths(0, [0, 272, 273, 274])).toEqual([256, 256, 112, 0]);
    expect(widths(1, [0, 1, 2])).toEqual([256, 17, 0]);
    expect(widths(2, [0, 1])).toEqual([1, 0]);
    expect(widths(3, [0])).toEqual([0]);
    expect(tileWidth(256, { level: 1, index: 0 })).toBe(1);
  });

  it('narrower tiles of an earlier tree stay, wider ones do not exist yet', () => {
    expect(tileExists(70_000, hashes(0, 273, 112))).toBe(true);
    expect(tileExists(70_000, hashes(0, 273, 100))).toBe(true);
    expect(tileExists(70_000, hashes(0, 273, 113))).toBe(false);
    expect(tileExists(70_000, hashes(2, 0))).toBe(false);
    expect(tileExists(70_000, entries(273, 112))).toBe(true);
    expect(tileExists(70_000, entries(274, 1))).toBe(false);
  });
});

describe('hash tiles', () => {
  const count = 66_000;
  const leaves = Buffer.concat(
    Array.from({ length: count }, (_, i) => leafHash(Buffer.from([i & 255, i >> 8, 1]))),
  );
  const reads: number[] = [];
  const reader: LeafReader = async (first, n) => {
    reads.push(n);
    return leaves.subarray(first * 32, (first + n) * 32);
  };

  it('level 0 holds the leaves', async () => {
    const tile = await buildHashTile({ kind: 'hashes', level: 0, index: 257, width: 208 }, reader);
    expect(tile).toEqual(leaves.subarray(257 * 256 * 32));
  });

  it('level 1 holds the roots of 256 leaves, level 2 those of 65,536; together they give the root of the tree', async () => {
    const two = await buildHashTile({ kind: 'hashes', level: 2, index: 0, width: 1 }, reader);
    const one = await buildHashTile({ kind: 'hashes', level: 1, index: 1, width: 1 }, reader);
    expect(two).toEqual(rootOf(splitHashes(leaves.subarray(0, 65_536 * 32))));
    expect(one).toEqual(rootOf(splitHashes(leaves.subarray(65_536 * 32, 65_792 * 32))));
  });

  it('a cache spares the reading of what was read', async () => {
    const kept = new Map<string, Uint8Array>();
    const cache = {
      get: (level: number, index: number) => kept.get(`${level}/${index}`),
      set: (level: number, index: number, root: Uint8Array) => void kept.set(`${level}/${index}`, root),
    };
    const tile = { kind: 'hashes', level: 1, index: 0, width: 200 } as const;
    const first = await buildHashTile(tile, reader, cache);
    reads.length = 0;
    expect(await buildHashTile(tile, reader, cache)).toEqual(first);
    expect(reads).toEqual([]);
  });

  it('are not made of leaves that are not there', async () => {
    const tile = { kind: 'hashes', level: 0, index: 257, width: 209 } as const;
    await expect(buildHashTile(tile, reader)).rejects.toThrow(RangeError);
    expect(() => splitHashes(Buffer.alloc(33))).toThrow(RangeError);
  });
});

describe('entry bundles', () => {
  it('are entries after their length', () => {
    expect(encodeEntryBundle([Buffer.from('ab'), Buffer.alloc(0)]).toString('hex')).toBe(
      '0002' + '6162' + '0000',
    );
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 }), (list) => {
        const back = decodeEntryBundle(encodeEntryBundle(list));
        expect(back.map((one) => one.toString('hex'))).toEqual(
          list.map((one) => Buffer.from(one).toString('hex')),
        );
      }),
    );
  });

  it('that end inside an entry are refused, and so are entries too long for them', () => {
    expect(() => decodeEntryBundle(Buffer.from('00036162', 'hex'))).toThrow(RangeError);
    expect(() => decodeEntryBundle(Buffer.from('00', 'hex'))).toThrow(RangeError);
    expect(() => encodeEntryBundle([Buffer.alloc(65_536)])).toThrow(RangeError);
  });
});
