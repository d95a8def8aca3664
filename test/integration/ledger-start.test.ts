// Which ledgers a start goes on with, and which it refuses; who may write; what a checkpoint promises. Rules against
// a database whose owner changes rows, and against a second operator.

import { hash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FatalError } from '../../src/lib/app-error.ts';
import { LedgerUnavailable, LedgerWriter } from '../../src/operator/ledger/ledger.ts';
import type { VaultClient } from '../../src/vault/vault-client.ts';
import { Faults } from '../support/ledger-faults.ts';
import { endConnection, LedgerProcess, refused } from '../support/ledger-process.ts';
import { LedgerStory, readEntries } from '../support/ledger-story.ts';
import { createLedgerVault, createLedgerWorld, type LedgerWorld } from '../support/ledger-world.ts';

let world: LedgerWorld;
let story: LedgerStory;
const processes: LedgerProcess[] = [];
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.firstDay();
  story = new LedgerStory(world, new Faults());
});
afterEach(async () => {
  await story.kill();
  await Promise.all(processes.splice(0).map((process) => process.kill()));
});

async function start(): Promise<LedgerProcess> {
  const process = await LedgerProcess.start(world);
  processes.push(process);
  return process;
}

const sql = (statement: string) => world.database.owner.unsafe(statement);

/** 0-4 signed, 5-9 signed, 10-12 younger than the last checkpoint; the process is gone. */
async function thirteenEntries(): Promise<void> {
  await story.serve(3, 1);
  await story.keepHouse();
  await story.serve(4, 1);
  await story.keepHouse();
  await story.serve(2, 1);
  await story.kill();
}

const OTHER_LEAF = `'\\x${hash('sha256', 'another entry', 'hex')}'`;

describe('a start refuses', () => {
  it.each<[string, string]>([
    ['a ledger cut below the last checkpoint', 'delete from ledger_entries where seq >= 8'],
    ['one cut by the one entry', 'delete from ledger_entries where seq >= 9'],
    [
      'one cut together with its checkpoints',
      'delete from ledger_entries where seq >= 8; delete from ledger_checkpoints where size > 8',
    ],
    ['one that is empty but for its checkpoints', 'truncate ledger_entries'],
    ['one that is empty', 'truncate ledger_entries, ledger_checkpoints'],
    [
      'one that differs, its checkpoints gone',
      `update ledger_entries set leaf = ${OTHER_LEAF} where seq = 7; truncate ledger_checkpoints`,
    ],
    [
      'one that differs after the last checkpoint that is left',
      `update ledger_entries set leaf = ${OTHER_LEAF} where seq = 7; delete from ledger_checkpoints where size = 10`,
    ],
    ['one with a hole after the last checkpoint', 'delete from ledger_entries where seq = 11'],
    ['one with a leaf cut short', 'update ledger_entries set leaf = substring(leaf from 2) where seq = 11'],
    [
      'a checkpoint that the vault never signed',
      "insert into ledger_checkpoints select 13, root, note, (select frontier from ledger_checkpoints where size = 10) from ledger_checkpoints where size = 5; update ledger_checkpoints set frontier = replace(frontier, '000000000000000a', '000000000000000c') where size = 13",
    ],
    [
      'a compact tree of other leaves',
      "update ledger_checkpoints set frontier = overlay(frontier placing 'ff' from 20) where size = 10",
    ],
    ['a compact tree that is none', "update ledger_checkpoints set frontier = '' where size = 10"],
  ])('%s', async (_, statement) => {
    await thirteenEntries();
    await sql(statement);
    await expect(start()).rejects.toThrow(FatalError);
  });

  it('the ledger of another vault', async () => {
    await thirteenEntries();
    const stranger = await createLedgerVault(world.clock);
    const strange = Object.create(world, { vault: { value: stranger } }) as LedgerWorld;
    await expect(LedgerProcess.start(strange)).rejects.toThrow(FatalError);
    await stranger.stop();
  });

  it('a ledger when the vault does not answer, without calling it broken', async () => {
    await thirteenEntries();
    story.faults.set({ at: 'state', nth: 1, when: 'before', deadly: false });
    await expect(LedgerProcess.start(world, { faults: story.faults })).rejects.not.toThrow(FatalError);
  });

  it('nothing that is whole', async () => {
    await thirteenEntries();
    await story.endsWell();
  });
});

