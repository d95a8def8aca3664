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
  /**
   * `recordId`: 32 hexadecimal digits. The tag is of the present month. `known`: the tag of this site and this person,
   * for the door of that journal line; null where it proves nothing.
   */
  tag(amcNo: AmcNo, recordId: string, journalNo: number): Promise<PersonTag & { known: string | null }>;
}

export function vaultPersonTagger(vault: VaultClient, clock: Clock): PersonTagger {
  const batcher = new Batcher<TagItem, PersonTag & { known: string | null }>({
    maxItems: 256,
    maxInFlight: 1,
    maxQueued: 20_000,
    overloaded: () => refusal('overloaded'),
    async run(items) {
      const month = timestamp(clock.nowMs()).slice(0, 7);
      const { out } = await vault.call('tag', { month, items: [...items] });
      return out.tags.map((tag, i) => ({ month, tag, known: out.known[i] ?? null }));
    },
  });
  return { tag: (amcNo, recordId, journalNo) => batcher.add({ amcNo, recordId, journalNo }) };
}
