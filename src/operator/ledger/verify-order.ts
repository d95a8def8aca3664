// PURE. Remembers the times of the entries since the last checkpoint that matched. When the next one does not,
// the first entry out of time order is where rows were moved. A hint within a window known to be bad, never a verdict:
// clocks step back and requests overlap, so times alone prove nothing.

/** Beyond this many entries between two checkpoints there is no hint (8 MB). */
const MAX_REMEMBERED = 1_000_000;

export class OrderWatch {
  #times: number[] = [];
  #overflow = false;
  #newestMs = Number.NEGATIVE_INFINITY;
  #largestStepBackMs = 0;
  #honestStepBackMs = 0;

  add(atMs: number): void {
    if (this.#times.length < MAX_REMEMBERED) this.#times.push(atMs);
    else this.#overflow = true;
    if (atMs >= this.#newestMs) this.#newestMs = atMs;
    else this.#largestStepBackMs = Math.max(this.#largestStepBackMs, this.#newestMs - atMs);
  }

  /** All entries so far are in the signed order: whatever disorder they show is honest, and the measure for later. */
  proved(): void {
    this.#times = [];
    this.#overflow = false;
    this.#honestStepBackMs = this.#largestStepBackMs;
  }

  /**
   * How many entries after the last proved one stand before the first that is younger than a later entry,
   * by more than honest entries ever were; null when all are in order.
   */
  firstOutOfOrder(): number | null {
    if (this.#overflow) return null;
    let found: number | null = null;
    let oldestAfter = Number.POSITIVE_INFINITY;
    for (let i = this.#times.length - 1; i >= 0; i -= 1) {
      const atMs = this.#times[i] as number;
      if (atMs - oldestAfter > this.#honestStepBackMs) found = i;
      oldestAfter = Math.min(oldestAfter, atMs);
    }
    return found;
  }
}
