// PURE state: how many counters the operator may find. Each door that somebody opened brings it a few; it cannot go
// through the counters of all the records it stores. Not rebuilt at a start: what comes after one begins with a door.

import { COUNTERS_PER_DOOR } from './hard-budgets.ts';

/** Doors whose allowance is kept when it is not used: a second of a busy day. */
const MOST_DOORS = 1_000;

export class CounterAllowance {
  #left = 0;

  /** A door was opened, and its line written. */
  opened(): void {
    this.#left = Math.min(this.#left + COUNTERS_PER_DOOR, MOST_DOORS * COUNTERS_PER_DOOR);
  }

  /** All of them or none. */
  take(counters: number): boolean {
    if (counters > this.#left) return false;
    this.#left -= counters;
    return true;
  }
}
