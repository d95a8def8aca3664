// Whom a site knows (DESIGN.md 4): its look-up by card is noted under a tag that only the vault can make, and finds
// that tag again when the same person comes without the card. A note that is lost costs a unit, never an answer.

import { Batcher } from '../../lib/batcher.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { KnownPatientStore } from './known-patient-store.ts';

export interface KnownPatients {
  /** Did this site see the card of this person within 24 months? */
  has(tag: string): Promise<boolean>;
  /** It has now. Nobody waits for it. */
  saw(tag: string): void;
  /** The unit of a typed look-up about a patient the site knows. Nobody waits for it. */
  giveBack(journalNo: number): void;
}

const BATCH = { maxItems: 256, maxInFlight: 1, maxQueued: 20_000, overloaded: () => refusal('overloaded') };

export function knownPatients(parts: {
  store: KnownPatientStore;
  vault: VaultClient;
  clock: Clock;
}): KnownPatients {
  const { store, vault, clock } = parts;
  const questions = new Batcher<string, boolean>({
    ...BATCH,
    async run(tags) {
      const known = await store.known(tags);
      return tags.map((tag) => known.has(tag));
    },
  });
  const notes = new Batcher<string, void>({
    ...BATCH,
    async run(tags) {
      await store.note(tags, parisDate(clock.nowMs()));
      return tags.map(() => undefined);
    },
  });
  const returns = new Batcher<number, boolean>({
    ...BATCH,
    run: async (journalNos) => (await vault.call('giveBack', { journalNos: [...journalNos] })).out.given,
  });
  const forget = () => undefined; // the site types once more, or has a unit less
  return {
    has: (tag) => questions.add(tag),
    saw: (tag) => void notes.add(tag).catch(forget),
    giveBack: (journalNo) => void returns.add(journalNo).catch(forget),
  };
}
