// What settlement asks of the vault beside doors and bank details: keys of engagements and counters, claims sealed until
// they are paid. It must never make a key for what no opened door, and open no claim that no approved run, stands for.

import type { AmcNo } from '../core/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { ApprovedRuns } from './approved-runs.ts';
import type { CounterAllowance } from './counter-allowance.ts';
import { prf } from './derive.ts';
import { contentKey, counterPlace } from './engagements.ts';
import type { Journal } from './journal.ts';
import type { ClaimKeys, InsurerKeys, Keyring } from './keyring.ts';
import type { Meter } from './meter.ts';
import type { SealedPlace, VaultVerbs } from './protocol.ts';
import { Refusal } from './refusal.ts';
import { openText, sealText } from './sealed-text.ts';

export type SettlementParts = {
  keyring: Pick<Keyring, 'claimKeys'>;
  counterAllowance: CounterAllowance;
  meter: Meter;
  runs: ApprovedRuns;
  journal: Journal;
  clock: Clock;
  /** Refuses while locked, also when a lock arrives meanwhile. */
  whileOpen<T>(work: () => Promise<T>): Promise<T>;
  /** Of every insurer named; refuses `insurer-unknown`. */
  keysOf(amcNos: readonly AmcNo[]): Promise<(amcNo: AmcNo) => InsurerKeys>;
};

export class Settlement {
  readonly #parts: SettlementParts;
  constructor(parts: SettlementParts) {
    this.#parts = parts;
  }

  /** Needs the door's key, which only `open` gives: no more can be had here than was opened. */
  engagementKeys(items: VaultVerbs['engagementKeys']['in']['items']): Promise<string[]> {
    return this.#parts.whileOpen(async () => {
      const keys = await this.#keysFor(items);
      return items.map(({ amcNo, locator, doorKey }) => {
        const door = { locator: Buffer.from(locator, 'hex'), doorKey: Buffer.from(doorKey, 'base64url') };
        return contentKey(keys(amcNo), door).toString('base64url');
      });
    });
  }

  /**
   * The operator holds the ids of all its records: without the allowance, who took it over would read from the counters
   * what care each of them had. So it gets a few for each door that left a line.
   */
  counterKeys(items: VaultVerbs['counterKeys']['in']['items']): Promise<SealedPlace[]> {
    return this.#parts.whileOpen(async () => {
      const keys = await this.#keysFor(items);
      if (!this.#parts.counterAllowance.take(items.length)) {
        throw new Refusal('counters-exhausted');
      }
      return items.map(({ amcNo, recordId, counter }) => counterPlace(keys(amcNo), recordId, counter));
    });
  }

  /** Gains nobody anything: who took the operator over sees a claim when it arrives, and can compare two of them itself. */
  sealClaims({ amcNo, items }: VaultVerbs['sealClaims']['in']): Promise<VaultVerbs['sealClaims']['out']> {
    return this.#parts.whileOpen(async () => {
      await this.#parts.keysOf([amcNo]); // made at first use
      const { seal, guard: guardKey } = await this.#claimKeys(amcNo);
      return {
        items: items.map(({ text, guard }) => ({
          sealed: sealText(seal, amcNo, text),
          tag: prf(guardKey, Buffer.from(guard, 'utf8')).toString('hex', 0, 16),
        })),
      };
    });
  }

  /**
   * Only within the hour after bank details were opened for a run that two persons have signed, and then also while locked.
   * Counted and written down: who took the operator over waits for such a run, and how much it reads then is seen.
   */
  async openClaims({ amcNo, run, sealed }: VaultVerbs['openClaims']['in']): Promise<string[]> {
    const { runs, meter, journal, clock } = this.#parts;
    const nowMs = clock.nowMs();
    if (!runs.isOpen(run, nowMs)) throw new Refusal('approval-refused');
    const { seal } = await this.#claimKeys(amcNo);
    if (!meter.take('claimsPerInsurerPerDay', amcNo, { units: sealed.length, nowMs })) {
      throw new Refusal('claims-exhausted');
    }
    journal.append({ do: 'claims', insurer: amcNo, run, count: sealed.length }, nowMs);
    await journal.flushed();
    return sealed.map((one) => {
      const text = openText(seal, amcNo, one);
      if (text === null) throw new Refusal('bad-call');
      return text;
    });
  }

  #keysFor(items: readonly { amcNo: AmcNo }[]) {
    return this.#parts.keysOf(items.map(({ amcNo }) => amcNo));
  }

  async #claimKeys(amcNo: AmcNo): Promise<ClaimKeys> {
    const keys = await this.#parts.keyring.claimKeys(amcNo);
    if (!keys) throw new Refusal('insurer-unknown');
    return keys;
  }
}
