// PURE state: which doors somebody opened in the last 24 hours, so that the same patient asked for again costs nothing
// twice. Rebuilt from the journal. A repeat does not make the 24 hours begin anew: whoever asks for the same people every
// day pays for them every day.

const DAY_MS = 86_400_000;

/** `by`: whose repeats are meant (spending.ts). */
type Opening = { by: string; door: string };

export class OpenedDoors {
  readonly #openedAtMs = new Map<string, number>();

  get size(): number {
    return this.#openedAtMs.size;
  }

  /** Also when the clock was put back by more than a day: what was opened "tomorrow" is opened anew. */
  has(opening: Opening, nowMs: number): boolean {
    const atMs = this.#openedAtMs.get(nameOf(opening));
    return atMs !== undefined && Math.abs(nowMs - atMs) < DAY_MS;
  }

  note(opening: Opening, atMs: number): void {
    this.#openedAtMs.set(nameOf(opening), atMs);
  }

  sweep(nowMs: number): void {
    for (const [name, atMs] of this.#openedAtMs) {
      if (Math.abs(nowMs - atMs) >= DAY_MS) this.#openedAtMs.delete(name);
    }
  }
}

const nameOf = ({ by, door }: Opening) => `${by} ${door}`;
