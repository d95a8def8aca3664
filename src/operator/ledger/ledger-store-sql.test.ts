// What PostgreSQL itself lets each login do with the ledger. A taken-over operator has these logins and no more.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createOperatorDatabase,
  type Duty,
  type OperatorDatabase,
} from '../../../test/support/ledger-world.ts';
import type { Database } from '../../db/database.ts';
import type { EngagementRow, LedgerRow, LedgerStore, ReplayRow } from './ledger-store.ts';
import { sqlLedgerStore } from './ledger-store-sql.ts';

const FORBIDDEN = '42501'; // insufficient_privilege
const TAKEN = '23505'; // unique_violation

let database: OperatorDatabase;
let logins: Record<Duty, Database>;
let store: LedgerStore;
beforeAll(async () => {
  database = await createOperatorDatabase();
  const login = (duty: Duty) => database.login(duty);
  logins = {
    rights: login('rights'),
    feed: login('feed'),
    log: login('log'),
    desk: login('desk'),
    settle: login('settle'),
    pay: login('pay'),
  };
  await database.owner`insert into insurers (id, amc_no, name) values (1, '0999000101', 'Mutuelle des Tilleuls')`;
  store = sqlLedgerStore(logins.log);
  await store.claim();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.owner.unsafe(
    'delete from ledger_entries; delete from ledger_checkpoints; delete from replays; delete from engagements',
  );
});

const row = (seq: number, journalNo: number | null = null, event = 'call.refused'): LedgerRow => ({
  seq,
  at: '2026-11-20T08:00:00.000Z',
  memberSalt: Buffer.alloc(32, 1),
  memberView: `{"at":"é \\"quoted\\", {braces}, NULL, \\\\ ${seq}"}`,
  restSalt: Buffer.alloc(32, 2),
  rest: `{"event":"${event}","journalUpTo":${seq * 10}}`,
  leaf: Buffer.alloc(32, seq),
  journalNo,
});

const promise = (): EngagementRow => ({
  locator: randomUUID().replaceAll('-', ''),
  insurerId: 1,
  sealed: Buffer.alloc(4, 7),
  expiresOn: '2027-05-20',
});

const answer = (byte: number, requestId = randomUUID()): ReplayRow => ({
  asker: 'software-claire',
  requestId,
  tag: randomUUID(),
  sealedAnswer: Buffer.alloc(4, byte),
});

describe('the login that writes the ledger is refused', () => {
  beforeEach(async () => {
    await store.commit([row(0), row(1)], []);
    await store.addCheckpoint({ size: 2, root: Buffer.alloc(32), note: 'a note', frontier: Buffer.alloc(8) });
  });

  it.each<[string, string, string]>([
    ['to change an entry', "update ledger_entries set rest = '{}' where seq = 1", FORBIDDEN],
    ['to change a leaf', 'update ledger_entries set leaf = member_salt', FORBIDDEN],
    ['to delete an entry', 'delete from ledger_entries where seq = 1', FORBIDDEN],
    ['to empty the ledger', 'truncate ledger_entries', FORBIDDEN],
    ['to change a checkpoint', "update ledger_checkpoints set note = ''", FORBIDDEN],
    ['to delete a checkpoint', 'delete from ledger_checkpoints', FORBIDDEN],
    ['to empty the checkpoints', 'truncate ledger_checkpoints', FORBIDDEN],
    [
      'to write a place a second time',
      "insert into ledger_entries (seq, at, leaf) values (1, now(), '')",
      TAKEN,
    ],
    [
      'to write over a place',
      "insert into ledger_entries (seq, at, leaf) values (1, now(), '') on conflict (seq) do update set leaf = ''",
      FORBIDDEN,
    ],
    [
      'to merge into a place',
      'merge into ledger_entries using (values (1)) as v (seq) on ledger_entries.seq = v.seq when matched then delete',
      FORBIDDEN,
    ],
    [
      'to write over a checkpoint',
      "insert into ledger_checkpoints values (2, '', '', '') on conflict (size) do update set note = ''",
      FORBIDDEN,
    ],
    [
      'to lock the ledger against its readers',
      'lock table ledger_entries in access exclusive mode',
      FORBIDDEN,
    ],
    ['to rename the ledger', 'alter table ledger_entries rename to other', FORBIDDEN],
    ['to drop the ledger', 'drop table ledger_entries', FORBIDDEN],
    [
      'to put a rule on it',
      'create rule nothing as on insert to ledger_entries do instead nothing',
      FORBIDDEN,
    ],
    ['to shadow it', 'create table public.shadow ()', FORBIDDEN],
    ['to become its owner', 'set role rempart_owner', FORBIDDEN],
    ['to read records', 'select * from records', FORBIDDEN],
    ['to read doors', 'select * from doors', FORBIDDEN],
    ['to forget an answer', 'delete from replays', FORBIDDEN],
    ['to switch anything', "insert into switches values ('platform', 'open', '', '')", FORBIDDEN],
  ])('%s', async (_, statement, code) => {
    const refusal = logins.log.begin((tx) => tx.unsafe(statement));
    await expect(refusal).rejects.toMatchObject({ code });
    expect((await store.leaves(0, 10)).length).toBe(2 * 32);
    expect((await store.lastCheckpoint())?.note).toBe('a note');
  });

  it('a commit over a place that is taken: nothing of it is written, no answer either', async () => {
    const committed = store.commit([row(2), row(1)], [answer(1)], [promise()]);
    await expect(committed).rejects.toMatchObject({ code: TAKEN });
    expect((await store.leaves(0, 10)).length).toBe(2 * 32);
    expect(await database.owner`select 1 from replays`).toHaveLength(0);
    expect(await database.owner`select 1 from engagements`).toHaveLength(0);
  });
});

