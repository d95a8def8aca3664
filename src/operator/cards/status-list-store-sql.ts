// SQL of the status lists. Runs under the role that writes records and doors.

import { type Database, UUID_ARRAY } from '../../db/database.ts';
import type { StatusListStore, StoredShard } from './status-list-store.ts';

/** The number of card doors in `doors` (DESIGN.md 3). */
const CARD_DOOR = 1;

export function sqlStatusListStore(sql: Database): StatusListStore {
  return {
    all: () => sql<StoredShard[]>`select shard, token from status_lists`,
    publish: ({ shard, amcNo, issuedAtMs, token, locators }) =>
      sql.begin(async (tx) => {
        await tx`
          insert into status_lists (shard, insurer_id, issued_at, token)
          select ${shard}, id, ${new Date(issuedAtMs)}, ${Buffer.from(token)} from insurers where amc_no = ${amcNo}
          on conflict (shard) do update
            set issued_at = excluded.issued_at, token = excluded.token, updated_at = now()`;
        const removed = await tx`
          delete from doors where kind = ${CARD_DOOR} and locator = any(${tx.array([...locators], UUID_ARRAY)})`;
        return removed.count;
      }) as unknown as Promise<number>,
  };
}
