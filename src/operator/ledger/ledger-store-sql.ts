// SQL of the ledger. Runs under a role that may insert and read, and nothing else (migrations/operator/0004).

import type { Database } from '../../db/database.ts';
import { FatalError } from '../../lib/app-error.ts';
import { HASH_BYTES } from './merkle.ts';
import type { CheckpointRow, LedgerStore } from './ledger-store.ts';

/** PostgreSQL's type numbers of the arrays below: a bare JavaScript array of buffers is not understood. */
const BYTEA_ARRAY = 1001;
const TEXT_ARRAY = 1009;

export function sqlLedgerStore(sql: Database): LedgerStore {
  return {
    async claim() {
      const [row] = await sql<{ ours: boolean }[]>`select pg_try_advisory_lock(hashtext('rempart.ledger')) as ours`;
      if (!row?.ours) throw new FatalError('another operator process is writing this ledger');
    },

    // One statement, so one transaction and one round trip: entries and sealed answers are durable together.
    async commit(rows, replays) {
      await sql`
        with entries as (
          insert into ledger_entries (seq, at, member_salt, member_view, rest_salt, rest, leaf, journal_no)
          select * from unnest(
            ${sql.array(rows.map((row) => row.seq), 1016)}::bigint[],
            ${sql.array(rows.map((row) => row.at), TEXT_ARRAY)}::timestamptz[],
            ${sql.array(rows.map((row) => row.memberSalt), BYTEA_ARRAY)},
            ${sql.array(rows.map((row) => row.memberView), TEXT_ARRAY)},
            ${sql.array(rows.map((row) => row.restSalt), BYTEA_ARRAY)},
            ${sql.array(rows.map((row) => row.rest), TEXT_ARRAY)},
            ${sql.array(rows.map((row) => row.leaf), BYTEA_ARRAY)},
            ${sql.array(rows.map((row) => row.journalNo) as number[], 1016)}::bigint[]
          )
        )
        insert into replays (client_id, request_id, tag, sealed_answer)
        select * from unnest(
          ${sql.array(replays.map((row) => row.client), TEXT_ARRAY)},
          ${sql.array(replays.map((row) => row.requestId), TEXT_ARRAY)}::uuid[],
          ${sql.array(replays.map((row) => row.tag), TEXT_ARRAY)}::uuid[],
          ${sql.array(replays.map((row) => row.sealedAnswer), BYTEA_ARRAY)}
        )
        on conflict do nothing`;
    },

    async addCheckpoint({ size, root, note, frontier }) {
      await sql`
        insert into ledger_checkpoints (size, root, note, frontier)
        values (${size}, ${root}, ${note}, ${frontier.toString('hex')})
        on conflict do nothing`;
    },

    async lastCheckpoint() {
      const [row] = await sql<{ size: number; root: Buffer; note: string; frontier: string }[]>`
        select size, root, note, frontier from ledger_checkpoints order by size desc limit 1`;
      return row ? ({ ...row, frontier: Buffer.from(row.frontier, 'hex') } satisfies CheckpointRow) : null;
    },

    async leaves(from, limit) {
      const rows = await sql<{ seq: number; leaf: Buffer }[]>`
        select seq, leaf from ledger_entries where seq >= ${from} order by seq limit ${limit}`;
      rows.forEach((row, i) => {
        if (row.seq !== from + i || row.leaf.length !== HASH_BYTES) {
          throw new FatalError(`the ledger has no valid entry ${from + i}: run rempart ledger verify`);
        }
      });
      return Buffer.concat(rows.map((row) => row.leaf));
    },

    async committedEntries(from, limit) {
      return await sql<{ memberSalt: Buffer; memberView: string; restSalt: Buffer; rest: string }[]>`
        select member_salt as "memberSalt", member_view as "memberView", rest_salt as "restSalt", rest
        from ledger_entries where seq >= ${from} order by seq limit ${limit}`;
    },

    async enteredJournalNos(numbers) {
      const rows = await sql<{ journalNo: number }[]>`
        select journal_no as "journalNo" from ledger_entries
        where journal_no = any(${sql.array([...numbers], 1016)}::bigint[])`;
      return new Set(rows.map((row) => row.journalNo));
    },

    async reconciledUpTo() {
      const [row] = await sql<{ journalUpTo: number }[]>`
        select (rest::json ->> 'journalUpTo')::bigint as "journalUpTo" from ledger_entries
        where rest like '{"event":"platform.started"%' order by seq desc limit 1`;
      return row?.journalUpTo ?? 0;
    },
  };
}
