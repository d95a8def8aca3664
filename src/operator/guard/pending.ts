// What the guard has to write and has not written yet. A write that fails loses nothing: everything is there for the next
// one. If we crash first, the ledger's entries make it again.

import type { Alarm } from './alarm.ts';
import type { DayCounts, Ended, GuardStore } from './guard-store.ts';
import type { Watched } from './watched.ts';

export class Pending {
  readonly #store: Pick<GuardStore, 'save'>;
  #changed = new Set<Watched>();
  #days: DayCounts[] = [];
  #alarms: Alarm[] = [];
  #ended: Ended[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Pick<GuardStore, 'save'>) {
    this.#store = store;
  }

  /** Its counters have moved. Those of an exercise are nobody's and are not kept. */
  changed(watched: Watched): void {
    if (!watched.isExercise) this.#changed.add(watched);
  }

  day(day: DayCounts): void {
    this.#days.push(day);
  }

  alarm(alarm: Alarm): void {
    this.#alarms.push(alarm);
  }

  ended(ended: Ended): void {
    this.#ended.push(ended);
  }

  /** One write after the other. `throughSeq`: the last entry that the counters of this moment know. */
  write(throughSeq: () => number): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#writeNow(throughSeq()));
    return this.#writing;
  }

  async #writeNow(throughSeq: number): Promise<void> {
    const [changed, days, alarms, ended] = [this.#changed, this.#days, this.#alarms, this.#ended];
    if (changed.size + days.length + alarms.length + ended.length === 0) return;
    [this.#changed, this.#days, this.#alarms, this.#ended] = [new Set(), [], [], []];
    const accounts = [...changed].map(({ account, state }) => ({ account, state }));
    try {
      await this.#store.save({ throughSeq, accounts, days, alarms, ended });
    } catch (error) {
      for (const watched of changed) this.#changed.add(watched); // as they are by then
      this.#days.unshift(...days);
      this.#alarms.unshift(...alarms);
      this.#ended.unshift(...ended);
      throw error;
    }
  }
}
