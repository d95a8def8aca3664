// SQL of the one moment at which a feed becomes visible: a single transaction from the staged rows to the registry.
// Read `applyStaged` from top to bottom: it is the order of safety. If we crash inside, nothing has happened; the
// next attempt begins again with the same rows and comes to the same end.

import type { Transaction } from '../../db/database.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ApplyOutcome, FeedKey, FeedResult } from './feed-store.ts';
import type { ConflictReason } from './line-reasons.ts';
import {
  dropStaging,
  emptyStaging,
  OP,
  type StagingTables,
  stagedSoFar,
  stagingTables,
} from './staging-store-sql.ts';

/** Rows of a feed as the transaction needs them. */
type Applying = {
  readonly tx: Transaction;
  readonly key: FeedKey;
  readonly t: StagingTables;
  readonly kind: 'full' | 'delta';
  readonly lineCount: number;
  readonly sentOn: string;
  readonly approved: boolean;
  readonly epoch: number;
  /** Of a full feed; a line rejected beside others is still counted: nobody here can tell which it was. */
  readonly canaries: number | null;
  /** Nothing of this insurer is there: no look-ups, plain inserts. */
  readonly isFirst: boolean;
  readonly limitPercent: number;
};

/** Rejects kept of one feed; the count is exact. */
const MOST_REJECTS_KEPT = 100_000;
/** Feeds whose rejects are kept, so that they never add up. */
const FEEDS_WITH_REJECTS = 20;

export async function applyStaged(tx: Transaction, key: FeedKey, clock: Clock): Promise<ApplyOutcome> {
  await tx.unsafe(`set local work_mem = '64MB'`);
  const feed = await lockFeed(tx, key);
  if (feed === null) {
    await startOver(tx, key);
    return { kind: 'incomplete' };
  }
  await analyzeStaged(feed);
  await rejectConflicts(feed);
  if (await lostKept(feed)) {
    await startOver(tx, key);
    return { kind: 'incomplete' };
  }
  const closings = await countClosings(feed);
  if (!feed.approved && closings.closes > closings.limit) {
    await wait(feed, closings);
    return { kind: 'waiting' };
  }
  await eraseAndClose(feed);
  await upsertRecords(feed);
  await upsertDoors(feed);
  await reopenKept(feed);
  await closeUnnamed(feed);
  await endOlderEpochs(feed);
  const result = await keepRejects(feed, closings.closes);
  await finish(feed, result, clock.nowMs());
  return { kind: 'applied', result };
}

type FeedRow = {
  kind: 'full' | 'delta';
  lineCount: number;
  sentOn: string;
  approved: boolean;
  lastSeq: number;
  limitPercent: string;
};

/** Null when staged rows are missing. The insurer's row stays locked: nobody else changes its registry meanwhile. */
async function lockFeed(tx: Transaction, key: FeedKey): Promise<Applying | null> {
  const [row] = await tx<FeedRow[]>`
    select f.kind, f.line_count as "lineCount", f.sent_on as "sentOn", f.approved_by is not null as approved,
      i.last_seq as "lastSeq", i.closing_limit_percent as "limitPercent"
    from insurers i join feeds f on f.insurer_id = i.id
    where i.id = ${key.insurerId} and f.seq = ${key.seq} and f.state = 'applying'
    for no key update`;
  if (row === undefined || row.lastSeq !== key.seq - 1)
    throw new Error('this feed is not the one to be applied next');
  const staged = await stagedSoFar(tx, key);
  if (staged.lines !== row.lineCount) return null;
  return {
    tx,
    key,
    t: stagingTables(key),
    kind: row.kind,
    lineCount: row.lineCount,
    sentOn: row.sentOn,
    approved: row.approved,
    epoch: staged.epoch ?? 0,
    canaries: row.kind === 'full' ? staged.canaries : null,
    isFirst: row.lastSeq === 0,
    limitPercent: Number(row.limitPercent),
  };
}

async function startOver(tx: Transaction, key: FeedKey): Promise<void> {
  await emptyStaging(tx, key);
  await tx`update feeds set state = 'receiving' where insurer_id = ${key.insurerId} and seq = ${key.seq}`;
}

// The planner knows nothing of rows that were just copied. The first feed is joined with nothing.
async function analyzeStaged({ tx, t, isFirst }: Applying): Promise<void> {
  if (!isFirst) await tx.unsafe(`analyze ${t.lines}; analyze ${t.doors};`);
}

