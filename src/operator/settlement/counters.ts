// What is left of somebody's yearly amounts: rows found by a keyed PRF, so that a dump does not say who had what. They
// are locked in one order, and what a quote takes is written together with that quote or not at all.

import { type CounterState, giveBack, prune, type Taken, take } from '../../core/counters.ts';
import type { AmcNo } from '../../core/ids.ts';
import { addDays, type CareDate } from '../../core/period.ts';
import { LATEST_CLAIM_DAYS } from './engagement.ts';
import { openRow, type RowKey, sealRow } from './sealed-row.ts';
import type { SettlementKeys } from './settlement-keys.ts';
import type { SettlementStore, SettlementTransaction } from './settlement-store.ts';

/** Whose counters. */
export type CounterOwner = { readonly amcNo: AmcNo; readonly insurerId: number; readonly recordId: string };
/** By name, as core/quote.ts names them. */
export type CounterStates = ReadonlyMap<string, CounterState>;

type Named = RowKey & { readonly counter: string };

export class Counters {
  readonly #store: Pick<SettlementStore, 'counters'>;
  readonly #keys: SettlementKeys;

  constructor(parts: { store: Pick<SettlementStore, 'counters'>; keys: SettlementKeys }) {
    this.#store = parts.store;
    this.#keys = parts.keys;
  }

  /** As they stand at this moment; another quote may change them at the next. */
  async read(owner: CounterOwner, names: readonly string[]): Promise<CounterStates> {
    if (names.length === 0) return new Map();
    const rows = await this.#named(owner, names);
    const sealed = await this.#store.counters(rows.map(({ locator }) => locator));
    return new Map(rows.map((row, i) => [row.counter, stateIn(row, sealed[i] ?? null)]));
  }

  /** As they stand, and stay until `tx` ends; `keep` writes what became of them. `today`: Paris. */
  async locked(
    tx: SettlementTransaction,
    owner: CounterOwner,
    { names, today }: { names: readonly string[]; today: CareDate },
  ): Promise<{ states: CounterStates; keep(states: CounterStates): Promise<void> }> {
    if (names.length === 0) return { states: new Map(), keep: async () => undefined };
    const { insurerId } = owner;
    const rows = await this.#named(owner, names);
    const sealed = await tx.lockCounters(
      rows.map(({ locator }) => ({ locator, insurerId, expiresOn: keptUntil([], today) })),
    );
    return {
      states: new Map(rows.map((row) => [row.counter, stateIn(row, sealed.get(row.locator) ?? null)])),
      keep: (states) =>
        tx.writeCounters(
          rows.map((row) => {
            const state = prune(states.get(row.counter) ?? [], addDays(today, -LATEST_CLAIM_DAYS));
            const { locator } = row;
            return {
              locator,
              insurerId,
              sealed: sealRow('counter', row, state),
              expiresOn: keptUntil(state, today),
            };
          }),
        ),
    };
  }

  /** Within `tx`, as if none of this had been taken. `today`: Paris. */
  async giveBack(
    tx: SettlementTransaction,
    owner: CounterOwner,
    { taken, today }: { taken: readonly Taken[]; today: CareDate },
  ): Promise<void> {
    const names = [...new Set(taken.map(({ counter }) => counter))];
    const { states, keep } = await this.locked(tx, owner, { names, today });
    await keep(givenBack(states, taken));
  }

  #named({ amcNo, recordId }: CounterOwner, names: readonly string[]): Promise<Named[]> {
    return Promise.all(
      names.map(async (counter) => ({
        counter,
        ...(await this.#keys.counter({ amcNo, recordId, counter })),
      })),
    );
  }
}

/** As if none of this had been taken. */
export function givenBack(states: CounterStates, taken: readonly Taken[]): CounterStates {
  return changed(states, taken, giveBack);
}

/** With all of this used. */
export function takenFrom(states: CounterStates, taken: readonly Taken[]): CounterStates {
  return changed(states, taken, take);
}

function changed(states: CounterStates, taken: readonly Taken[], how: typeof take): CounterStates {
  const after = new Map(states);
  for (const part of taken) after.set(part.counter, how(after.get(part.counter) ?? [], part));
  return after;
}

function stateIn(row: Named, sealed: Buffer | null): CounterState {
  if (sealed === null) return [];
  const state = openRow<CounterState>('counter', row, sealed);
  if (!state) throw new Error('a counter does not open with its key');
  return state;
}

/** As long as a claim for care in its last window can come: one that finds no window would have the whole amount anew. */
function keptUntil(state: CounterState, today: CareDate): CareDate {
  return addDays(
    state.reduce<CareDate>((last, { to }) => (to > last ? to : last), today),
    LATEST_CLAIM_DAYS,
  );
}
