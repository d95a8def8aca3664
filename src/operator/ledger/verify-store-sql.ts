// Rows and checkpoints read from PostgreSQL for the verifier, in pages by key. Needs nothing but SELECT on
// ledger_entries and ledger_checkpoints (role of an auditor). It must never write, and never hold a transaction open:
// a verification takes minutes and the ledger goes on.

import type { Database } from '../../db/database.ts';
import type { LedgerSource } from './verify.ts';
import type { StoredCheckpoint } from './verify-checkpoint.ts';
import type { LedgerRow } from './verify-row.ts';

const PAGE_ROWS = 5_000;
const PAGE_CHECKPOINTS = 1_000;

/** The operator's own tables. Pages by key instead of a cursor: one connection serves entries and checkpoints in turn. */
export function sqlLedger(sql: Database): LedgerSource {
  return {
    entries: (from) =>
      pages((after) => rowsAfter(sql, after), {
        after: from === 0 ? null : from - 1,
        full: PAGE_ROWS,
        key: (row) => row.seq,
      }),
    checkpoints: () =>
      pages((after) => checkpointsAfter(sql, after), {
        after: null,
        full: PAGE_CHECKPOINTS,
        key: (row) => row.size,
      }),
  };
}

/** Asks for the next page before handing out the last, so that the database reads while we hash. */
async function* pages<Row>(
  page: (after: number | null) => Promise<readonly Row[]>,
  options: { after: number | null; full: number; key(row: Row): number },
): AsyncGenerator<readonly Row[]> {
  let pending: Promise<readonly Row[]> | null = page(options.after);
  while (pending !== null) {
    const rows: readonly Row[] = await pending;
    const last = rows.at(-1);
    pending = last === undefined || rows.length < options.full ? null : page(options.key(last));
    // If nobody asks for more, nobody awaits the page under way: its failure must not end the process.
    pending?.catch(() => undefined);
    if (rows.length > 0) yield rows;
  }
}

/** The smallest bigint, so that a row smuggled in below zero is seen. */
const BEFORE_ALL = '-9223372036854775808';

function rowsAfter(sql: Database, after: number | null): Promise<readonly LedgerRow[]> {
  return sql<LedgerRow[]>`
    select seq, floor(extract(epoch from at) * 1000)::float8 as "atMs", member_salt as "memberSalt",
           member_view as "memberView", rest_salt as "restSalt", rest, coalesce(leaf, '') as leaf, journal_no as "journalNo"
    from ledger_entries where seq > ${after ?? BEFORE_ALL} order by seq limit ${PAGE_ROWS}`;
}

function checkpointsAfter(sql: Database, after: number | null): Promise<readonly StoredCheckpoint[]> {
  return sql<StoredCheckpoint[]>`
    select size, coalesce(root, '') as root, coalesce(note, '') as note, frontier
    from ledger_checkpoints where size > ${after ?? BEFORE_ALL} order by size limit ${PAGE_CHECKPOINTS}`;
}
