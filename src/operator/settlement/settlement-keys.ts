// The keys of sealed rows, asked of the vault; what is asked at the same moment is joined into one call. A key lives as
// long as the call it is for.

import type { AmcNo } from '../../core/ids.ts';
import { Batcher } from '../../lib/batcher.ts';
import type { OpenedDoor } from '../../vault/protocol.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { RowKey } from './sealed-row.ts';

/** Whose counter: `recordId` is 32 hexadecimal digits. */
export type CounterName = { readonly amcNo: AmcNo; readonly recordId: string; readonly counter: string };

export interface SettlementKeys {
  /** Of the engagement behind a door that the vault has opened, once its insurer is known. */
  engagement(amcNo: AmcNo, door: OpenedDoor): Promise<RowKey>;
  counter(name: CounterName): Promise<RowKey>;
}

const BATCH = { maxItems: 256, maxInFlight: 1, maxQueued: 20_000, overloaded: () => refusal('overloaded') };

export function vaultSettlementKeys(vault: VaultClient): SettlementKeys {
  const engagements = new Batcher<{ amcNo: AmcNo; locator: string; doorKey: string }, string>({
    ...BATCH,
    run: async (items) => (await vault.call('engagementKeys', { items: [...items] })).out.keys,
  });
  const counters = new Batcher<CounterName, RowKey>({
    ...BATCH,
    run: async (items) => (await vault.call('counterKeys', { items: [...items] })).out.items,
  });
  return {
    async engagement(amcNo, { locator, doorKey }) {
      return { locator, key: await engagements.add({ amcNo, locator, doorKey }) };
    },
    counter: (name) => counters.add(name),
  };
}
