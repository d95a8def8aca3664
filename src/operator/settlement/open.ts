// Puts settlement together: its stores, keys, tables and products, on what the operator has already opened.

import type { Database } from '../../db/database.ts';
import type { Clock } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import type { Directory } from '../access/directory.ts';
import type { DoorOpener } from '../check/door-opener.ts';
import type { Once } from '../check/once.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import type { Guard } from '../guard/guard.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import { sqlClaimStore } from './claim-store-sql.ts';
import { Counters } from './counters.ts';
import { Engagements } from './engagements.ts';
import type { PriorAgreementState } from './product-shapes.ts';
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
  database: Database;
};

export type Settlement = Awaited<ReturnType<typeof openSettlement>>;

export async function openSettlement(config: { tariffsDirectory: string | null }, opened: Opened) {
  const { database, vault, ...around } = opened;
  const store = sqlSettlementStore(database);
  const keys = vaultSettlementKeys(vault);
  const products = new Products(sqlProductsStore(database));
  await products.load();
  return {
    ...around,
    tables: await readTables(config.tariffsDirectory),
    products,
    vault,
    claims: sqlClaimStore(database),
    counters: new Counters({ store, keys }),
    engagements: new Engagements({ ...around, store, keys }),
    priorAgreement: async (): Promise<PriorAgreementState> => 'needed',
  };
}
