// SQL of the feeds' lives. Runs as the role rempart_feed, which may write records, doors and feeds, and cannot even
// read the ledger. What is staged and how it becomes visible: staging-store-sql.ts, apply-store-sql.ts.

import type { AmcNo } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import { type Database, UUID_ARRAY } from '../../db/database.ts';
import type { LedgerEvent } from '../events.ts';
import { applyStaged } from './apply-store-sql.ts';
import type { ApplyOutcome, Feed, FeedKey, FeedState, FeedStore, Insurer } from './feed-store.ts';
import { createStaging, dropStaging, stageBlock, stagedSoFar } from './staging-store-sql.ts';

/** Statistics are taken anew after a feed of this size: a plan made for an empty table would be a bad one. */
const LARGE_FEED_LINES = 50_000;
const INT_ARRAY = 1007;
const PRINT_BYTES = 32;
const NO_RECORD = '0'.repeat(32);

type FeedRow = {
  insurerId: number;
  seq: number;
  kind: 'full' | 'delta';
  lineCount: number;
  sentOn: CareDate;
  manifestTag: string;
  state: FeedState;
  sentBy: string;
  approvedBy: string | null;
  closes: number | null;
  closeLimit: number | null;
  accepted: number | null;
  rejected: number | null;
  unchanged: number | null;
  closed: number | null;
  problem: string | null;
  problemFacts: Record<string, string | number | boolean | null> | null;
  begunAt: Date;
  endedAt: Date | null;
  owed: LedgerEvent[];
};

export function sqlFeedStore(sql: Database): FeedStore {
  const columns = sql`
    insurer_id as "insurerId", seq, kind, line_count as "lineCount", sent_on as "sentOn",
    manifest_tag as "manifestTag", state, sent_by as "sentBy", approved_by as "approvedBy", closes,
    close_limit as "closeLimit", accepted, rejected, unchanged, closed, problem, problem_facts as "problemFacts",
    begun_at as "begunAt", ended_at as "endedAt", owed`;
  const at = ({ insurerId, seq }: FeedKey) => sql`insurer_id = ${insurerId} and seq = ${seq}`;

  return {
    async insurer(amcNo) {
      const [row] = await sql<Insurer[]>`
        select i.id, i.amc_no as "amcNo", i.last_seq as "lastSeq",
          exists (select from records r where r.insurer_id = i.id and r.closed_on is null)
          or exists (select from records r where r.insurer_id = i.id and r.closed_on is not null) as "hasRecords"
        from insurers i where i.amc_no = ${amcNo}`;
      return row ?? null;
    },

    async amcNoOf(insurerId) {
      const [row] = await sql<
        { amcNo: AmcNo }[]
      >`select amc_no as "amcNo" from insurers where id = ${insurerId}`;
      if (row === undefined) throw new Error('a feed belongs to an insurer');
      return row.amcNo;
    },

    async feed(key) {
      const [row] = await sql<FeedRow[]>`select ${columns} from feeds where ${at(key)}`;
      return row === undefined ? null : feedOf(row);
    },

    async latest(insurerId, limit) {
      const rows = await sql<FeedRow[]>`
        select ${columns} from feeds where insurer_id = ${insurerId} order by seq desc limit ${limit}`;
      return rows.map(feedOf);
    },

    async unfinished() {
      const rows = await sql<FeedRow[]>`
        select ${columns} from feeds where state in ('received', 'applying') order by insurer_id, seq`;
      return rows.map(feedOf);
    },

    async owed(insurerId) {
      const rows = await sql<FeedRow[]>`
        select ${columns} from feeds where owed <> '{}' and insurer_id = coalesce(${insurerId}::smallint, insurer_id)
        order by insurer_id, seq`;
      return rows.map((row) => ({ feed: feedOf(row), events: row.owed }));
    },

    async paid(key) {
      await sql`update feeds set owed = owed[2:] where ${at(key)}`;
    },

    async staged(key) {
      const { blocks, lines } = await stagedSoFar(sql, key);
      return { blocks, lines };
    },

    async rejects({ insurerId, seq }, { after, limit }) {
      return sql<{ line: number; reason: string }[]>`
        select line, reason from feed_rejects
        where insurer_id = ${insurerId} and seq = ${seq} and line > ${after} order by line limit ${limit}`;
    },

    async unchangedLines(insurerId, prints) {
      const { lines, ids, fingerprints } = printsOf(prints);
      const found = await sql<{ line: number }[]>`
        select p.line
        from unnest(${sql.array(lines, INT_ARRAY)}, ${sql.array(ids, UUID_ARRAY)}, ${sql.array(fingerprints, UUID_ARRAY)})
          as p (line, id, print)
        join records r on r.id = p.id
        where r.fingerprint = p.print and r.insurer_id = ${insurerId}`;
      return bitmapOf(
        prints.length / PRINT_BYTES,
        found.map(({ line }) => line),
      );
    },

    async begin(feed) {
      await sql.begin(async (tx) => {
        await tx`delete from feeds where insurer_id = ${feed.insurerId} and seq = ${feed.seq}`;
        await createStaging(tx, feed);
        await tx`
          insert into feeds (insurer_id, seq, kind, line_count, sent_on, manifest_tag, state, sent_by, begun_at)
          values (${feed.insurerId}, ${feed.seq}, ${feed.kind}, ${feed.lineCount}, ${feed.sentOn},
            ${feed.manifestTag}, 'receiving', ${feed.sentBy}, ${new Date(feed.begunAtMs)})`;
      });
    },

    stage: (key, block) => stageBlock(sql, key, block),

    async markReceived(key) {
      await one(sql`
        update feeds set state = 'received', owed = array_append(owed, 'feed.received')
        where ${at(key)} and state = 'receiving'`);
    },

    async markApplying(key) {
      await one(
        sql`update feeds set state = 'applying' where ${at(key)} and state in ('received', 'applying')`,
      );
    },

    async apply(key, clock) {
      const outcome = (await sql.begin((tx) => applyStaged(tx, key, clock))) as ApplyOutcome;
      // Not needed for the result to be right: if we crash here, autovacuum does it later.
      if (outcome.kind === 'applied' && outcome.result.accepted >= LARGE_FEED_LINES) {
        await sql.unsafe('analyze records; analyze doors;');
      }
      return outcome;
    },

    async approve(key, by, closes) {
      const done = await sql`
        update feeds set state = 'received', approved_by = ${by}, owed = array_append(owed, 'feed.approved')
        where ${at(key)} and state = 'waiting-approval' and closes = coalesce(${closes}::bigint, closes)`;
      return done.count === 1;
    },

    async refuse(key, problem, atMs) {
      return (await sql.begin(async (tx) => {
        const done = await tx`
          update feeds set state = 'refused', problem = ${problem.code}, problem_facts = ${tx.json(problem.facts)},
            ended_at = ${new Date(atMs)}, owed = array_append(owed, 'feed.refused')
          where insurer_id = ${key.insurerId} and seq = ${key.seq} and state in ('receiving', 'waiting-approval')`;
        if (done.count === 1) await dropStaging(tx, key);
        return done.count === 1;
      })) as boolean;
    },

    async epochsToEnd() {
      const rows = await sql<{ insurerId: number; seq: number; epoch: number }[]>`
        select insurer_id as "insurerId", seq, epoch from feeds
        where state = 'applied' and kind = 'full' and not epochs_ended and epoch > 0 order by insurer_id, seq`;
      return rows.map(({ insurerId, seq, epoch }) => ({ key: { insurerId, seq }, epoch }));
    },

    async markEpochsEnded(key) {
      await sql`update feeds set epochs_ended = true where ${at(key)}`;
    },
  };
}

