// Puts settlement together: its stores, keys, tables and products, on what the operator has already opened.

import type { CareDate } from '../../core/period.ts';
import { sha256Hex } from '../../crypto/digest.ts';
import type { Database } from '../../db/database.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import type { Directory } from '../access/directory.ts';
import type { DoorOpener } from '../check/door-opener.ts';
import type { Once } from '../check/once.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import type { Guard } from '../guard/guard.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { NoticeStore } from '../notices/notice-store.ts';
import { sqlBankDetailsStore } from './bank-details-store-sql.ts';
import { sqlClaimStore } from './claim-store-sql.ts';
import { Counters } from './counters.ts';
import { Engagements } from './engagements.ts';
import { EquipmentHistories } from './equipment-history.ts';
import { sqlPaymentsStore } from './payments/payments-store-sql.ts';
import { PriorAgreementDesk } from './prior-agreement-desk.ts';
import { progressOf } from './prior-agreement-store.ts';
import { sqlPriorAgreementStore } from './prior-agreement-store-sql.ts';
import { Products } from './products.ts';
import { sqlProductsStore } from './products-store-sql.ts';
import { vaultSettlementKeys } from './settlement-keys.ts';
import { sqlSettlementStore } from './settlement-store-sql.ts';
import { readTables } from './tables.ts';

type Opened = {
  clock: Clock;
  directory: Directory;
  switchboard(): Switchboard;
  once: Once;
  guard: Guard;
  doors: DoorOpener;
  vault: VaultClient;
  ledger: Ledger;
  /** Whom an insurer calls how. */
  references: Pick<NoticeStore, 'subjectRef'>;
  /** `reserve`: for what is answered only after a ledger entry, which makes it durable too. */
  databases: { settle: Database; reserve: Database };
};

export type Settlement = Awaited<ReturnType<typeof openSettlement>>;

export async function openSettlement(config: { tariffsDirectory: string | null }, opened: Opened) {
  const { databases, ...around } = opened;
  const database = databases.settle;
  const { clock, vault, ledger } = around;
  const store = sqlSettlementStore(databases.reserve);
  const keys = vaultSettlementKeys(vault);
  const products = new Products(sqlProductsStore(database));
  await products.load();
  const agreements = sqlPriorAgreementStore(database);
  return {
    ...around,
    tables: await readTables(config.tariffsDirectory),
    products,
    claims: sqlClaimStore(database),
    payments: sqlPaymentsStore(database),
    bankDetails: sqlBankDetailsStore(database),
    counters: new Counters({ store, keys }),
    engagements: new Engagements({ ...around, store, keys }),
    agreements,
    histories: new EquipmentHistories(keys),
    priorAgreements: new PriorAgreementDesk({ store: agreements, vault, ledger, clock }),
    priorAgreement: async (engagementNo: string) =>
      progressOf(await agreements.standingOf(sha256Hex(engagementNo), parisDate(clock.nowMs()) as CareDate)),
  };
}
