// SQL of the ledger. Runs under a role that may insert and read, and nothing else (migrations/operator/0004).

import {
  BIGINT_ARRAY,
  BYTEA_ARRAY,
  type Database,
  INT_ARRAY,
  TEXT_ARRAY,
  UUID_ARRAY,
} from '../../db/database.ts';
import { FatalError } from '../../lib/app-error.ts';
import type { CheckpointRow, LedgerStore } from './ledger-store.ts';
import { HASH_BYTES } from './merkle.ts';

type CommittedEntry = Awaited<ReturnType<LedgerStore['committedEntries']>>[number];

export function sqlLedgerStore(sql: Database): LedgerStore {
  return {
    async claim() {
      const [row] = await sql<
        { ours: boolean }[]
      >`select pg_try_advisory_lock(hashtext('rempart.ledger')) as ours`;
      if (!row?.ours) throw new FatalError('another operator process is writing this ledger');
    },

    // One statement, so one transaction and one round trip: entries, sealed answers and engagements are durable
    // together. It claims
    // the log again: the driver renews connections by itself, and a lock ends with its connection.
    async commit(rows, replays, engagements = []) {
      const [row] = await sql<{ ours: boolean }[]>`
        with claimed as materialized (
          select pg_try_advisory_lock(hashtext('rempart.ledger')) as ours
        ), entries as (
          insert into ledger_entries (seq, at, member_salt, member_view, rest_salt, rest, leaf, journal_no)
          select entry.* from claimed, unnest(
            ${sql.array(
              rows.map((row) => row.seq),
              BIGINT_ARRAY,
            )}::bigint[],
            ${sql.array(
              rows.map((row) => row.at),
              TEXT_ARRAY,
            )}::timestamptz[],
            ${sql.array(
              rows.map((row) => row.memberSalt),
              BYTEA_ARRAY,
            )},
            ${sql.array(
              rows.map((row) => row.memberView),
              TEXT_ARRAY,
            )},
            ${sql.array(
              rows.map((row) => row.restSalt),
              BYTEA_ARRAY,
            )},
            ${sql.array(
              rows.map((row) => row.rest),
              TEXT_ARRAY,
            )},
            ${sql.array(
              rows.map((row) => row.leaf),
              BYTEA_ARRAY,
            )},
            ${sql.array(rows.map((row) => row.journalNo) as number[], BIGINT_ARRAY)}::bigint[]
          ) as entry
          where claimed.ours
        ), answers as (
          insert into replays (asker, request_id, tag, sealed_answer)
          select answer.* from claimed, unnest(
            ${sql.array(
              replays.map((row) => row.asker),
              TEXT_ARRAY,
            )},
            ${sql.array(
              replays.map((row) => row.requestId),
              TEXT_ARRAY,
            )}::uuid[],
            ${sql.array(
              replays.map((row) => row.tag),
              TEXT_ARRAY,
            )}::uuid[],
            ${sql.array(
              replays.map((row) => row.sealedAnswer),
              BYTEA_ARRAY,
            )}
          ) as answer
          where claimed.ours
          on conflict do nothing
        ), promises as (
          insert into engagements (locator, insurer_id, sealed, expires_on)
          select locator, insurer_id, sealed, expires_on::date from claimed, unnest(
            ${sql.array(
              engagements.map((row) => row.locator),
              UUID_ARRAY,
            )},
            ${sql.array(
              engagements.map((row) => row.insurerId),
              INT_ARRAY,
            )},
            ${sql.array(
              engagements.map((row) => row.sealed),
              BYTEA_ARRAY,
            )},
            ${sql.array(
              engagements.map((row) => row.expiresOn),
              TEXT_ARRAY,
            )}
          ) as engagement (locator, insurer_id, sealed, expires_on)
          where claimed.ours
        )
        select ours from claimed`;
      if (!row?.ours) throw new Error('another connection holds the log: nothing was written');
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
        if (row.seq !== from + i || row.leaf.length !== HASH_BYTES) throw noValidEntry(from + i);
      });
      return Buffer.concat(rows.map((row) => row.leaf));
    },

    async committedEntries(from, limit) {
      const rows = await sql<(CommittedEntry & { seq: number })[]>`
        select seq, member_salt as "memberSalt", member_view as "memberView", rest_salt as "restSalt", rest
        from ledger_entries where seq >= ${from} order by seq limit ${limit}`;
      return rows.map(({ seq, ...entry }, i) => {
        // A missing row must not be made up for by a later one, which nobody may have signed yet.
        if (seq !== from + i) throw noValidEntry(from + i);
        return entry;
      });
    },

    async enteredJournalNos(numbers) {
      const rows = await sql<{ journalNo: number }[]>`
        select journal_no as "journalNo" from ledger_entries
        where journal_no = any(${sql.array([...numbers], BIGINT_ARRAY)}::bigint[])`;
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

function noValidEntry(seq: number): FatalError {
  return new FatalError(`the ledger has no valid entry ${seq}: run rempart ledger verify`);
}
