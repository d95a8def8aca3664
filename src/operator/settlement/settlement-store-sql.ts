// SQL of engagements and counters. The rows are sealed: nothing here knows whose they are. An engagement's first row is
// written by the ledger, together with the entry of its look-up.

import {
  BYTEA_ARRAY,
  type Database,
  INT_ARRAY,
  TEXT_ARRAY,
  type Transaction,
  UUID_ARRAY,
} from '../../db/database.ts';
import { Batcher } from '../../lib/batcher.ts';
import { uuidHex } from '../../lib/bytes.ts';
import { refusal } from '../errors.ts';
import type { FoundEngagement, SettlementStore, SettlementTransaction } from './settlement-store.ts';

const BATCH = { maxItems: 256, maxInFlight: 1, maxQueued: 20_000, overloaded: () => refusal('overloaded') };

export function sqlSettlementStore(sql: Database): SettlementStore {
  const engagements = new Batcher<string, FoundEngagement | null>({
    ...BATCH,
    async run(locators) {
      const rows = await sql<(FoundEngagement & { locator: string })[]>`
        select locator, insurer_id as "insurerId", sealed from engagements
        where locator = any(${sql.array([...locators], UUID_ARRAY)})`;
      const found = new Map(rows.map((row) => [uuidHex(row.locator), row]));
      return locators.map((locator) => found.get(locator) ?? null);
    },
  });
  return {
    find: (locator) => engagements.add(locator),
    async counters(locators) {
      const rows = await sql<{ locator: string; sealed: Buffer }[]>`
        select locator, sealed from counters where locator = any(${sql.array([...locators], UUID_ARRAY)})`;
      const found = new Map(rows.map((row) => [uuidHex(row.locator), contentOf(row.sealed)]));
      return locators.map((locator) => found.get(locator) ?? null);
    },
    async replaceEngagement(locator, { before, after }) {
      const [row] = await sql`
        update engagements set sealed = ${after} where locator = ${locator} and sealed = ${before} returning 1`;
      return row !== undefined;
    },
    transaction: (work) => sql.begin((tx) => work(transactionOn(tx))) as ReturnType<typeof work>,
  };
}

function transactionOn(sql: Transaction): SettlementTransaction {
  return {
    sql,

    async lockEngagement(locator) {
      const [row] = await sql<{ sealed: Buffer }[]>`
        select sealed from engagements where locator = ${locator} for update`;
      return row?.sealed ?? null;
    },

    async writeEngagement(locator, sealed) {
      await sql`update engagements set sealed = ${sealed} where locator = ${locator}`;
    },

    // An upsert in the order of the locators makes what is missing and locks what is there: two first takings of one
    // counter meet here, the second waits and then reads what the first has written.
    async lockCounters(rows) {
      const locked = await sql<{ locator: string; sealed: Buffer }[]>`
        insert into counters (locator, insurer_id, sealed, expires_on)
        select locator, insurer_id, '', expires_on::date from unnest(
          ${sql.array(
            rows.map((row) => row.locator),
            UUID_ARRAY,
          )},
          ${sql.array(
            rows.map((row) => row.insurerId),
            INT_ARRAY,
          )},
          ${sql.array(
            rows.map((row) => row.expiresOn),
            TEXT_ARRAY,
          )}
        ) as counter (locator, insurer_id, expires_on)
        order by locator
        on conflict (locator) do update set insurer_id = excluded.insurer_id
        returning locator, sealed`;
      return new Map(locked.map((row) => [uuidHex(row.locator), contentOf(row.sealed)]));
    },

    async writeCounters(rows) {
      await sql`
        update counters set sealed = counter.sealed, expires_on = counter.expires_on::date
        from unnest(
          ${sql.array(
            rows.map((row) => row.locator),
            UUID_ARRAY,
          )},
          ${sql.array(
            rows.map((row) => row.sealed),
            BYTEA_ARRAY,
          )},
          ${sql.array(
            rows.map((row) => row.expiresOn),
            TEXT_ARRAY,
          )}
        ) as counter (locator, sealed, expires_on)
        where counters.locator = counter.locator`;
    },
  };
}

/** Engagements whose claim is too late and counters whose last window is long over. */
export async function forgetSettled(sql: Database): Promise<void> {
  await sql`delete from engagements where expires_on < (now() at time zone 'Europe/Paris')::date`;
  await sql`delete from counters where expires_on < (now() at time zone 'Europe/Paris')::date`;
}

const contentOf = (sealed: Buffer) => (sealed.length === 0 ? null : sealed);
