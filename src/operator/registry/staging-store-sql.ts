// SQL of the waiting room: per feed a few unlogged tables in the schema `staging`, filled by binary COPY.
// Only sealed rows, opaque ids and reasons come here. Progress stands beside the rows, in an unlogged table too:
// when PostgreSQL recovers from a crash it empties all of them together, and the sender begins again.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database, Transaction } from '../../db/database.ts';
import type { FeedKey, StagedBlock } from './feed-store.ts';

/** The tables of one feed. `conflicts` is made anew by each attempt to apply. */
export type StagingTables = Record<'blocks' | 'lines' | 'doors' | 'rejects' | 'conflicts', string>;

/** What a staged line asks for: the numbers that the vault writes (LINE_OPS in seal-block.ts). */
export const OP = { named: 0, upsert: 1, keep: 2, close: 3, erase: 4 } as const;

export function stagingTables({ insurerId, seq }: FeedKey): StagingTables {
  if (!Number.isSafeInteger(insurerId) || !Number.isSafeInteger(seq))
    throw new Error('a feed key holds whole numbers');
  const name = (part: string) => `staging.feed_${insurerId}_${seq}_${part}`;
  return {
    blocks: name('blocks'),
    lines: name('lines'),
    doors: name('doors'),
    rejects: name('rejects'),
    conflicts: name('conflicts'),
  };
}

export async function createStaging(tx: Transaction, key: FeedKey): Promise<void> {
  const { blocks, lines, doors, rejects } = stagingTables(key);
  await dropStaging(tx, key);
  await tx.unsafe(`
    create unlogged table ${blocks} (block int primary key, lines int not null, epoch smallint not null,
      canaries int not null default 0);
    create unlogged table ${lines} (line_no int4, op int2, record_id uuid, subject_ref uuid, fingerprint uuid,
      expires_on date, closed_on date, sealed bytea) with (autovacuum_enabled = false);
    create unlogged table ${doors} (line_no int4, locator uuid, kind int2, epoch int2, owner_tag int8,
      sealed_link bytea) with (autovacuum_enabled = false);
    create unlogged table ${rejects} (line_no int4, reason text);`);
  // What is sealed does not compress: trying costs a tenth of the COPY.
  await tx.unsafe(`
    alter table ${lines} alter column sealed set storage external;
    alter table ${doors} alter column sealed_link set storage external;`);
}

export async function dropStaging(tx: Transaction, key: FeedKey): Promise<void> {
  await tx.unsafe(`drop table if exists ${Object.values(stagingTables(key)).join(', ')}`);
}

export async function emptyStaging(tx: Transaction, key: FeedKey): Promise<void> {
  const { blocks, lines, doors, rejects } = stagingTables(key);
  await tx.unsafe(`truncate ${blocks}, ${lines}, ${doors}, ${rejects}`);
}

type Staged = { blocks: number; lines: number; epoch: number | null; canaries: number };

export async function stagedSoFar(sql: Database | Transaction, key: FeedKey): Promise<Staged> {
  const { blocks } = stagingTables(key);
  const [row] = await sql.unsafe<Staged[]>(
    `select count(*)::int8 as blocks, coalesce(sum(lines), 0)::int8 as lines, min(epoch) as epoch,
       coalesce(sum(canaries), 0)::int8 as canaries from ${blocks}`,
  );
  return row ?? { blocks: 0, lines: 0, epoch: null, canaries: 0 };
}

/** One transaction: the block's rows and the fact that they are there. */
export async function stageBlock(sql: Database, key: FeedKey, block: StagedBlock): Promise<void> {
  const tables = stagingTables(key);
  await sql.begin(async (tx) => {
    const noted = await tx.unsafe(
      `insert into ${tables.blocks} (block, lines, epoch, canaries)
       select $1::int, $2::int, $3::smallint, $4::int where (select count(*) from ${tables.blocks}) = $1::int`,
      [block.index, block.lines, block.epoch, block.canaries],
    );
    if (noted.count !== 1) throw new Error('blocks are staged in order, each once');
    await copyRows(tx, tables.lines, block.lineRows);
    await copyRows(tx, tables.doors, block.doorRows);
    if (block.rejected.length === 0) return;
    await tx.unsafe(`insert into ${tables.rejects} select * from unnest($1::int[], $2::text[])`, [
      block.rejected.map(({ line }) => line),
      block.rejected.map(({ reason }) => reason),
    ]);
  });
}

/** Signature, flags and an empty extension; at the end, a field count of -1. */
const COPY_HEADER = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const COPY_TRAILER = Buffer.from('ffff', 'hex');
/** The driver copies each piece once more: smaller ones keep that copy small. */
const COPY_PIECE_BYTES = 512 * 1024;

async function copyRows(tx: Transaction, table: string, rows: Uint8Array): Promise<void> {
  if (rows.length === 0) return;
  const target = await tx.unsafe(`copy ${table} from stdin (format binary)`).writable();
  await pipeline(Readable.from(pieces(rows), { objectMode: true, highWaterMark: 2 }), target);
}

/** Header and trailer travel with rows: a small packet of its own may wait 40 ms for the one before (Nagle). */
function* pieces(rows: Uint8Array): Generator<Uint8Array> {
  const last = Math.max(0, rows.length - COPY_PIECE_BYTES);
  const head = Math.min(COPY_PIECE_BYTES, last);
  if (head > 0) yield Buffer.concat([COPY_HEADER, rows.subarray(0, head)]);
  for (let at = head; at < last; at += COPY_PIECE_BYTES) {
    yield rows.subarray(at, Math.min(at + COPY_PIECE_BYTES, last));
  }
  yield Buffer.concat([head > 0 ? Buffer.alloc(0) : COPY_HEADER, rows.subarray(last), COPY_TRAILER]);
}
