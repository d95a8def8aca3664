// SQL of the drills, all of it as the owner of a throw-away database: an invented past, what the guard noticed, the end.

import { INT_ARRAY, openDatabase, TEXT_ARRAY, UUID_ARRAY } from '../db/database.ts';
import { OPERATOR_DUTIES } from '../demo/demo-store-sql.ts';
import { sqlExposureEntries, sqlPersonRefs } from '../operator/breach/exposure-store-sql.ts';
import type { ExposureListing } from '../operator/breach/list-exposure.ts';
import { postListing } from '../operator/breach/listing-store-sql.ts';
import type { AccountState, DayCounts } from '../operator/guard/guard-store.ts';

export type DrillStore = ReturnType<typeof sqlDrillStore>;

export type StoredPast = {
  days: readonly DayCounts[];
  accounts: readonly { account: string; state: AccountState }[];
};
/** `atMs`: milliseconds since 1970 on the platform's clock. */
export type NoticedAlarm = {
  atMs: number;
  detector: string;
  scope: string;
  account: string | null;
  response: string;
};

const ROWS = 20_000;

export function sqlDrillStore(ownerUrl: string) {
  const owner = openDatabase(ownerUrl, { max: 1, applicationName: 'rempart-drill' });
  return {
    /** Tags of site and person, as if their cards had been seen on that day. */
    async knowPatients(tags: readonly string[], day: string): Promise<void> {
      for (let i = 0; i < tags.length; i += ROWS) {
        await owner`
          insert into known_patients (tag, last_seen)
          select unnest(${owner.array(tags.slice(i, i + ROWS), UUID_ARRAY)}::uuid[]), ${day}::date
          on conflict (tag) do nothing`;
      }
    },

    /** What the guard measures days against. The operator must not be running: it reads this when it starts. */
    async replacePast({ days, accounts }: StoredPast): Promise<void> {
      await owner`delete from guard_days`;
      await owner`delete from guard_accounts`;
      for (let i = 0; i < days.length; i += ROWS) {
        const part = days.slice(i, i + ROWS);
        await owner`
          insert into guard_days (account, day, strangers, regulars)
          select * from unnest(
            ${owner.array(
              part.map(({ account }) => account),
              TEXT_ARRAY,
            )}::text[],
            ${owner.array(
              part.map(({ day }) => day),
              TEXT_ARRAY,
            )}::text[]::date[],
            ${owner.array(
              part.map(({ strangers }) => strangers),
              INT_ARRAY,
            )}::int[],
            ${owner.array(
              part.map(({ regulars }) => regulars),
              INT_ARRAY,
            )}::int[])`;
      }
      await owner`
        insert into guard_accounts (account, state)
        select account, state from jsonb_to_recordset(${owner.json(accounts as never)}) as t(account text, state jsonb)`;
      await owner`update guard_mark set through_seq = coalesce((select max(seq) from ledger_entries), -1)`;
    },

    /** Oldest first. */
    async alarms(): Promise<NoticedAlarm[]> {
      return owner<NoticedAlarm[]>`
        select (extract(epoch from at) * 1000)::float8 as "atMs", detector, scope, account, response
        from guard_alarms order by at`;
    },

    /** Every value of every row; resolves with the number of tables. */
    async dump(take: (value: unknown) => void): Promise<number> {
      const tables = await owner<{ name: string }[]>`
        select tablename as name from pg_tables where schemaname = 'public'`;
      for (const { name } of tables) {
        for await (const rows of owner`select * from ${owner(name)}`.cursor(1_000)) {
          for (const row of rows) for (const value of Object.values(row)) take(value);
        }
      }
      return tables.length;
    },

    /** For a list of who was exposed. */
    exposureSources: () => ({ entries: sqlExposureEntries(owner), persons: sqlPersonRefs(owner) }),

    /** Resolves when the running operator has entered it. */
    enterListing: (listing: ExposureListing) => postListing(owner, listing, 10_000),

    close: () => owner.end({ timeout: 1 }),
  };
}

/** A database that nobody keeps, with its logins. */
export async function dropDatabase(postgresUrl: string, name: string): Promise<void> {
  const server = openDatabase(postgresUrl, { max: 1, applicationName: 'rempart-drill' });
  await server.unsafe(`drop database if exists ${name} with (force)`);
  for (const duty of OPERATOR_DUTIES) await server.unsafe(`drop role if exists ${name}_${duty}`);
  await server.end({ timeout: 1 });
}
