// What happens by itself: signing, paying what is owed, forgetting answers. The timers are the test's; all else is real.

import { setImmediate as eventLoop } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Faults } from '../../test/support/ledger-faults.ts';
import { LedgerProcess, refused, unanswered } from '../../test/support/ledger-process.ts';
import { readEntries } from '../../test/support/ledger-story.ts';
import { createLedgerWorld, type LedgerWorld, openDoors } from '../../test/support/ledger-world.ts';
import type { Database } from '../db/database.ts';
import type { VaultClient } from '../vault/vault-client.ts';
import { housekeeping } from './housekeeping.ts';
import { LedgerWriter } from './ledger/ledger.ts';
import { createMetrics, type Metrics } from './metrics.ts';

const EVERY_MS = 1_000;
const TEN_MINUTES_MS = 600_000;

let world: LedgerWorld;
let desk: Database;
let settle: Database;
let process: LedgerProcess;
let faults: Faults;
let metrics: Metrics;
let keeping: ReturnType<typeof housekeeping>;
beforeAll(async () => {
  world = await createLedgerWorld();
  desk = world.database.login('desk');
  settle = world.database.login('settle');
  await desk`select 1`;
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.firstDay();
  faults = new Faults();
  process = await LedgerProcess.start(world, { faults });
  metrics = createMetrics();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  keeping = housekeeping({
    ledger: process.ledger,
    metrics,
    databases: { desk, settle },
    clock: world.clock,
    everyMs: EVERY_MS,
    enterLostReplies: async () => undefined,
    tellVault: async () => undefined,
    saveGuard: async () => undefined,
  });
});
afterEach(async () => {
  await keeping.stop();
  vi.useRealTimers();
  await process.kill();
});

const signedSize = async () => (await process.store.lastCheckpoint())?.size ?? 0;
const gauge = async (name: string) =>
  Number(new RegExp(`^${name} (.+)$`, 'm').exec(await metrics.text())?.[1]);
async function until(found: () => Promise<boolean>): Promise<void> {
  for (let turns = 0; turns < 20_000; turns += 1) {
    if (await found()) return;
    await eventLoop();
  }
  throw new Error('it never happened');
}

describe('every second', () => {
  it('the ledger is signed when it has grown', async () => {
    await process.ledger.append(refused());
    expect(await signedSize()).toBe(0);
    vi.advanceTimersByTime(EVERY_MS);
    await until(async () => (await signedSize()) === 2);
    await until(async () => (await gauge('rempart_ledger_entries')) === 2);
    expect(await gauge('rempart_vault_up')).toBe(1);
  });

  it('what is owed is written and signed in the same turn', async () => {
    const [journalNo = 0] = await openDoors(process.vault, 1);
    process.ledger.owe(unanswered(journalNo));
    vi.advanceTimersByTime(EVERY_MS);
    await until(async () => (await signedSize()) === 2);
    expect(await readEntries(world)).toMatchObject([{}, { event: 'rights.unanswered', journalNo }]);
  });

  it('what failed is tried again, and the gauge says that the vault was away', async () => {
    faults.set({ at: 'signCheckpoint', nth: 1, when: 'before', deadly: false });
    vi.advanceTimersByTime(EVERY_MS);
    await until(async () => (await gauge('rempart_vault_up')) === 0);
    await until(async () => {
      vi.advanceTimersByTime(EVERY_MS);
      return (await signedSize()) === 1;
    });
  });

  it('no turn begins while one is under way: a vault that hangs for an hour leaves no 3,600 turns behind', async () => {
    await keeping.stop();
    await process.ledger.append(refused());
    const { vault, store } = process;
    let hangs = 0;
    let answer = (): void => undefined;
    const hanging: VaultClient = {
      async call(verb, input, bytes) {
        if (verb === 'signCheckpoint')
          await new Promise<void>((resolve) => {
            answer = resolve;
            hangs += 1;
          });
        return vault.call(verb, input, bytes);
      },
      close: () => vault.close(),
    };
    const ledger = await LedgerWriter.open({
      store,
      vault: hanging,
      clock: world.clock,
      onFatal: () => undefined,
    });
    let turns = 0;
    const counting: Metrics = {
      ...metrics,
      ledgerSize: () => {
        turns += 1;
      },
    };
    const other = housekeeping({
      ledger,
      metrics: counting,
      databases: { desk, settle },
      clock: world.clock,
      everyMs: EVERY_MS,
      enterLostReplies: async () => undefined,
      tellVault: async () => undefined,
      saveGuard: async () => undefined,
    });
    vi.advanceTimersByTime(EVERY_MS);
    await until(async () => hangs === 1);
    vi.advanceTimersByTime(3_600 * EVERY_MS);
    answer();
    await other.stop();
    expect(turns).toBe(2); // the one that hung, and the last one
  });
});

describe('every ten minutes', () => {
  const remember = (hours: number) => world.database.owner`
    insert into replays (asker, request_id, tag, sealed_answer, at)
    values ('software-claire', gen_random_uuid(), gen_random_uuid(), '', now() - make_interval(hours => ${hours}))`;
  const remembered = async () => (await world.database.owner`select 1 from replays`).length;

  it('answers of more than 24 hours are forgotten, younger ones are not', async () => {
    for (const hours of [0, 23, 25, 400]) await remember(hours);
    vi.advanceTimersByTime(TEN_MINUTES_MS - 1);
    expect(await remembered()).toBe(4);
    vi.advanceTimersByTime(1);
    await until(async () => (await remembered()) === 2);
  });
});

describe('stopping', () => {
  it('signs the last entries and pays what is owed first', async () => {
    await process.ledger.append(refused());
    const [journalNo = 0] = await openDoors(process.vault, 1);
    process.ledger.owe(unanswered(journalNo));
    await keeping.stop();
    expect(await signedSize()).toBe(3);
    expect(await world.verify()).toMatchObject({ ok: true, entries: 3, proved: 3 });
  });

  it('ends although the vault is gone', async () => {
    await process.vault.close();
    await keeping.stop();
    expect(await signedSize()).toBe(0);
  });

  it('ends the timers', async () => {
    await keeping.stop();
    await process.ledger.append(refused());
    vi.advanceTimersByTime(10 * TEN_MINUTES_MS);
    expect(vi.getTimerCount()).toBe(0);
    expect(await signedSize()).toBe(1);
  });
});
