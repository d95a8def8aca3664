// The ledger's tag of the person behind a record, asked while the record is still being read: one hop less before
// the answer. Calls of one moment are joined; a decoy is tagged like anybody else, so that nothing tells them apart.

import type { AmcNo } from '../../core/ids.ts';
import { Batcher } from '../../lib/batcher.ts';
import { type Clock, timestamp } from '../../lib/clock.ts';
import type { TagItem } from '../../vault/protocol.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { PersonTag } from '../ledger/ledger-port.ts';

export interface PersonTagger {
  /** `recordId`: 32 hexadecimal digits. The tag is of the present month. */
  tag(amcNo: AmcNo, recordId: string): Promise<PersonTag>;
}

export function vaultPersonTagger(vault: VaultClient, clock: Clock): PersonTagger {
  const batcher = new Batcher<TagItem, PersonTag>({
    maxItems: 256,
    maxInFlight: 1,
    maxQueued: 20_000,
    overloaded: () => refusal('overloaded'),
    async run(items) {
      const month = timestamp(clock.nowMs()).slice(0, 7);
      const { out } = await vault.call('tag', { month, items: [...items] });
      return out.tags.map((tag) => ({ month, tag }));
    },
  });
  return { tag: (amcNo, recordId) => batcher.add({ amcNo, recordId }) };
}