function feedOf(row: FeedRow): Feed {
  const { insurerId, seq, kind, lineCount, sentOn, manifestTag, state, sentBy, approvedBy } = row;
  const begunAtMs = row.begunAt.getTime();
  return {
    insurerId,
    seq,
    kind,
    lineCount,
    sentOn,
    manifestTag: manifestTag.replaceAll('-', ''),
    state,
    sentBy,
    approvedBy,
    begunAtMs,
    waiting: state === 'waiting-approval' ? { closes: row.closes ?? 0, limit: row.closeLimit ?? 0 } : null,
    result:
      state === 'applied' ? { ...countsOf(row), seconds: secondsBetween(begunAtMs, row.endedAt) } : null,
    problem: row.problem === null ? null : { code: row.problem, facts: row.problemFacts ?? {} },
  };
}

function countsOf({ accepted, rejected, unchanged, closed }: FeedRow) {
  return { accepted: accepted ?? 0, rejected: rejected ?? 0, unchanged: unchanged ?? 0, closed: closed ?? 0 };
}

function secondsBetween(begunAtMs: number, endedAt: Date | null): number {
  return endedAt === null ? 0 : Math.max(0, Math.round((endedAt.getTime() - begunAtMs) / 10) / 100);
}

async function one(update: Promise<{ count: number }>): Promise<void> {
  if ((await update).count !== 1) throw new Error('the feed is not in the state this step begins with');
}

function printsOf(prints: Buffer): { lines: number[]; ids: string[]; fingerprints: string[] } {
  const lines: number[] = [];
  const ids: string[] = [];
  const fingerprints: string[] = [];
  for (let line = 0; line * PRINT_BYTES < prints.length; line += 1) {
    const start = line * PRINT_BYTES;
    const id = prints.toString('hex', start, start + 16);
    if (id === NO_RECORD) continue;
    lines.push(line);
    ids.push(id);
    fingerprints.push(prints.toString('hex', start + 16, start + PRINT_BYTES));
  }
  return { lines, ids, fingerprints };
}

function bitmapOf(lines: number, set: readonly number[]): Buffer {
  const bitmap = Buffer.alloc(Math.ceil(lines / 8));
  for (const line of set) bitmap[line >> 3] = (bitmap[line >> 3] ?? 0) | (1 << (line & 7));
  return bitmap;
}