describe('one writer', () => {
  const lockLost = ({ name }: LedgerProcess) => endConnection(world.database.owner, name);
  const append = (process: LedgerProcess) => process.ledger.append(refused());

  it('has the log: a second one is refused at its start', async () => {
    await start();
    await expect(start()).rejects.toThrow('another operator process is writing this ledger');
    await expect(start()).rejects.toThrow(FatalError);
  });

  it('keeps the log when its connection was lost and comes back', async () => {
    const first = await start();
    await append(first);
    await lockLost(first);
    // The driver may notice only now.
    const isWritten = () =>
      append(first).then(
        () => true,
        () => false,
      );
    for (let tries = 0; tries < 5 && !(await isWritten()); tries += 1);
    await append(first);
    await expect(start()).rejects.toThrow(FatalError);
    expect(first.fatal).toEqual([]);
  });

  it('claims the log again with its next commit when the driver has renewed the connection by itself', async () => {
    const first = await start();
    await lockLost(first);
    // Reads until one comes through: the new connection has no lock, and nothing has failed that was to be written.
    const isBack = () =>
      first.store.reconciledUpTo().then(
        () => true,
        () => false,
      );
    for (let tries = 0; tries < 100 && !(await isBack()); tries += 1);
    await append(first);
    await expect(start()).rejects.toThrow(FatalError);
  });

  it('that lost the log to another stops, and has written nothing beside it', async () => {
    const first = await start();
    await append(first);
    await lockLost(first);
    const second = await start();
    await append(second);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(append(first)).rejects.toThrow(LedgerUnavailable);
    }
    expect(first.fatal.length).toBeGreaterThan(0);
    await append(second);
    await second.ledger.checkpoint();
    expect((await readEntries(world)).map(({ event }) => event)).toEqual([
      'platform.started',
      'call.refused',
      'platform.started',
      'call.refused',
      'call.refused',
    ]);
    expect(await world.verify()).toMatchObject({ ok: true });
  });
});

describe('a checkpoint', () => {
  it('that was signed but not stored is fetched again, though nothing was added', async () => {
    await story.serve(2);
    story.faults.set({ at: 'addCheckpoint', nth: 1, when: 'before', deadly: false });
    await story.keepHouse();
    const { store } = await story.process();
    expect(await store.lastCheckpoint()).toBeNull();
    await story.keepHouse();
    expect((await store.lastCheckpoint())?.size).toBe(3);
    await story.isWell();
  });

  it('that is lost again and again never makes an honest ledger look cut', async () => {
    for (let deaths = 0; deaths < 3; deaths += 1) {
      await story.serve(2);
      story.faults.set({ at: 'signCheckpoint', nth: 1, when: 'after', deadly: true });
      await story.keepHouse();
      await story.looksHonest();
    }
    await story.endsWell();
  });

  it('is not asked for while nothing was added', async () => {
    await story.serve(2);
    await story.keepHouse();
    const signed = story.faults.count('signCheckpoint');
    await story.keepHouse();
    expect(story.faults.count('signCheckpoint')).toBe(signed);
  });

  it('of another tree than ours stops the process', async () => {
    const first = await start();
    await first.ledger.append(refused());
    const root = Buffer.alloc(32).toString('base64');
    const liar: VaultClient = {
      async call(verb, input, bytes) {
        const reply = await first.vault.call(verb, input, bytes);
        return verb === 'signCheckpoint' ? { ...reply, out: { ...reply.out, root } } : reply;
      },
      close: () => first.vault.close(),
    };
    const fatal: FatalError[] = [];
    const onFatal = (error: FatalError) => void fatal.push(error);
    const ledger = await LedgerWriter.open({ store: first.store, vault: liar, clock: world.clock, onFatal });
    await expect(ledger.checkpoint()).rejects.toThrow(FatalError);
    expect(fatal).toHaveLength(1);
  });

  it('finds a ledger that was cut behind our back, and stops the process', async () => {
    const process = await story.process();
    await story.serve(2);
    await story.keepHouse();
    story.faults.set({ at: 'commit', nth: 1, when: 'before', deadly: false });
    await story.serve(0, 1);
    await sql('delete from ledger_entries where seq = 2');
    await expect(process.ledger.checkpoint()).rejects.toThrow(FatalError);
    expect(process.fatal).toHaveLength(1);
  });
});