describe('no other login reads the ledger', () => {
  const tables = ['ledger_entries', 'ledger_checkpoints'];
  const statements = tables.flatMap((table) => [
    `select * from ${table}`,
    `select count(*) from ${table}`,
    `insert into ${table} select * from ${table}`,
    `update ${table} set ${table === 'ledger_entries' ? 'at = now()' : "note = ''"}`,
    `delete from ${table}`,
    `truncate ${table}`,
    `copy ${table} to stdout`,
  ]);
  const cases = (['rights', 'feed', 'desk', 'settle'] as const).flatMap((duty) =>
    statements.map((one) => [duty, one] as const),
  );

  it.each(cases)('rempart_%s may not: %s', async (duty, statement) => {
    await expect(logins[duty].unsafe(statement)).rejects.toMatchObject({ code: FORBIDDEN });
  });
});

describe('the store', () => {
  it('gives back what was committed, byte for byte', async () => {
    const rows = [row(0), row(1, 7), row(2)];
    const promised = promise();
    await store.commit(rows, [], [promised]);
    expect(
      await database.owner`
        select replace(locator::text, '-', '') as locator, insurer_id as "insurerId", sealed,
               expires_on as "expiresOn" from engagements`,
    ).toEqual([promised]);
    const stored = await database.owner<(LedgerRow & { ms: number })[]>`
      select seq, extract(epoch from at)::float8 * 1000 as ms, member_salt as "memberSalt", member_view as "memberView",
             rest_salt as "restSalt", rest, leaf, journal_no as "journalNo" from ledger_entries order by seq`;
    expect(stored.map(({ ms, ...one }) => ({ ...one, at: new Date(ms).toISOString() }))).toEqual(rows);
  });

  it('commits answers with their entries; a request that has an answer keeps it', async () => {
    const requestId = randomUUID();
    await store.commit([row(0)], [answer(1, requestId)]);
    await store.commit([row(1)], [answer(2, requestId)]);
    const kept = await database.owner<{ sealed: Buffer }[]>`select sealed_answer as sealed from replays`;
    expect(kept.map(({ sealed }) => sealed)).toEqual([Buffer.alloc(4, 1)]);
    expect((await store.leaves(0, 10)).length).toBe(2 * 32);
  });

  it('reads leaves from a place on, and no more than asked for', async () => {
    await store.commit([row(0), row(1), row(2), row(3)], []);
    expect(await store.leaves(1, 2)).toEqual(Buffer.concat([Buffer.alloc(32, 1), Buffer.alloc(32, 2)]));
    expect(await store.leaves(3, 10)).toEqual(Buffer.alloc(32, 3));
    expect(await store.leaves(4, 10)).toEqual(Buffer.alloc(0));
  });

  it('knows which doors have an entry', async () => {
    await store.commit([row(0, 3), row(1), row(2, 8)], []);
    expect(await store.enteredJournalNos([1, 3, 8, 9])).toEqual(new Set([3, 8]));
    expect(await store.enteredJournalNos([])).toEqual(new Set());
  });

  it('knows how far the last start has looked', async () => {
    expect(await store.reconciledUpTo()).toBe(0);
    await store.commit(
      [row(0, null, 'platform.started'), row(1), row(2, null, 'platform.started'), row(3)],
      [],
    );
    expect(await store.reconciledUpTo()).toBe(20);
  });

  it('finds the last start by an index, however long ago it was', async () => {
    await database.owner`set enable_seqscan = off`;
    const plan = await database.owner<{ 'QUERY PLAN': string }[]>`
      explain select rest from ledger_entries where rest like '{"event":"platform.started"%' order by seq desc limit 1`;
    expect(plan.map((line) => line['QUERY PLAN']).join()).toContain('ledger_entries_starts');
    await database.owner`reset enable_seqscan`;
  });

  it('gives the largest checkpoint, and keeps the first of one size', async () => {
    expect(await store.lastCheckpoint()).toBeNull();
    const checkpoint = (size: number, note: string) => ({
      size,
      root: Buffer.alloc(32, size),
      note,
      frontier: Buffer.alloc(8, size),
    });
    await store.addCheckpoint(checkpoint(9, 'nine'));
    await store.addCheckpoint(checkpoint(4, 'four'));
    await store.addCheckpoint(checkpoint(9, 'nine again'));
    expect(await store.lastCheckpoint()).toEqual(checkpoint(9, 'nine'));
  });

  it('commits nothing when another connection has the log', async () => {
    const other = sqlLedgerStore(database.login('log'));
    await expect(other.claim()).rejects.toThrow('another operator process is writing this ledger');
    await expect(other.commit([row(0)], [answer(1)], [promise()])).rejects.toThrow('nothing was written');
    expect((await store.leaves(0, 10)).length).toBe(0);
    expect(await database.owner`select 1 from replays`).toHaveLength(0);
    expect(await database.owner`select 1 from engagements`).toHaveLength(0);
  });
});
