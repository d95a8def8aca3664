// The trust list as a process follows it: looked at again every second, taken over only when the root signed it and it
// is not older than the one before. A list that cannot be read or believed leaves the last good one in force.

import type { JsonWebKey } from 'node:crypto';
import type { TrustList } from '../core/trust-list.ts';
import type { Clock } from '../lib/clock.ts';
import { openTrustList, readTrustFiles, trustRootKey } from './trust-file.ts';

const LOOK_EVERY_MS = 1_000;
const NO_KEYS: Pick<TrustList, 'cards'> = { cards: new Map() };

export type FollowedTrustParts = {
  directory: string;
  /** Public key of the trust root; null: nothing is believed. */
  root(): JsonWebKey | null;
  clock: Clock;
  /** `issuedAt` of the newest list ever believed: an older one would bring revoked keys back. */
  newest?: string;
  /** Told of each list that is taken over, before it counts. */
  onNewer?(issuedAt: string): Promise<void>;
};

export class FollowedTrust {
  readonly #parts: FollowedTrustParts;
  #list: TrustList | null = null;
  #newest: string;
  #version = '';
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: FollowedTrustParts) {
    this.#parts = parts;
    this.#newest = parts.newest ?? '';
  }

  /** No keys at all until a list was believed. */
  get list(): Pick<TrustList, 'cards'> {
    return this.#list ?? NO_KEYS;
  }

  /** Looks at the files if the last look is a second old, or none was ever believed. Never throws: what cannot be read changes nothing. */
  async follow(): Promise<void> {
    const sinceMs = this.#parts.clock.nowMs() - this.#lookedAtMs;
    if (this.#list && sinceMs >= 0 && sinceMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = this.#parts.clock.nowMs();
    await this.#read().catch(() => undefined); // missing or half written: looked at again in a second
  }

  async #read(): Promise<void> {
    const root = this.#parts.root();
    const files = root && (await readTrustFiles(this.#parts.directory, this.#version));
    if (!files) return;
    const list = openTrustList(files.text, files.jws, trustRootKey(root));
    if (!list || list.issuedAt < this.#newest) return;
    if (list.issuedAt > this.#newest) await this.#parts.onNewer?.(list.issuedAt);
    this.#newest = list.issuedAt;
    this.#list = list;
    this.#version = files.version;
  }
}
