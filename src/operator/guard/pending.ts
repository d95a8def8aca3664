// What the guard has to write and has not written yet. A write that fails loses nothing: everything is there for the next
// one. If we crash first, the ledger's entries make it again.

import type { Alarm } from './alarm.ts';
import type { DayCounts, Ended, GuardStore } from './guard-store.ts';
import type { Watched } from './watched.ts';

export class Pending {
  readonly #store: Pick<GuardStore, 'save'>;
  #changed = new Set<Watched>();
  /** By account and day, so that one write never has a day twice: the database would refuse it, again and again. */
  #days = new Map<string, DayCounts>();
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
    this.#days.set(nameOf(day), day);
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
    if (changed.size + days.size + alarms.length + ended.length === 0) return;
    [this.#changed, this.#days, this.#alarms, this.#ended] = [new Set(), new Map(), [], []];
    const accounts = [...changed].map(({ account, state }) => ({ account, state }));
    try {
      await this.#store.save({ throughSeq, accounts, days: [...days.values()], alarms, ended });
    } catch (error) {
      for (const watched of changed) this.#changed.add(watched); // as they are by then
      this.#days = new Map([...days, ...this.#days]); // what came meanwhile is the later word
      this.#alarms.unshift(...alarms);
      this.#ended.unshift(...ended);
      throw error;
    }
  }
}

const nameOf = ({ account, day }: DayCounts) => `${account} ${day}`;
