// Keeps the switchboard in memory, at most 100 ms old. When it cannot be read for a second, everything counts as
// closed: a platform that cannot hear "stop" must not go on.

import type { Clock } from '../../lib/clock.ts';
import { ALL_OPEN, type Switchboard } from './switchboard.ts';
import type { SwitchboardStore } from './switchboard-store.ts';

const POLL_EVERY_MS = 100;
const STALE_AFTER_MS = 1_000;
const CLOSED: Switchboard = new Map([['platform', 'closed']]);

export class SwitchboardPoll {
  readonly #store: SwitchboardStore;
  readonly #clock: Clock;
  readonly #onDirectoryChange: (version: number) => Promise<void>;
  #board: Switchboard = ALL_OPEN;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #directoryVersion = -1;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(parts: {
    store: SwitchboardStore;
    clock: Clock;
    /** Called before the new version counts; a failure is tried again at the next poll. */
    onDirectoryChange(version: number): Promise<void>;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#onDirectoryChange = parts.onDirectoryChange;
  }

  /** The first read must succeed: no check is answered before the switches are known. */
  async start(): Promise<void> {
    await this.read();
    this.#schedule();
  }

  async read(): Promise<void> {
    const askedAtMs = this.#clock.nowMs();
    const { board, directoryVersion } = await this.#store.read();
    // The board counts at once: reading a large directory must not delay a closing. It is fresh only together with the
    // directory: a platform that cannot hear of a revocation must not go on either.
    this.#board = board;
    if (directoryVersion !== this.#directoryVersion) await this.#onDirectoryChange(directoryVersion);
    this.#directoryVersion = directoryVersion;
    this.#readAtMs = askedAtMs;
  }

  current(): Switchboard {
    // A clock that was put back says nothing about the board's age: it counts as old until it is read again.
    const ageMs = Math.abs(this.#clock.nowMs() - this.#readAtMs);
    return ageMs > STALE_AFTER_MS ? CLOSED : this.#board;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      // A failed read leaves the board as it is; if reads go on failing it goes stale and closes.
      this.read()
        .catch(() => undefined)
        .finally(() => this.#schedule());
    }, POLL_EVERY_MS);
    this.#timer.unref();
  }
}
