// PURE. The log as static files, C2SP tlog-tiles (c2sp.org/tlog-tiles): paths, hash tiles, entry bundles.
// It must never reach for the database: leaves come from a reader that is handed in.

import { HASH_BYTES, rootOf } from './merkle.ts';

export const TILE_WIDTH = 256;
const MAX_LEVEL = 63;
const MAX_ENTRY_BYTES = 0xffff;

/** A tile of hashes: `width` (1-256) neighbouring subtree roots of 256^level leaves each, from `index * 256` on. */
export type HashTile = {
  readonly kind: 'hashes';
  readonly level: number;
  readonly index: number;
  readonly width: number;
};
/** A bundle of the entries whose hashes are in the level-0 tile of the same index and width. */
export type EntryBundle = { readonly kind: 'entries'; readonly index: number; readonly width: number };
export type Tile = HashTile | EntryBundle;

/** Path of a tile relative to the log's prefix: `tile/0/x001/x234/067`, `tile/1/000.p/17`, `tile/entries/003`. */
export function tilePath(tile: Tile): string {
  const level = tile.kind === 'entries' ? 'entries' : String(tile.level);
  const partial = tile.width === TILE_WIDTH ? '' : `.p/${tile.width}`;
  return `tile/${level}/${indexPath(tile.index)}${partial}`;
}

/** The tile a path names; null for any path that `tilePath` would not write. */
export function parseTilePath(path: string): Tile | null {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (match === null) return null;
  const [, level = '', digits = '', partial] = match;
  const index = Number(digits.replaceAll('x', '').replaceAll('/', ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const tile: Tile =
    level === 'entries'
      ? { kind: 'entries', index, width }
      : { kind: 'hashes', level: Number(level), index, width };
  const inRange =
    Number.isSafeInteger(index) &&
    width >= 1 &&
    width <= TILE_WIDTH &&
    (level === 'entries' || Number(level) <= MAX_LEVEL);
  // Written back and compared: one tile has one path, so caches and mirrors hold it once.
  return inRange && tilePath(tile) === path ? tile : null;
}

function indexPath(index: number): string {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return path;
}

/** How many hashes a tree of that size has in the tile: 256 = full, less = partial, 0 = the tile does not exist. */
export function tileWidth(treeSize: number, tile: { level: number; index: number }): number {
  const hashes = Math.floor(treeSize / TILE_WIDTH ** tile.level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - tile.index * TILE_WIDTH));
}

/** May a log of that size serve this tile? Full or narrower partial tiles of a grown tree stay valid for ever. */
export function tileExists(treeSize: number, tile: Tile): boolean {
  const level = tile.kind === 'entries' ? 0 : tile.level;
  return tile.width <= tileWidth(treeSize, { level, index: tile.index });
}

/** Reads leaf hashes from `first` on: `count` of them, 32 bytes each, in one piece. */
export type LeafReader = (first: number, count: number) => Promise<Uint8Array>;

/** Keeps roots of full level-0, level-1 … tiles: they never change. The keeper decides how many. */
export interface SubtreeCache {
  get(level: number, index: number): Uint8Array | undefined;
  set(level: number, index: number, root: Uint8Array): void;
}

/**
 * The bytes of a hash tile. Above level 0 every hash is the root of a full tile one level below; without a cache
 * a level-1 tile reads up to 65,536 leaves, so a server should give one. Throws when the reader comes up short.
 */
export async function buildHashTile(
  tile: HashTile,
  leaves: LeafReader,
  cache?: SubtreeCache,
): Promise<Buffer> {
  const first = tile.index * TILE_WIDTH;
  if (tile.level === 0) return readLeaves(leaves, first, tile.width);
  const hashes: Uint8Array[] = [];
  for (let i = 0; i < tile.width; i += 1) {
    hashes.push(await fullTileRoot(tile.level - 1, first + i, leaves, cache));
  }
  return Buffer.concat(hashes);
}

async function fullTileRoot(
  level: number,
  index: number,
  leaves: LeafReader,
  cache?: SubtreeCache,
): Promise<Uint8Array> {
  const kept = cache?.get(level, index);
  if (kept !== undefined) return kept;
  const bytes = await buildHashTile({ kind: 'hashes', level, index, width: TILE_WIDTH }, leaves, cache);
  const root = rootOf(splitHashes(bytes));
  cache?.set(level, index, root);
  return root;
}

async function readLeaves(leaves: LeafReader, first: number, count: number): Promise<Buffer> {
  const bytes = await leaves(first, count);
  if (bytes.length !== count * HASH_BYTES) throw new RangeError('the log has fewer leaves than the tile');
  return Buffer.from(bytes);
}

/** The hashes of a tile, one by one. */
export function splitHashes(tile: Uint8Array): Uint8Array[] {
  if (tile.length % HASH_BYTES !== 0) throw new RangeError('a tile is made of 32-byte hashes');
  return Array.from({ length: tile.length / HASH_BYTES }, (_, i) =>
    tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

/** Entry bundle: each entry after its length (2 bytes, big-endian). */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Buffer {
  const parts = entries.flatMap((entry) => {
    if (entry.length > MAX_ENTRY_BYTES) throw new RangeError('an entry of a bundle has at most 65,535 bytes');
    return [Buffer.from([entry.length >> 8, entry.length & 0xff]), entry];
  });
  return Buffer.concat(parts);
}

/** The entries of a bundle. Throws when a length points past the end. */
export function decodeEntryBundle(bundle: Uint8Array): Buffer[] {
  const bytes = Buffer.from(bundle);
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = at + 2;
    const to = from + bytes.readUInt16BE(at);
    if (to > bytes.length) throw new RangeError('an entry bundle that ends inside an entry');
    entries.push(bytes.subarray(from, to));
    at = to;
  }
  return entries;
}
