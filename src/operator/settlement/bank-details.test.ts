// When bank details come into force, on a clock of the test's own and a real database.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOperatorDatabase, type OperatorDatabase } from '../../../test/support/ledger-world.ts';
import { ManualClock } from '../../lib/clock.ts';
import { bankDetailsOf } from './bank-details.ts';
import type { BankDetailsStore } from './bank-details-store.ts';
import { sqlBankDetailsStore } from './bank-details-store-sql.ts';

const FREEZE_MS = 72 * 3_600_000;
const START_MS = Date.parse('2026-12-01T02:00:00.000Z');
const STRUCTURE = 'S-1';

let database: OperatorDatabase;
let store: BankDetailsStore;
let clock: ManualClock;
beforeAll(async () => {
  database = await createOperatorDatabase();
  await database.owner`insert into structures (id, name, place) values ('S-1', 'P', 'V'), ('S-2', 'P', 'V')`;
  store = sqlBankDetailsStore(database.login('settle', { max: 4 }));
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.owner`delete from bank_details`;
  clock = new ManualClock(START_MS);
});

const put = (masked: string, freezeMs = FREEZE_MS) => {
  const atMs = clock.nowMs();
  const sealed = Buffer.from(masked).toString('base64url');
  return store.put({ structure: STRUCTURE, sealed, masked, atMs, inForceFromMs: atMs + freezeMs });
};
const shown = async (structure = STRUCTURE) => {
  const { inForce, waiting } = await bankDetailsOf({ bankDetails: store, clock }, structure);
  return [inForce?.masked ?? null, waiting?.masked ?? null];
};

it('the first ones too are in force after 72 hours, to the millisecond', async () => {
  await put('first');
  expect(await shown()).toEqual([null, 'first']);
  clock.advance(FREEZE_MS - 1);
  expect(await shown()).toEqual([null, 'first']);
  clock.advance(1);
  expect(await shown()).toEqual(['first', null]);
  expect(await shown('S-2')).toEqual([null, null]);
});

it('old ones stay in force until the new ones are', async () => {
  await put('old');
  clock.advance(FREEZE_MS);
  await put('new');
  clock.advance(FREEZE_MS - 1);
  expect(await shown()).toEqual(['old', 'new']);
  clock.advance(1);
  expect(await shown()).toEqual(['new', null]);
});

it('a change that was changed again never comes into force, not even between the two', async () => {
  await put('old');
  clock.advance(FREEZE_MS);
  await put('thief');
  clock.advance(FREEZE_MS - 1);
  await put('old again');
  for (const hours of [1, 24, 71]) {
    clock.advance(hours * 3_600_000);
    expect((await shown())[0], `${hours} h later`).not.toBe('thief');
  }
});

it('of changes at once one waits, and the others never come into force', async () => {
  await Promise.all(['a', 'b', 'c', 'd'].map((masked) => put(masked)));
  const waiting = await database.owner`select from bank_details where superseded_at is null`;
  expect(waiting).toHaveLength(1);
});

it('the database itself refuses a change without the 72 hours, and one of a row that is there', async () => {
  await expect(put('now', FREEZE_MS - 1)).rejects.toThrow('check constraint');
  await put('first');
  const settle = database.login('settle');
  await expect(settle`update bank_details set sealed = 'x'`).rejects.toThrow('permission denied');
  await expect(settle`update bank_details set in_force_from = now()`).rejects.toThrow('permission denied');
  await expect(settle`delete from bank_details`).rejects.toThrow('permission denied');
});
