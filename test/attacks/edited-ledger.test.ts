// A database owner who edits, deletes or cuts the ledger is named by `ledger verify` (DESIGN.md I9).

import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { DEMO_PEOPLE, demoFeedLines } from '../../src/demo/demo-people.ts';
import { readJson } from '../../src/demo/files.ts';
import { DEMO_INSURERS } from '../../src/demo/insurers.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { verifyLedger } from '../../src/operator/ledger/verify.ts';
import { journalDirectory } from '../../src/operator/ledger/verify-journal-dir.ts';
import { sqlLedger } from '../../src/operator/ledger/verify-store-sql.ts';
import { createTestWorld, memberEvidence, type TestWorld } from '../support/world.ts';

let world: TestWorld;
let owner: Database;
let size = 0;

beforeAll(async () => {
  world = await createTestWorld();
  owner = openDatabase(world.ownerUrl, { max: 1, applicationName: 'attacker' });
  for (const { amcNo } of DEMO_INSURERS) await world.publish(amcNo, demoFeedLines(amcNo));
  for (const { amcNo, line } of DEMO_PEOPLE) {
    const insurer = DEMO_INSURERS.find((one) => one.amcNo === amcNo);
    await world.ask({
      amcNo,
      convType: insurer?.convType,
      csr: insurer?.csr ?? undefined,
      evidence: memberEvidence(line),
    });
  }
  await vi.waitFor(async () => expect((await verify()).ok).toBe(true), 5_000);
  size = (await verify()).entries;
  await vi.waitFor(async () => {
    const [row] = await world.sql`select max(size)::int as n from ledger_checkpoints`;
    expect(row?.['n']).toBe(size);
  }, 5_000);
  await world.sql`create table kept as select * from ledger_entries`;
}, 60_000);

afterEach(async () => {
  await world.sql`truncate ledger_entries`;
  await world.sql`insert into ledger_entries select * from kept`;
});
afterAll(async () => {
  await owner?.end({ timeout: 1 });
  await world?.close();
});

async function verify() {
  const { ledger: trusted } = await readJson<{ ledger: { origin: string; vkey: string } }>(
    `${world.paths.trust}/trust.json`,
  );
  return verifyLedger({
    ledger: sqlLedger(owner),
    journal: journalDirectory(world.paths.journal),
    trusted,
    clock: systemClock,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    graceMs: 0,
  });
}

it('an untouched ledger verifies', async () => {
  expect(await verify()).toMatchObject({ ok: true, entries: size, firstBad: null });
});

const edits: [string, string, number][] = [
  [
    'a flipped byte in the member’s view',
    `update ledger_entries set member_view = overlay(member_view placing '~' from 12 for 1) where seq = 7`,
    7,
  ],
  [
    'a flipped byte in the rest',
    `update ledger_entries set rest = overlay(rest placing '~' from 15 for 1) where seq = 5`,
    5,
  ],
  [
    'a flipped byte in a salt',
    `update ledger_entries set rest_salt = set_byte(rest_salt, 3, get_byte(rest_salt, 3) # 1) where seq = 4`,
    4,
  ],
  [
    'a flipped byte in a leaf',
    `update ledger_entries set leaf = set_byte(leaf, 0, get_byte(leaf, 0) # 128) where seq = 6`,
    6,
  ],
  ['a changed time', `update ledger_entries set at = at + interval '1 second' where seq = 8`, 8],
  [
    'a changed journal number',
    `update ledger_entries set journal_no = journal_no + 1 where seq = (select min(seq) from ledger_entries where journal_no is not null)`,
    -1,
  ],
  ['a deleted row', `delete from ledger_entries where seq = 9`, 9],
];
it.each(edits)('%s is named', async (_what, statement, seq) => {
  const expected =
    seq >= 0
      ? seq
      : Number(
          (await world.sql`select min(seq)::int as n from ledger_entries where journal_no is not null`)[0]?.[
            'n'
          ],
        );
  await world.sql.unsafe(statement);
  const result = await verify();
  expect([result.ok, result.firstBad]).toEqual([false, expected]);
  expect(result.reason).toBeTruthy();
});

it('a truncated tail is named by its first missing entry', async () => {
  await world.sql`delete from ledger_entries where seq >= ${size - 3}`;
  expect(await verify()).toMatchObject({ ok: false, firstBad: size - 3 });
});

it('a tail cut together with its checkpoints is still named: the vault’s journal remembers', async () => {
  await world.sql`create table kept_checkpoints as select * from ledger_checkpoints`;
  await world.sql`delete from ledger_entries where seq >= ${size - 3}`;
  await world.sql`delete from ledger_checkpoints where size > ${size - 3}`;
  expect(await verify()).toMatchObject({ ok: false, firstBad: size - 3 });
  await world.sql`insert into ledger_checkpoints select * from kept_checkpoints on conflict do nothing`;
});

it('a row written anew with a leaf that fits it is betrayed by the signed tree', async () => {
  await world.sql`update ledger_entries a set member_salt = b.member_salt, member_view = b.member_view,
    rest_salt = b.rest_salt, rest = b.rest, leaf = b.leaf, at = b.at, journal_no = b.journal_no
    from ledger_entries b where a.seq = ${size - 2} and b.seq = ${size - 1}`;
  const result = await verify();
  expect(result.ok).toBe(false);
});
