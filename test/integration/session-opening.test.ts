// Opening a portal session against what may go wrong at that very moment: a ledger that cannot take the entry (I2), a
// scope that is being closed (I8). Neither leaves a session behind.

import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { sqlSessionStore } from '../../src/operator/access/session-store-sql.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ simulator: true });
}, 60_000);
afterAll(() => world?.close());

const session = (idHash: string, account: string) => ({
  idHash,
  account,
  who: 'Claire Aubrac',
  key: { x: 'x', y: 'y' },
  vaultSession: 'a.b.c',
  grant: `grant-${idHash}`,
  pscSid: null,
  by: 'psc' as const,
  lastUsedAtMs: Date.now(),
  endsAtMs: Date.now() + 3_600_000,
});

it('a sign-in that the ledger cannot take did not happen', async () => {
  await world.sql`revoke insert on ledger_entries from rempart_log`;
  const browser = new SoftwareBrowser(world.portalUrl);
  const back = await browser.leaveFor('899700210037');
  const to = await browser
    .comeBack(back.pathname + back.search)
    .finally(() => world.sql`grant insert on ledger_entries to rempart_log`);
  expect(to).toBe('/?refused=disconnected');
  expect((await browser.get('/v1/session')).body).toEqual({ state: 'none' });
  const rows = await world.sql`select ended_because from sessions`;
  expect(rows.map((row) => row['ended_because'])).toEqual(['not-entered']);
}, 30_000);

it.each([
  ['that is being closed opens none: it waits for the closing and sees it', 'closing first'],
  ['that was opened just before the closing is ended by it', 'opening first'],
])('a session of a scope %s', async (_what, order) => {
  const [closer, opener] = [
    postgres(world.ownerUrl, { max: 1 }),
    openDatabase(world.ownerUrl, { max: 1, applicationName: 'test' }),
  ];
  const store = sqlSessionStore(opener);
  const close = (tx: postgres.Sql | postgres.TransactionSql) => tx`
    insert into switches (scope, state, reason, author) values ('account:hugo', 'closed', 'test', 'sophie')`;
  try {
    if (order === 'closing first') {
      let opening: ReturnType<typeof store.open> | undefined;
      await closer.begin(async (tx) => {
        await close(tx);
        opening = store.open(session('late', 'hugo')); // while the closing is not committed yet
        await tx`select pg_sleep(0.2)`;
      });
      expect(await opening).toBe('closed');
    } else {
      expect(await store.open(session('early', 'hugo'))).toEqual({ replaced: [] });
      await close(closer);
    }
    const living = await world.sql`select 1 from sessions where account_id = 'hugo' and ended_at is null`;
    expect(living).toHaveLength(0);
  } finally {
    await world.sql`delete from switches`;
    await Promise.all([closer.end(), opener.end()]);
  }
});
