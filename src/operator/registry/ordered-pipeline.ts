// PURE. Several pieces of work at once, finished one at a time in the order in which they began: blocks are sealed in
// parallel and staged in order. Must never finish anything after a failure, nor run more at once than it was told.

import { Room } from './room.ts';

export class OrderedPipeline {
  readonly #room: Room;
  #tail: Promise<unknown> = Promise.resolve();
  #failure: { error: unknown } | null = null;

  constructor(mostAtOnce: number) {
    this.#room = new Room(mostAtOnce, Number.POSITIVE_INFINITY);
  }

  /**
   * Begins `work` as soon as there is room and returns; `finish` runs after everything begun before has finished.
   * `always` runs last, once `run` has resolved, whatever happened.
   */
  async run<T>(steps: {
    work: () => Promise<T>;
    finish: (result: T) => Promise<void>;
    always: () => void;
  }): Promise<void> {
    const giveBack = await this.#room.take(1);
    this.#throwFailure();
    const working = steps.work();
    this.#tail = Promise.allSettled([this.#tail, working]).then(async () => {
      try {
        const result = await working;
        if (this.#failure === null) await steps.finish(result);
      } catch (error) {
        this.#failure ??= { error };
      } finally {
        giveBack?.();
        steps.always();
      }
    });
  }

  /** Resolves when everything is finished; throws the first failure. */
  async end(): Promise<void> {
    await this.#tail;
    this.#throwFailure();
  }

  /** Finishes nothing more, and resolves when nothing runs any more. */
  async abandon(because: unknown): Promise<void> {
    this.#failure ??= { error: because };
    await this.#tail;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
