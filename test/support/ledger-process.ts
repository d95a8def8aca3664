// The part of an operator process that writes the ledger: it starts as operator.ts starts it, answers checks as
// check-rights.ts does, and can be killed at any moment.

import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/db/database.ts';
import type { FatalError } from '../../src/lib/app-error.ts';
import { LedgerWriter } from '../../src/operator/ledger/ledger.ts';
import type { NewEntry, Receipt } from '../../src/operator/ledger/ledger-port.ts';
import type { LedgerStore } from '../../src/operator/ledger/ledger-store.ts';
import { sqlLedgerStore } from '../../src/operator/ledger/ledger-store-sql.ts';
import { reconcile } from '../../src/operator/ledger/reconcile.ts';
import type { VaultClient } from '../../src/vault/vault-client.ts';
import { Faults, faultyStore, faultyVault } from './ledger-faults.ts';
import { AMC_NO, CLAIRE, type LedgerWorld, openDoors } from './ledger-world.ts';

/** A check that was answered: what its asker holds. */
export type Answered = { journalNo: number | null; receipt: Receipt };

export class LedgerProcess {
  readonly log: Database;
  readonly store: LedgerStore;
  readonly vault: VaultClient;
  readonly ledger: LedgerWriter;
  readonly fatal: FatalError[];
  readonly #world: LedgerWorld;
  /** By which the server knows its connection. */
  readonly name: string;

  private constructor(parts: {
    world: LedgerWorld;
    log: Database;
    name: string;
    store: LedgerStore;
    vault: VaultClient;
    ledger: LedgerWriter;
    fatal: FatalError[];
  }) {
    this.log = parts.log;
    this.store = parts.store;
    this.vault = parts.vault;
    this.ledger = parts.ledger;
    this.fatal = parts.fatal;
    this.#world = parts.world;
    this.name = parts.name;
  }

  /** Claims the log and enters what an earlier process left out. */
  static async start(
    world: LedgerWorld,
    how: { faults?: Faults; port?: number } = {},
  ): Promise<LedgerProcess> {
    const { faults = new Faults() } = how;
    const name = `test-log-${randomUUID()}`;
    const log = world.database.login('log', { name, port: how.port });
    const store = faultyStore(sqlLedgerStore(log), faults);
    const vault = faultyVault(world.vault.client(), faults);
    const fatal: FatalError[] = [];
    try {
      const onFatal = (error: FatalError) => void fatal.push(error);
      const ledger = await LedgerWriter.open({ store, vault, clock: world.clock, onFatal });
      await reconcile({ store, vault, ledger });
      return new LedgerProcess({ world, log, name, store, vault, ledger, fatal });
    } catch (error) {
      await kill(world, { log, name, vault });
      throw error;
    }
  }

  /** The process is gone: nothing is finished, the database sees the connection end. */
  kill(): Promise<void> {
    return kill(this.#world, this);
  }

  /** Opens a door for each check, then answers all of them at once, and refusals too. Fulfilled = the answer left. */
  async serve(checks: number, refusals: number): Promise<PromiseSettledResult<Answered>[]> {
    const doors = checks === 0 ? [] : await openDoors(this.vault, checks).catch(() => []); // no door, no answer
    const answers = doors.map((journalNo) => this.#answer(journalNo));
    return Promise.allSettled([...answers, ...Array.from({ length: refusals }, () => this.#refuse())]);
  }

  async #answer(journalNo: number): Promise<Answered> {
    try {
      return { journalNo, receipt: await this.ledger.append(checked(journalNo)) };
    } catch (error) {
      this.ledger.owe(unanswered(journalNo));
      throw error;
    }
  }

  async #refuse(): Promise<Answered> {
    return { journalNo: null, receipt: await this.ledger.append(refused()) };
  }
}

async function kill(
  { database }: LedgerWorld,
  { log, name, vault }: { log: Database; name: string; vault: VaultClient },
): Promise<void> {
  await vault.close();
  const ended = log.end({ timeout: 0 });
  await endConnection(database.owner, name);
  await ended;
}

/** Ends a connection from the server's side; resolves when the server has let go of everything it held. */
export async function endConnection(owner: Database, name: string): Promise<void> {
  const end = () =>
    owner`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${name}`;
  while ((await end()).length > 0);
}

/** The entry of an answered check. Unless told otherwise, every second door leads to somebody. */
export function checked(journalNo: number, recordId = journalNo % 2 === 1 ? newRecordId() : null): NewEntry {
  return {
    about: recordId === null ? null : { amcNo: AMC_NO, recordId },
    member: { ...byClaire, purpose: 'PHAR', fields: ['covered', 'coverTo'], outcome: '000' },
    rest: {
      event: 'rights.checked',
      account: CLAIRE.account,
      client: CLAIRE.client,
      asked: AMC_NO,
      journalNo,
    },
    replay: {
      asker: CLAIRE.client,
      requestId: randomUUID(),
      tag: newRecordId(),
      sealAnswer: (receipt) => Buffer.from(JSON.stringify(receipt)),
    },
  };
}

export function newRecordId(): string {
  return randomUUID().replaceAll('-', '');
}

export function unanswered(journalNo: number): NewEntry {
  return {
    about: null,
    member: { ...byClaire, purpose: 'PHAR', fields: [], outcome: null },
    rest: {
      event: 'rights.unanswered',
      account: CLAIRE.account,
      client: CLAIRE.client,
      asked: AMC_NO,
      journalNo,
    },
  };
}

export function refused(): NewEntry {
  return {
    about: null,
    member: { ...byClaire, purpose: null, fields: [], outcome: null },
    rest: {
      event: 'call.refused',
      account: CLAIRE.account,
      client: CLAIRE.client,
      path: '/v1/eligibility',
      code: 'invalid',
    },
  };
}

const byClaire = { by: CLAIRE.profession, structure: CLAIRE.structure, evidence: 'member-number' };
