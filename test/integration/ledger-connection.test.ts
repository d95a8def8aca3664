// A database connection that breaks under load: nobody waits for ever, nothing is lost, nothing is written twice, and
// all goes on by itself when the database is back.

import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BIGINT_ARRAY,
  BYTEA_ARRAY,
  type Database,
  INT_ARRAY,
  TEXT_ARRAY,
  UUID_ARRAY,
} from '../../src/db/database.ts';
import { verifyReceipt } from '../../src/operator/ledger/receipt.ts';
import { Cable } from '../support/ledger-cable.ts';
import { LedgerProcess, refused } from '../support/ledger-process.ts';
import { readEntries } from '../support/ledger-story.ts';
import { createLedgerWorld, type LedgerWorld } from '../support/ledger-world.ts';

let world: LedgerWorld;
let cable: Cable;
beforeAll(async () => {
  world = await createLedgerWorld();
  cable = await Cable.lay(world.database.port);
});
afterAll(async () => {
  await cable.cut();
  await world.close();
});

describe('the ledger', () => {
  /** A stream of entries: some are on their way to the database, some wait, some arrive while it breaks. */
  async function appendWhileItBreaks(process: LedgerProcess, turns: number): Promise<void> {
    const settled: Promise<unknown>[] = [];
    for (let i = 0; i < 40; i += 1) {
      settled.push(process.ledger.append(refused()).catch(() => undefined));
      if (i === 20) cable.holdAnswers();
      if (i === 20 + turns) cable.reset();
      await turn();
    }
    await Promise.all(settled);
  }

  it('answers or refuses every entry, and the next ones are written as if nothing had been', async () => {
    const process = await LedgerProcess.start(world, { port: cable.port });
    for (let turns = 1; turns < 8; turns += 1) {
      await appendWhileItBreaks(process, turns);
      for (let tries = 0; tries < 3; tries += 1)
        await process.ledger.append(refused()).catch(() => undefined);
      const receipt = await process.ledger.append(refused());
      expect(verifyReceipt(receipt, world.vault.identity.vkey)).toBe(true);
      expect(await readEntries(world)).toHaveLength(receipt.index + 1);
    }
    expect(process.fatal).toEqual([]);
    await process.ledger.checkpoint();
    expect(await world.verify()).toMatchObject({ ok: true });
    await process.kill();
  });
});

describe('a database handle', () => {
  const ask = (database: Database) =>
    database<{ one: number }[]>`select ${1}::int as one`.then((rows) => rows[0]?.one);

  it.each([1, 2])('of %i connections settles every query, whenever the connection breaks', async (max) => {
    const database = world.database.login('desk', { port: cable.port, max });
    for (let turns = 0; turns < 5; turns += 1) {
      const settled: Promise<unknown>[] = [];
      for (let i = 0; i < 20; i += 1) {
        settled.push(ask(database).catch((error: unknown) => error));
        // One more from whoever hears of a failure first: the moment at which the driver loses queries.
        settled.push(
          ask(database)
            .catch(() => ask(database))
            .catch((error: unknown) => error),
        );
        if (i === 5) cable.holdAnswers();
        if (i === 5 + turns) cable.reset();
        await turn();
      }
      await Promise.all(settled);
      expect(await ask(database)).toBe(1);
    }
  });

  it('fails at once while the database is away, and works as soon as it is back', async () => {
    const own = await Cable.lay(world.database.port);
    const database = world.database.login('desk', { port: own.port });
    expect(await ask(database)).toBe(1);
    await own.cut();
    for (let tries = 0; tries < 10; tries += 1) await expect(ask(database)).rejects.toThrow();
    const again = await Cable.lay(world.database.port, own.port);
    expect(await ask(database)).toBe(1);
    await again.cut();
  });

  it('writes and reads arrays without asking the database for its types first', async () => {
    const texts = ['', 'NULL', 'null', ' a b ', 'a,b', '{c}', '"d"', 'e\\f', '\\', 'é€', 'two\nlines', null];
    const bytes = [Buffer.alloc(0), Buffer.from([0, 0x5c, 0x22, 0xff]), null];
    const database = world.database.login('desk');
    const [row] = await database`
      select ${database.array(texts as string[], TEXT_ARRAY)} as texts, ${database.array(bytes as Buffer[], BYTEA_ARRAY)} as bytes,
             ${database.array([1, null, -3] as number[], BIGINT_ARRAY)} as bigints, ${database.array([7, 8], INT_ARRAY)} as ints,
             ${database.array(['6f1f4c1e-0000-4000-8000-000000000000'], UUID_ARRAY)} as uuids, '{}'::text[] as none`;
    expect(row).toEqual({
      texts,
      bytes,
      bigints: [1, null, -3],
      ints: [7, 8],
      uuids: ['6f1f4c1e-0000-4000-8000-000000000000'],
      none: [],
    });
  });

  it('that was ended stays ended', async () => {
    const database = world.database.login('desk', { port: cable.port });
    expect(await ask(database)).toBe(1);
    await database.end();
    await expect(ask(database)).rejects.toMatchObject({ code: 'CONNECTION_ENDED' });
  });
});
