// The log as the public sees it: never more than the last signed checkpoint covers.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logEntry } from './entry.ts';
import type { LedgerStore } from './ledger-store.ts';
import {
  buildHashTile,
  encodeEntryBundle,
  parseTilePath,
  type SubtreeCache,
  TILE_WIDTH,
  tileExists,
} from './tiles.ts';

const MOST_CACHED = 100_000;

export class PublishedLog {
  readonly #store: LedgerStore;
  readonly #trustDirectory: string;
  readonly #cache: SubtreeCache = boundedCache();

  constructor(store: LedgerStore, trustDirectory: string) {
    this.#store = store;
    this.#trustDirectory = trustDirectory;
  }

  /** The last signed note, or null when nothing has been signed yet. */
  async checkpoint(): Promise<string | null> {
    return (await this.#store.lastCheckpoint())?.note ?? null;
  }

  /** The tile behind a path such as `tile/0/000.p/17`, or null when the log has none there. */
  async tile(path: string): Promise<Buffer | null> {
    const tile = parseTilePath(path);
    const size = (await this.#store.lastCheckpoint())?.size ?? 0;
    if (!tile || !tileExists(size, tile)) return null;
    if (tile.kind === 'hashes')
      return buildHashTile(tile, (first, count) => this.#store.leaves(first, count), this.#cache);
    const rows = await this.#store.committedEntries(tile.index * TILE_WIDTH, tile.width);
    if (rows.length !== tile.width) throw new RangeError('the log has fewer entries than the bundle');
    return encodeEntryBundle(rows.map(logEntry));
  }

  trust(name: 'trust.json' | 'trust.json.jws'): Promise<Buffer> {
    return readFile(join(this.#trustDirectory, name));
  }
}

/** Roots of full tiles never change; when there are too many the oldest half goes and is computed again if asked for. */
function boundedCache(): SubtreeCache {
  const roots = new Map<string, Uint8Array>();
  return {
    get: (level, index) => roots.get(`${level}/${index}`),
    set(level, index, root) {
      roots.set(`${level}/${index}`, root);
      if (roots.size <= MOST_CACHED) return;
      for (const key of [...roots.keys()].slice(0, MOST_CACHED / 2)) roots.delete(key);
    },
  };
}
