// Asks the vault to open doors, joining what arrives at the same moment into one call. Turns the vault's refusals
// into the operator's.

import { Batcher } from '../../lib/batcher.ts';
import type { OpenItem, OpenOutcome } from '../../vault/protocol.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';

export interface DoorOpener {
  /** The opened door; throws `budget-exhausted`, `certificate-unknown` or `disconnected`. */
  open(item: OpenItem): Promise<Extract<OpenOutcome, { ok: true }>>;
}

export function vaultDoorOpener(vault: VaultClient): DoorOpener {
  const batcher = new Batcher<OpenItem, OpenOutcome>({
    maxItems: 256,
    maxInFlight: 1,
    maxQueued: 20_000,
    overloaded: () => refusal('overloaded'),
    run: async (items) => (await vault.call('open', { items: [...items] })).out.items,
  });
  return {
    async open(item) {
      const outcome = await batcher.add(item);
      if (outcome.ok) return outcome;
      switch (outcome.code) {
        case 'budget-exhausted':
          throw refusal('budget-exhausted', {
            budget: outcome.budget,
            retryAfterSeconds: outcome.retryAfterSeconds,
          });
        case 'not-enrolled':
          throw refusal('certificate-unknown');
        case 'insurer-unknown':
          throw refusal('routing-unknown');
      }
    },
  };
}