/** Lines that do not stand beside others, by number and reason. The earlier line of a pair stays. */
async function rejectConflicts({ tx, t, isFirst }: Applying): Promise<void> {
  const reject = (reason: ConflictReason, select: string) =>
    tx.unsafe(
      `insert into ${t.conflicts} select line_no, '${reason}' from (${select}) found on conflict do nothing`,
    );
  await tx.unsafe(`
    drop table if exists ${t.conflicts};
    create unlogged table ${t.conflicts} (line_no int4 primary key, reason text not null)`);
  await reject(
    'ref-repeated',
    `select l.line_no from ${t.lines} l
     join (select record_id, min(line_no) as first from ${t.lines} group by record_id having count(*) > 1) twice
       on twice.record_id = l.record_id and l.line_no > twice.first
     where l.op <> ${OP.named}`,
  );
  await reject(
    'ref-unknown',
    `select l.line_no from ${t.lines} l where l.op in (${OP.close}, ${OP.erase})
       and not exists (select from records r where r.id = l.record_id)`,
  );
  // A door that two lines of one feed ask for under two refs. Doors named by ERASE claim nothing.
  await reject(
    'fields-taken',
    `select d.line_no from ${t.doors} d
     join (select c.locator, min(c.line_no) as first from ${t.doors} c
           where c.sealed_link is not null and ${accepted(t, 'c')}
           group by c.locator having min(c.owner_tag) <> max(c.owner_tag)) twice
       on twice.locator = d.locator and d.line_no > twice.first
     where d.sealed_link is not null`,
  );
  if (isFirst) return;
  // A door that is there for another ref, unless this very feed erases it.
  await reject(
    'fields-taken',
    `select d.line_no from ${t.doors} d join doors o on o.locator = d.locator
     where d.sealed_link is not null and o.owner_tag <> d.owner_tag
       and not exists (select from ${t.doors} e where e.sealed_link is null and e.locator = o.locator
                         and e.owner_tag = o.owner_tag and ${accepted(t, 'e')})`,
  );
}

function accepted(t: StagingTables, alias: string): string {
  return `not exists (select from ${t.conflicts} x where x.line_no = ${alias}.line_no)`;
}

/** A line taken as unchanged whose record is gone: it was not sealed again, so it has to be sent again. */
async function lostKept({ tx, t, isFirst }: Applying): Promise<boolean> {
  if (isFirst) return false;
  const rows = await tx.unsafe(
    `select from ${t.lines} l where l.op = ${OP.keep} and not exists (select from records r where r.id = l.record_id)
     limit 1`,
  );
  return rows.length > 0;
}

/** `closes`: persons whose cover this feed ends. `limit`: how many may end without a second person. */
type Closings = { closes: number; limit: number };

async function countClosings({ tx, t, key, kind, isFirst, limitPercent }: Applying): Promise<Closings> {
  if (isFirst) return { closes: 0, limit: 0 };
  const count = async (among: string): Promise<number> => {
    const rows = await tx.unsafe<{ n: number }[]>(
      `select count(*)::int8 as n from records r ${among} where r.insurer_id = $1 and r.closed_on is null`,
      [key.insurerId],
    );
    return rows[0]?.n ?? 0;
  };
  const living = await count('');
  const named = await count(`join (select distinct record_id from ${t.lines}) n on n.record_id = r.id`);
  const ended = await count(
    `join ${t.lines} l on l.record_id = r.id and l.op in (${OP.close}, ${OP.erase}) and ${accepted(t, 'l')}`,
  );
  const unnamed = kind === 'full' ? living - named : 0;
  return { closes: ended + unnamed, limit: Math.floor((living * limitPercent) / 100) };
}

async function wait({ tx, key, epoch }: Applying, { closes, limit }: Closings): Promise<void> {
  await tx`
    update feeds set state = 'waiting-approval', epoch = ${epoch}, closes = ${closes}, close_limit = ${limit},
      owed = array_append(owed, 'feed.waiting')
    where insurer_id = ${key.insurerId} and seq = ${key.seq}`;
}

// First, so that doors that are set free can be taken by other lines of the same feed.
async function eraseAndClose({ tx, t, key, sentOn, isFirst }: Applying): Promise<void> {
  if (isFirst) return;
  const erased = `${t.lines} l where l.op = ${OP.erase} and ${accepted(t, 'l')}`;
  await tx.unsafe(
    `insert into former_subjects (record_id, insurer_id, subject_ref, gone_on)
     select l.record_id, $1::smallint, l.subject_ref, $2::date from ${erased}
     on conflict (record_id) do update set gone_on = excluded.gone_on`,
    [key.insurerId, sentOn],
  );
  await tx.unsafe(`delete from records where id in (select l.record_id from ${erased})`);
  await tx.unsafe(
    `delete from doors o using ${t.doors} d where d.sealed_link is null and ${accepted(t, 'd')}
       and o.locator = d.locator and o.owner_tag = d.owner_tag`,
  );
  await tx.unsafe(
    `update records r set closed_on = l.closed_on from ${t.lines} l
     where l.op = ${OP.close} and ${accepted(t, 'l')} and r.id = l.record_id`,
  );
}

