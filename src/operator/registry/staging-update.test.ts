// A feed that was cut off by an update goes on afterwards: its tables were made by the release before.

import { randomUUID } from 'node:crypto';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { stageBlock, stagedSoFar, stagingTables } from './staging-store-sql.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../migrations/operator');
const KEY = { insurerId: 1, seq: 7 };
const NOTHING = new Uint8Array();

let server: Database;
let sql: Database;
const name = `staging_${randomUUID().replaceAll('-', '')}`;

beforeAll(async () => {
  server = openDatabase(inject('postgresUrl'), { max: 1, applicationName: 'test-server' });
  await server.unsafe(`create database ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  sql = openDatabase(url.href, { max: 1, applicationName: 'test-staging' });
});
afterAll(async () => {
  await sql.end();
  await server.unsafe(`drop database if exists ${name}`);
  await server.end();
});

it('stages its next block beside those of before, whose canaries nobody had counted', async () => {
  const before = tempDir();
  for (const file of readdirSync(MIGRATIONS).filter((one) => one < '0011')) {
    copyFileSync(join(MIGRATIONS, file), join(before, file));
  }
  await migrate(sql, before);
  const { blocks, lines } = stagingTables(KEY);
  // As that release made and filled them.
  await sql.unsafe(`
    create unlogged table ${blocks} (block int primary key, lines int not null, epoch smallint not null);
    create unlogged table ${lines} (line_no int4);
    insert into ${blocks} (block, lines, epoch) values (0, 10000, 1)`);

  await migrate(sql, MIGRATIONS);
  const block = {
    index: 1,
    lines: 500,
    epoch: 1,
    lineRows: NOTHING,
    doorRows: NOTHING,
    rejected: [],
    canaries: 2,
  };
  await stageBlock(sql, KEY, block);
  expect(await stagedSoFar(sql, KEY)).toEqual({ blocks: 2, lines: 10_500, epoch: 1, canaries: 2 });
  // And the release before, should it be started again, still stages its own.
  await sql.unsafe(`insert into ${blocks} (block, lines, epoch) values (2, 1, 1)`);
});
