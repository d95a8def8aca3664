// Rows of engagements and counters on a real PostgreSQL, under the role that the operator has for them.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorDatabase, type OperatorDatabase } from '../../../test/support/ledger-world.ts';
import type { Database } from '../../db/database.ts';
import type { SettlementStore, SettlementTransaction } from './settlement-store.ts';
import { forgetSettled, sqlSettlementStore } from './settlement-store-sql.ts';

const FORBIDDEN = '42501'; // insufficient_privilege
const ENGAGEMENT = 'e'.repeat(32);
const [FIRST, SECOND] = ['a'.repeat(32), 'b'.repeat(32)] as const;

let database: OperatorDatabase;
let login: Database;
let store: SettlementStore;
beforeAll(async () => {
  database = await createOperatorDatabase();
  login = database.login('settle', { max: 4 });
  store = sqlSettlementStore(login);
  await database.owner`insert into insurers (id, amc_no, name) values (1, '0999000101', 'Mutuelle des Tilleuls')`;
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.owner`delete from counters`;
  await database.owner`delete from engagements`;
  await database.owner`insert into engagements values (${ENGAGEMENT}, 1, 'promised', '2027-01-01')`;
});

const row = (locator: string) => ({ locator, insurerId: 1, expiresOn: '2027-03-01' });
const lock = (tx: SettlementTransaction, ...locators: string[]) => tx.lockCounters(locators.map(row));
const write = (tx: SettlementTransaction, locator: string, text: string) =>
  tx.writeCounters([{ ...row(locator), sealed: Buffer.from(text) }]);
/** One more in that counter, as two racing quotes would. */
const addOne = (...locators: string[]) =>
  store.transaction(async (tx) => {
    const locked = await lock(tx, ...locators);
    for (const locator of locators)
      await write(tx, locator, String(Number(locked.get(locator)?.toString() ?? 0) + 1));
  });

describe('the store', () => {
  it('finds an engagement by its locator, and nothing by another', async () => {
    const found = { insurerId: 1, sealed: Buffer.from('promised') };
    expect(await store.find(ENGAGEMENT)).toMatchObject(found);
    expect(await store.find(FIRST)).toBeNull();
  });

  it('replaces an engagement only while it is what it was', async () => {
    const replace = (before: string, after: string) =>
      store.replaceEngagement(ENGAGEMENT, { before: Buffer.from(before), after: Buffer.from(after) });
    expect(await replace('promised', 'quoted')).toBe(true);
    expect(await replace('promised', 'quoted otherwise')).toBe(false);
    expect((await store.find(ENGAGEMENT))?.sealed.toString()).toBe('quoted');
  });

  it('makes counters that are missing, and gives null for what was never taken from', async () => {
    await store.transaction(async (tx) => {
      expect([...(await lock(tx, SECOND, FIRST))].sort()).toEqual([
        [FIRST, null],
        [SECOND, null],
      ]);
      await write(tx, FIRST, 'one');
    });
    expect(await store.counters([SECOND, FIRST, ENGAGEMENT])).toEqual([null, Buffer.from('one'), null]);
  });

  it('leaves nothing of a transaction that fails', async () => {
    const failing = store.transaction(async (tx) => {
      await lock(tx, FIRST);
      await write(tx, FIRST, 'one');
      await tx.writeEngagement(ENGAGEMENT, Buffer.from('changed'));
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect((await store.find(ENGAGEMENT))?.sealed.toString()).toBe('promised');
    expect(await database.owner`select 1 from counters`).toHaveLength(0);
  });

  it('lets twenty takings of two counters follow one another, the first of all included, whatever their order', async () => {
    const pairs = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? [FIRST, SECOND] : [SECOND, FIRST]));
    await Promise.all(pairs.map((pair) => addOne(...pair)));
    expect((await store.counters([FIRST, SECOND])).map(String)).toEqual(['20', '20']);
  });

  it('forgets what no claim can come for any more, and nothing of today', async () => {
    await database.owner`insert into engagements values (${FIRST}, 1, 'old', '2020-01-01')`;
    await database.owner`insert into engagements values (${SECOND}, 1, 'today', (now() at time zone 'Europe/Paris')::date)`;
    await database.owner`insert into counters values (${FIRST}, 1, 'old', '2020-01-01'), (${SECOND}, 1, 'new', '2999-01-01')`;
    await forgetSettled(login);
    const left = await database.owner`
      select convert_from(sealed, 'utf8') as text from engagements union all
      select convert_from(sealed, 'utf8') from counters order by text`;
    expect(left.map(({ text }) => text)).toEqual(['new', 'promised', 'today']);
  });
});

describe('the role of settlement', () => {
  it.each([
    'select * from records',
    'select * from doors',
    'select * from ledger_entries',
    "insert into engagements values ('00000000-0000-0000-0000-000000000001', 1, '', '2027-01-01')",
    'delete from products',
    'select * from sessions',
  ])('may not: %s', async (statement) => {
    await expect(login.unsafe(statement)).rejects.toMatchObject({ code: FORBIDDEN });
  });
});