// In the order of the key: random keys into a large index cost a disk read each.
async function upsertRecords({ tx, t, key, isFirst }: Applying): Promise<void> {
  const staged = `select l.record_id, l.subject_ref, l.expires_on, l.fingerprint, l.sealed from ${t.lines} l
    where l.op = ${OP.upsert} and ${accepted(t, 'l')} order by l.record_id`;
  if (isFirst) {
    await tx.unsafe(
      `insert into records (id, insurer_id, subject_ref, expires_on, fingerprint, sealed)
       select record_id, $1::smallint, subject_ref, expires_on, fingerprint, sealed from (${staged}) s`,
      [key.insurerId],
    );
    return;
  }
  await tx.unsafe(
    `merge into records r using (${staged}) s on r.id = s.record_id
     when matched then update set expires_on = s.expires_on, closed_on = null, fingerprint = s.fingerprint,
       sealed = s.sealed
     when not matched then insert (id, insurer_id, subject_ref, expires_on, fingerprint, sealed)
       values (s.record_id, $1::smallint, s.subject_ref, s.expires_on, s.fingerprint, s.sealed)`,
    [key.insurerId],
  );
}

async function upsertDoors({ tx, t, key, isFirst }: Applying): Promise<void> {
  const staged = `select d.locator, d.epoch, d.kind, d.owner_tag, d.sealed_link from ${t.doors} d
    where d.sealed_link is not null and ${accepted(t, 'd')} order by d.locator`;
  if (isFirst) {
    await tx.unsafe(
      `insert into doors (locator, insurer_id, epoch, kind, owner_tag, sealed_link)
       select locator, $1::smallint, epoch, kind, owner_tag, sealed_link from (${staged}) s`,
      [key.insurerId],
    );
    return;
  }
  await tx.unsafe(
    `merge into doors o using (${staged}) s on o.locator = s.locator
     when matched then update set sealed_link = s.sealed_link
     when not matched then insert (locator, insurer_id, epoch, kind, owner_tag, sealed_link)
       values (s.locator, $1::smallint, s.epoch, s.kind, s.owner_tag, s.sealed_link)`,
    [key.insurerId],
  );
}

async function reopenKept({ tx, t, isFirst }: Applying): Promise<void> {
  if (isFirst) return;
  await tx.unsafe(
    `update records r set closed_on = null from ${t.lines} l
     where l.op = ${OP.keep} and ${accepted(t, 'l')} and r.id = l.record_id and r.closed_on is not null`,
  );
}

/** A rejected line still names its person: only those that the feed is silent about are closed. */
async function closeUnnamed({ tx, t, key, kind, sentOn, isFirst }: Applying): Promise<void> {
  if (kind !== 'full' || isFirst) return;
  await tx.unsafe(
    `update records r set closed_on = $2::date
     where r.insurer_id = $1 and (r.closed_on is null or r.closed_on > $2::date)
       and not exists (select from ${t.lines} n where n.record_id = r.id)`,
    [key.insurerId, sentOn],
  );
}

// Every line of a full feed has its doors under this epoch or a newer one: older doors lead to nothing.
async function endOlderEpochs({ tx, key, kind, epoch, isFirst, lineCount }: Applying): Promise<void> {
  if (kind !== 'full' || isFirst || lineCount === 0) return;
  const older = await tx`select from doors where insurer_id = ${key.insurerId} and epoch < ${epoch} limit 1`;
  if (older.length === 0) return;
  await tx`delete from doors where insurer_id = ${key.insurerId} and epoch < ${epoch}`;
}

async function keepRejects({ tx, t, key, lineCount }: Applying, closed: number): Promise<FeedResult> {
  const { insurerId, seq } = key;
  await tx.unsafe(
    `insert into feed_rejects (insurer_id, seq, line, reason)
     select $1::smallint, $2::bigint, line_no, reason
     from (select line_no, reason from ${t.rejects} union all select line_no, reason from ${t.conflicts}) all_of_them
     order by line_no limit ${MOST_REJECTS_KEPT}`,
    [insurerId, seq],
  );
  await tx`delete from feed_rejects where insurer_id = ${insurerId} and seq <= ${seq - FEEDS_WITH_REJECTS}`;
  const [row] = await tx.unsafe<{ rejected: number; unchanged: number }[]>(
    `select (select count(*) from ${t.rejects})::int8 + (select count(*) from ${t.conflicts})::int8 as rejected,
       (select count(*) from ${t.lines} l where l.op = ${OP.keep} and ${accepted(t, 'l')})::int8 as unchanged`,
  );
  const { rejected, unchanged } = row ?? { rejected: 0, unchanged: 0 };
  return { accepted: lineCount - rejected - unchanged, rejected, unchanged, closed };
}

async function finish(
  { tx, key, epoch, canaries }: Applying,
  result: FeedResult,
  atMs: number,
): Promise<void> {
  const { insurerId, seq } = key;
  await tx`
    update feeds set state = 'applied', epoch = ${epoch}, accepted = ${result.accepted}, rejected = ${result.rejected},
      unchanged = ${result.unchanged}, closed = ${result.closed}, canaries = ${canaries}, ended_at = ${new Date(atMs)},
      owed = array_append(owed, 'feed.applied')
    where insurer_id = ${insurerId} and seq = ${seq}`;
  await tx`update insurers set last_seq = ${seq} where id = ${insurerId}`;
  await dropStaging(tx, key);
}
