// PURE. A bounded amount of something (bytes in memory, feeds under way) that callers take and give back, first come
// first served. Must never hand out more than there is.

type Waiting = { amount: number; enter(): void };

export class Room {
  readonly #size: number;
  readonly #mostWaiting: number;
  readonly #waiting: Waiting[] = [];
  #taken = 0;

  constructor(size: number, mostWaiting: number) {
    this.#size = size;
    this.#mostWaiting = mostWaiting;
  }

  /**
   * Resolves when there is room, with the way to give it back (calling it twice does nothing). An amount larger than
   * the whole room takes the whole room. Null at once when too many wait already.
   */
  async take(amount: number): Promise<(() => void) | null> {
    const needed = Math.min(amount, this.#size);
    if (this.#waiting.length > 0 || this.#taken + needed > this.#size) {
      if (this.#waiting.length >= this.#mostWaiting) return null;
      await new Promise<void>((enter) => this.#waiting.push({ amount: needed, enter }));
    } else {
      this.#taken += needed;
    }
    return this.#giver(needed);
  }

  #giver(amount: number): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#taken -= amount;
      this.#admit();
    };
  }

  // The amount is taken here, on behalf of the one who enters: nobody can slip in between.
  #admit(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#taken + next.amount > this.#size) return;
      this.#waiting.shift();
      this.#taken += next.amount;
      next.enter();
    }
  }
}
