// Asks the vault to open doors, joining what arrives at the same moment into one call. Turns the vault's refusals
// into the operator's.

import { Batcher } from '../../lib/batcher.ts';
import type { EngagementItem, OpenedEngagement, OpenItem, OpenOutcome } from '../../vault/protocol.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';

/** A door, or a card that opens none. */
export type Opening = Extract<OpenOutcome, { ok: true } | { code: 'card-refused' }>;

/** What the vault answers to that item: an engagement is never refused as a card is. */
type OpeningOf<Item extends OpenItem> = Item extends EngagementItem
  ? OpenedEngagement
  : Exclude<Opening, OpenedEngagement>;

export interface DoorOpener {
  /** Throws `budget-exhausted`, `identity-closed`, `fresh-sign-in-required`, `certificate-unknown`, `token-invalid`, `session-ended` or `disconnected`. */
  open<Item extends OpenItem>(item: Item): Promise<OpeningOf<Item>>;
}

/** Told of every reply, and of every call that failed: a door may stand open that nobody came through. */
export type ReplyWatch = { seen(journalNo: number): void; lost(): void };

export function vaultDoorOpener(vault: VaultClient, watch: ReplyWatch): DoorOpener {
  const batcher = new Batcher<OpenItem, OpenOutcome>({
    maxItems: 256,
    maxInFlight: 1,
    maxQueued: 20_000,
    overloaded: () => refusal('overloaded'),
    run: (items) =>
      vault.call('open', { items: [...items] }).then(
        ({ out }) => out.items,
        (error: unknown) => {
          watch.lost();
          throw error;
        },
      ),
  });
  return {
    async open<Item extends OpenItem>(item: Item) {
      const outcome = await batcher.add(item);
      if (outcome.ok) {
        watch.seen(outcome.journalNo);
        return outcome as OpeningOf<Item>; // the vault's word: it answers what it was asked
      }
      switch (outcome.code) {
        case 'budget-exhausted':
          throw refusal('budget-exhausted', {
            budget: outcome.budget,
            retryAfterSeconds: outcome.retryAfterSeconds,
          });
        case 'not-enrolled':
          throw refusal('certificate-unknown');
        case 'proof-refused':
          throw refusal(item.proof.kind === 'token' ? 'token-invalid' : 'session-ended');
        case 'identity-closed':
        case 'fresh-sign-in-required':
          throw refusal(outcome.code);
        case 'card-refused':
          return outcome as OpeningOf<Item>;
        case 'insurer-unknown':
          throw refusal('routing-unknown');
      }
    },
  };
}
