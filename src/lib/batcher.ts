// Joins calls that arrive within a moment into one call with a list: the vault and the database cost
// per round trip, not per item (TECHNOLOGY.md 2). It must never drop a call or answer one with another's result.

type Waiting<In, Out> = { item: In; resolve(out: Out): void; reject(error: unknown): void };

export type BatcherOptions<In, Out> = {
  /** Handles one batch; returns one result per item, in the same order. A throw fails the whole batch. */
  run(items: readonly In[]): Promise<readonly Out[]>;
  /** Upper bound of one batch: bounds the frame and the query. */
  maxItems: number;
  /** How many batches may be under way at once; further items wait and make the next batch larger. */
  maxInFlight: number;
  /** Upper bound of the queue; beyond it `add` fails at once, so that overload is refused and not hoarded. */
  maxQueued: number;
  /** Made when the queue is full. */
  overloaded(): Error;
};

/**
 * A batch leaves when the event loop has handled what was already there (setImmediate): under light load
 * that is at once with one item, under heavy load with everything that came in meanwhile. No timer, no delay.
 */
export class Batcher<In, Out> {
  readonly #options: BatcherOptions<In, Out>;
  #queue: Waiting<In, Out>[] = [];
  #inFlight = 0;
  #scheduled = false;

  constructor(options: BatcherOptions<In, Out>) {
    this.#options = options;
  }

  add(item: In): Promise<Out> {
    if (this.#queue.length >= this.#options.maxQueued) return Promise.reject(this.#options.overloaded());
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= this.#options.maxInFlight || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const batch = this.#queue.splice(0, this.#options.maxItems);
    if (batch.length === 0) return;
    this.#inFlight += 1;
    this.#schedule();
    try {
      const results = await this.#options.run(batch.map((waiting) => waiting.item));
      if (results.length !== batch.length) throw new Error('a batch must give one result per item');
      for (const [i, waiting] of batch.entries()) waiting.resolve(results[i] as Out);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      this.#inFlight -= 1;
      this.#schedule();
    }
  }
}
