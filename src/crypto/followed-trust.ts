// The trust list as a process follows it: looked at again every second, taken over only when the root signed it and it
// is not older than the one before. A list that cannot be read or believed leaves the last good one in force.

import type { JsonWebKey } from 'node:crypto';
import type { TrustList } from '../core/trust-list.ts';
import { type Clock, timestamp } from '../lib/clock.ts';
import { openTrustList, readTrustFiles, trustRootKey } from './trust-file.ts';

const LOOK_EVERY_MS = 1_000;
/** Two clocks may differ. A list from next year, once believed, would shut out every honest one until then. */
const MOST_AHEAD_MS = 300_000;
const NO_KEYS: Pick<TrustList, 'cards'> = { cards: new Map() };

/** Why a list was not taken over. */
export type TrustProblem = 'missing' | 'not-signed-by-the-root' | 'older' | 'issued-in-future';

export type FollowedTrustParts = {
  directory: string;
  /** Public key of the trust root; null: nothing is believed. */
  root(): JsonWebKey | null;
  clock: Clock;
  /** `issuedAt` of the newest list ever believed: an older one would bring revoked keys back. */
  newest?: string;
  /** Told of each newer list before it counts. */
  onNewer?(issuedAt: string): Promise<void>;
  /** Told once of each list that is not taken over: whoever put it there must hear of it. */
  onProblem?(problem: TrustProblem): void;
};

export class FollowedTrust {
  readonly #parts: FollowedTrustParts;
  #list: TrustList | null = null;
  #newestMs: number;
  #version = '';
  #seen = '';
  #told = '';
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: FollowedTrustParts) {
    this.#parts = parts;
    this.#newestMs = parts.newest ? Date.parse(parts.newest) : Number.NEGATIVE_INFINITY;
  }

  /** No keys at all until a list was believed. */
  get list(): Pick<TrustList, 'cards'> {
    return this.#list ?? NO_KEYS;
  }

  /** Of the newest list ever believed; empty when there was none. */
  get newest(): string {
    return Number.isFinite(this.#newestMs) ? timestamp(this.#newestMs) : '';
  }

  /** Looks at the files if the last look is a second old, or none was ever believed. Never throws. */
  async follow(): Promise<void> {
    const sinceMs = this.#parts.clock.nowMs() - this.#lookedAtMs;
    if (this.#list && sinceMs >= 0 && sinceMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = this.#parts.clock.nowMs();
    const root = this.#parts.root();
    if (!root) return;
    const files = await readTrustFiles(this.#parts.directory, this.#version).catch(() => 'missing' as const);
    if (files === 'missing') this.#tell('missing', '');
    else if (files) await this.#take(files, root).catch(() => undefined); // not noted, so not taken: tried again
  }

  async #take(files: { version: string; text: Buffer; jws: string }, root: JsonWebKey): Promise<void> {
    const list = openTrustList(files.text, files.jws, trustRootKey(root));
    const problem = list ? this.#problemOf(Date.parse(list.issuedAt)) : 'not-signed-by-the-root';
    if (!list || problem) return this.#tell(problem ?? 'not-signed-by-the-root', files.version);
    const issuedAtMs = Date.parse(list.issuedAt);
    if (issuedAtMs > this.#newestMs) await this.#parts.onNewer?.(list.issuedAt);
    this.#newestMs = issuedAtMs;
    this.#list = list;
    this.#version = files.version;
  }

  #problemOf(issuedAtMs: number): TrustProblem | null {
    if (issuedAtMs < this.#newestMs) return 'older';
    return issuedAtMs > this.#parts.clock.nowMs() + MOST_AHEAD_MS ? 'issued-in-future' : null;
  }

  /** Once for each version of the files, at the second look: the two are not written in one moment. */
  #tell(problem: TrustProblem, version: string): void {
    const name = `${problem} ${version}`;
    const isSecondLook = this.#seen === name;
    this.#seen = name;
    if (!isSecondLook || this.#told === name) return;
    this.#told = name;
    this.#parts.onProblem?.(problem);
  }
}
