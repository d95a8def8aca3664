// The verifier on a real PostgreSQL with the real tables: what a database owner does by SQL, the verifier finds.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Database, openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { verifyLedger } from './verify.ts';
import { honestLedger, inputOf, type LedgerWorld } from './verify-fixture.ts';
import type { VerifyReason } from './verify-reasons.ts';
import { sqlLedger } from './verify-store-sql.ts';

const postgresUrl = inject('postgresUrl');
const MIGRATIONS = join(import.meta.dirname, '../../../migrations/operator');

let owner: Database;
let sql: Database;
let name = '';

beforeAll(async () => {
  owner = openDatabase(postgresUrl, { max: 1, applicationName: 'test-owner' });
  name = `verify_${randomUUID().replaceAll('-', '')}`;
  await owner.unsafe(`create database ${name}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  sql = openDatabase(url.href, { max: 1, applicationName: 'test-verify' });
  await migrate(sql, MIGRATIONS);
});

afterAll(async () => {
  await sql.end();
  await owner.unsafe(`drop database if exists ${name}`);
  await owner.end();
});

async function store(world: LedgerWorld): Promise<void> {
  await sql`truncate ledger_entries, ledger_checkpoints`;
  const rows = world.rows.map((row) => ({
    seq: row.seq,
    at: new Date(row.atMs).toISOString(),
    member_salt: row.memberSalt as Buffer,
    member_view: row.memberView,
    rest_salt: row.restSalt as Buffer,
    rest: row.rest,
    leaf: row.leaf as Buffer,
    journal_no: row.journalNo,
  }));
  for (let at = 0; at < rows.length; at += 2_000)
    await sql`insert into ledger_entries ${sql(rows.slice(at, at + 2_000))}`;
  const checkpoints = world.checkpoints.map((one) => ({
    ...one,
    root: one.root as Buffer,
    frontier: one.frontier ?? '',
  }));
  await sql`insert into ledger_checkpoints ${sql(checkpoints)}`;
}

const verify = (world: LedgerWorld) => verifyLedger(inputOf(world, { ledger: sqlLedger(sql) }));

describe('a ledger of several pages', () => {
  it('verifies over one connection', async () => {
    const world = await honestLedger({ entries: 11_000, signedAt: [1, 5_000, 5_001, 10_500] });
    await store(world);
    expect(await verify(world)).toMatchObject({ ok: true, entries: 11_000, proved: 10_500 });
  });
});

describe('what a database owner does by SQL is found', () => {
  let world: LedgerWorld;
  beforeEach(async () => {
    world = await honestLedger({ entries: 60, signedAt: [20, 40, 55] });
    await store(world);
  });

  it.each<[string, string, VerifyReason, number | null]>([
    [
      'a salt',
      'update ledger_entries set member_salt = set_bit(member_salt, 0, 1 - get_bit(member_salt, 0)) where seq = 25',
      'row-edited',
      25,
    ],
    [
      'a view',
      "update ledger_entries set member_view = replace(member_view, 'PHAR', 'OPTI') where seq = 25",
      'row-edited',
      25,
    ],
    [
      'another salt',
      'update ledger_entries set rest_salt = set_bit(rest_salt, 9, 1 - get_bit(rest_salt, 9)) where seq = 25',
      'row-edited',
      25,
    ],
    ['the rest', "update ledger_entries set rest = rest || ' ' where seq = 25", 'row-edited', 25],
    [
      'a leaf',
      'update ledger_entries set leaf = set_bit(leaf, 3, 1 - get_bit(leaf, 3)) where seq = 25',
      'row-edited',
      25,
    ],
    ['a time', "update ledger_entries set at = at + interval '1 hour' where seq = 25", 'time-edited', 25],
    ['a time without end', "update ledger_entries set at = 'infinity' where seq = 25", 'time-edited', 25],
    [
      'a journal number',
      'update ledger_entries set journal_no = journal_no + 1 where seq = 25',
      'row-edited',
      25,
    ],
    [
      'a body',
      'update ledger_entries set member_salt = null, member_view = null, rest_salt = null, rest = null where seq = 25',
      'body-blank',
      25,
    ],
    ['a row deleted', 'delete from ledger_entries where seq = 25', 'entry-missing', 25],
    ['the first deleted', 'delete from ledger_entries where seq = 0', 'entry-missing', 0],
    ['the end deleted', 'delete from ledger_entries where seq >= 50', 'entry-missing', 50],
    ['the unsigned end deleted', 'delete from ledger_entries where seq >= 57', 'door-without-entry', 57],
    ['everything deleted', 'delete from ledger_entries', 'entry-missing', 0],
    [
      'everything and its checkpoints deleted',
      'truncate ledger_entries, ledger_checkpoints',
      'entry-missing',
      0,
    ],
    [
      'two rows swapped',
      'update ledger_entries set seq = -1 where seq = 25; update ledger_entries set seq = 25 where seq = 33; update ledger_entries set seq = 33 where seq = -1',
      'entry-order',
      25,
    ],
    [
      'a row moved far away',
      'update ledger_entries set seq = 9000000000000000000 where seq = 25',
      'entry-missing',
      25,
    ],
    [
      'a row moved below zero',
      'update ledger_entries set seq = -9223372036854775807 where seq = 25',
      'entry-order',
      Number('-9223372036854775807'),
    ],
    [
      'a root',
      'update ledger_checkpoints set root = set_bit(root, 0, 1 - get_bit(root, 0)) where size = 40',
      'checkpoint-edited',
      20,
    ],
    [
      'a note',
      "update ledger_checkpoints set note = replace(note, '40', '41') where size = 40",
      'signature-wrong',
      20,
    ],
    ['a frontier', "update ledger_checkpoints set frontier = '' where size = 40", 'checkpoint-edited', null],
    ['checkpoints deleted', 'delete from ledger_checkpoints', 'checkpoint-missing', 0],
  ])('%s', async (_, statement, code, firstBad) => {
    await sql.unsafe(statement);
    expect(await verify(world)).toMatchObject({ ok: false, code, firstBad });
  });
});
