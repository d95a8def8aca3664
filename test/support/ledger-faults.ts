// Makes a real store or a real vault fail at a chosen call, before its effect or after it. A fault may also be the
// death of the process: from then on nothing it calls happens any more.

import type { LedgerStore } from '../../src/operator/ledger/ledger-store.ts';
import type { Verb } from '../../src/vault/protocol.ts';
import type { VaultClient } from '../../src/vault/vault-client.ts';

/** A call that can fail: a verb of the vault, or a method of the store. */
export type FaultPoint = Verb | keyof LedgerStore;
export type Fault = {
  at: FaultPoint;
  /** The how manieth call of that point, from when the fault was set. */
  nth: number;
  when: 'before' | 'after';
  /** The process does not outlive it. */
  deadly: boolean;
};

export class InjectedFault extends Error {
  constructor(what: string) {
    super(`injected: ${what}`);
    this.name = 'InjectedFault';
  }
}

export class Faults {
  readonly calls = new Map<FaultPoint, number>();
  #fault: (Fault & { from: number }) | null = null;
  #fired = 0;
  #dead = false;

  /** Replaces the fault that has not fired yet. */
  set(fault: Fault): void {
    this.#fault = { ...fault, from: this.count(fault.at) };
  }

  /** From here on nothing goes wrong any more. */
  clear(): void {
    this.#fault = null;
  }

  count(point: FaultPoint): number {
    return this.calls.get(point) ?? 0;
  }

  get fired(): number {
    return this.#fired;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** A new process over the same things. */
  revive(): void {
    this.#dead = false;
  }

  async around<T>(point: FaultPoint, work: () => Promise<T>): Promise<T> {
    this.#refuseTheDead(point);
    this.calls.set(point, this.count(point) + 1);
    const fault = this.#due(point);
    if (fault?.when === 'before') this.#fire(fault);
    const result = await work();
    if (fault?.when === 'after') this.#fire(fault);
    this.#refuseTheDead(point);
    return result;
  }

  #due(point: FaultPoint): Fault | null {
    const fault = this.#fault;
    if (fault?.at !== point || this.count(point) - fault.from !== fault.nth) return null;
    this.#fault = null;
    return fault;
  }

  #fire(fault: Fault): never {
    this.#fired += 1;
    this.#dead ||= fault.deadly;
    throw new InjectedFault(`${fault.when} ${fault.at}`);
  }

  #refuseTheDead(point: FaultPoint): void {
    if (this.#dead) throw new InjectedFault(`${point} of a dead process`);
  }
}

export function faultyVault(vault: VaultClient, faults: Faults): VaultClient {
  return {
    call: (verb, input, bytes) => faults.around(verb, () => vault.call(verb, input, bytes)),
    close: () => vault.close(),
  };
}

export function faultyStore(store: LedgerStore, faults: Faults): LedgerStore {
  return {
    claim: () => faults.around('claim', () => store.claim()),
    commit: (...written) => faults.around('commit', () => store.commit(...written)),
    addCheckpoint: (checkpoint) => faults.around('addCheckpoint', () => store.addCheckpoint(checkpoint)),
    lastCheckpoint: () => faults.around('lastCheckpoint', () => store.lastCheckpoint()),
    leaves: (from, limit) => faults.around('leaves', () => store.leaves(from, limit)),
    committedEntries: (from, limit) =>
      faults.around('committedEntries', () => store.committedEntries(from, limit)),
    enteredJournalNos: (numbers) =>
      faults.around('enteredJournalNos', () => store.enteredJournalNos(numbers)),
    reconciledUpTo: () => faults.around('reconciledUpTo', () => store.reconciledUpTo()),
  };
}
