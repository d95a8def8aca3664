// Group commit: what arrives together becomes durable together, in the order of the calls, and nobody is told before.

import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Faults } from '../../../test/support/ledger-faults.ts';
import {
  checked,
  LedgerProcess,
  newRecordId,
  refused,
  unanswered,
} from '../../../test/support/ledger-process.ts';
import { readEntries } from '../../../test/support/ledger-story.ts';
import {
  AMC_NO,
  createLedgerWorld,
  type LedgerWorld,
  openDoors,
} from '../../../test/support/ledger-world.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { LedgerUnavailable, LedgerWriter } from './ledger.ts';
import type { Ledger, NewEntry, Receipt } from './ledger-port.ts';
import type { LedgerStore } from './ledger-store.ts';
import { verifyReceipt } from './receipt.ts';

let world: LedgerWorld;
let process: LedgerProcess;
let faults: Faults;
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.firstDay();
  faults = new Faults();
  process = await LedgerProcess.start(world, { faults });
});
afterEach(() => process.kill());

/** Entry 0 is the start of the process. */
const FIRST = 1;

const appendRefusals = (ledger: Ledger, count: number) =>
  Array.from({ length: count }, (_, i) => {
    const entry = refused();
    return ledger.append({ ...entry, rest: { ...entry.rest, call: i } });
  });

async function callsInOrder(): Promise<number[]> {
  const rows = await world.database.owner<{ call: number }[]>`
    select (rest::json ->> 'call')::int as call from ledger_entries where seq >= ${FIRST} order by seq`;
  return rows.map(({ call }) => call);
}

/** The same log through a store whose commits wait for the test: `release` lets the next one through. */
async function behindAGate() {
  const waiting: (() => void)[] = [];
  const store: LedgerStore = {
    ...process.store,
    async commit(rows, replays) {
      await new Promise<void>((open) => waiting.push(open));
      await process.store.commit(rows, replays);
    },
  };
  const { vault, fatal } = process;
  const onFatal = (error: (typeof fatal)[number]) => void fatal.push(error);
  const ledger = await LedgerWriter.open({ store, vault, clock: world.clock, onFatal });
  return {
    ledger,
    /** Resolves when a flush has come to its commit and stands there. */
    async arrived() {
      while (waiting.length === 0) await turn();
    },
    release: () => waiting.shift()?.(),
  };
}

describe('entries that are appended together', () => {
  it('share one signature and one commit', async () => {
    const before = faults.count('commit');
    const receipts = await Promise.all(appendRefusals(process.ledger, 200));
    expect(faults.count('commit') - before).toBe(1);
    expect(new Set(receipts.map(({ signature }) => signature)).size).toBe(1);
    expect(receipts[0]?.flush).toEqual({ first: FIRST, count: 200 });
  });

  it('stand in the order of the calls', async () => {
    const receipts = await Promise.all(appendRefusals(process.ledger, 50));
    expect(receipts.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_, i) => FIRST + i));
    expect(await callsInOrder()).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('of which there are 1,001 make two flushes, in order all the same', async () => {
    const before = faults.count('commit');
    const receipts = await Promise.all(appendRefusals(process.ledger, 1_001));
    expect(faults.count('commit') - before).toBe(2);
    expect([receipts[0]?.flush, receipts[1_000]?.flush]).toEqual([
      { first: FIRST, count: 1_000 },
      { first: FIRST + 1_000, count: 1 },
    ]);
    expect(await callsInOrder()).toEqual(Array.from({ length: 1_001 }, (_, i) => i));
  });

  it('have receipts that verify, each for its own place and for no other', async () => {
    const receipts = await Promise.all(appendRefusals(process.ledger, 33));
    const { vkey } = world.vault.identity;
    expect(receipts.every((receipt) => verifyReceipt(receipt, vkey))).toBe(true);
    const moved = receipts.map((receipt) => ({
      ...receipt,
      index: FIRST + ((receipt.index - FIRST + 1) % 33),
    }));
    expect(moved.some((receipt) => verifyReceipt(receipt, vkey))).toBe(false);
    const leaves = await readEntries(world);
    for (const { index, leaf } of receipts) expect(leaves[index]?.leaf.toString('base64')).toBe(leaf);
  });

  it('about people are tagged in one call, each with the tag of its own person', async () => {
    const people = [newRecordId(), null, newRecordId(), newRecordId()];
    const numbers = await openDoors(process.vault, people.length);
    await Promise.all(
      numbers.map((journalNo, i) => process.ledger.append(checked(journalNo, people[i] ?? null))),
    );
    const about = people.flatMap((recordId) => (recordId === null ? [] : [{ amcNo: AMC_NO, recordId }]));
    const { out } = await process.vault.call('tag', { month: '2026-11', items: about });
    const rows = await world.database.owner<{ person: string | null }[]>`
      select rest::json ->> 'person' as person from ledger_entries where seq >= ${FIRST} order by seq`;
    expect(rows.map(({ person }) => person)).toEqual([out.tags[0], null, out.tags[1], out.tags[2]]);
    expect(faults.count('tag')).toBe(2);
  });
});

describe('entries that bring their tag', () => {
  const withTag = (journalNo: number, month: string) => {
    const entry = checked(journalNo, newRecordId());
    return {
      ...entry,
      about: { ...entry.about, amcNo: AMC_NO, tag: { month, tag: 'ab'.repeat(16) } },
    } as NewEntry;
  };
  const written = async () => {
    const [row] = await world.database.owner<{ person: string }[]>`
      select rest::json ->> 'person' as person from ledger_entries order by seq desc limit 1`;
    return row?.person;
  };

  it('keep it in its own month, and the vault is not asked again', async () => {
    const [journalNo] = await openDoors(process.vault, 1);
    await process.ledger.append(withTag(journalNo as number, '2026-11'));
    expect(await written()).toBe('ab'.repeat(16));
    expect(faults.count('tag')).toBe(0);
  });

  it('get another when the month has ended meanwhile: a month never joins the one before', async () => {
    const [journalNo] = await openDoors(process.vault, 1);
    await process.ledger.append(withTag(journalNo as number, '2026-10'));
    expect(await written()).toMatch(/^(?!(?:ab)+$)[0-9a-f]{32}$/);
    expect(faults.count('tag')).toBe(1);
  });
});

describe('nobody is answered', () => {
  it('before the commit has come back', async () => {
    const gate = await behindAGate();
    let answered = 0;
    const appended = appendRefusals(gate.ledger, 3).map((one) => one.then(() => (answered += 1)));
    await gate.arrived();
    for (let i = 0; i < 20; i += 1) await turn();
    expect(answered).toBe(0);
    gate.release();
    await Promise.all(appended);
    expect(await callsInOrder()).toEqual([0, 1, 2]);
  });

  it('when the commit failed, and the next entry takes the free place', async () => {
    faults.set({ at: 'commit', nth: 1, when: 'before', deadly: false });
    const [failed] = await Promise.allSettled([process.ledger.append(refused())]);
    expect(failed).toMatchObject({ status: 'rejected', reason: expect.any(LedgerUnavailable) });
    expect(await process.ledger.append(refused())).toMatchObject({ index: FIRST });
  });

  it('when only the confirmation was lost, and the next entry stands behind it', async () => {
    faults.set({ at: 'commit', nth: 1, when: 'after', deadly: false });
    await expect(process.ledger.append(refused())).rejects.toThrow(LedgerUnavailable);
    expect(await process.ledger.append(refused())).toMatchObject({ index: FIRST + 1 });
  });

  it('with a receipt when the vault gives fewer tags than people', async () => {
    const forgetful: VaultClient = {
      async call(verb, input, bytes) {
        const reply = await process.vault.call(verb, input, bytes);
        return verb === 'tag' ? { ...reply, out: { ...reply.out, tags: [] } } : reply;
      },
      close: () => process.vault.close(),
    };
    const parts = { store: process.store, vault: forgetful, clock: world.clock, onFatal: () => undefined };
    const ledger = await LedgerWriter.open(parts);
    const [journalNo = 0] = await openDoors(process.vault, 1);
    await expect(ledger.append(checked(journalNo, newRecordId()))).rejects.toThrow(LedgerUnavailable);
  });
});

it('beyond 20,000 that wait, askers are told at once; those who wait are served', async () => {
  const gate = await behindAGate();
  const [first] = appendRefusals(gate.ledger, 1);
  await gate.arrived();
  const waiting = appendRefusals(gate.ledger, 20_000);
  await expect(gate.ledger.append(refused())).rejects.toThrow(LedgerUnavailable);
  let served = 0;
  const all = Promise.all([first, ...waiting].map((one) => one?.then(() => (served += 1))));
  while (served < 20_001) {
    gate.release();
    await turn();
  }
  await all;
  expect(await callsInOrder()).toEqual([0, ...Array.from({ length: 20_000 }, (_, i) => i)]);
});

describe('a checkpoint', () => {
  /** The vault has signed, and its reply is on its way until the test lets it come. */
  async function signedAndNotYetTold() {
    const gate: { arrived: boolean; release(): void } = { arrived: false, release: () => undefined };
    const vault: VaultClient = {
      async call(verb, input, bytes) {
        const reply = await process.vault.call(verb, input, bytes);
        if (verb !== 'signCheckpoint' || gate.arrived) return reply;
        gate.arrived = true;
        await new Promise<void>((open) => {
          gate.release = open;
        });
        return reply;
      },
      close: () => process.vault.close(),
    };
    const { store, fatal } = process;
    const onFatal = (error: (typeof fatal)[number]) => void fatal.push(error);
    const ledger = await LedgerWriter.open({ store, vault, clock: world.clock, onFatal });
    await Promise.all(appendRefusals(ledger, 3));
    const signed = ledger.checkpoint();
    while (!gate.arrived) await turn();
    return { ledger, signed, gate };
  }

  it('keeps no entry waiting while the vault signs it', async () => {
    const { ledger, signed, gate } = await signedAndNotYetTold();
    expect(await ledger.append(refused())).toMatchObject({ index: FIRST + 3 });
    gate.release();
    await signed;
    await ledger.checkpoint();
    expect((await process.store.lastCheckpoint())?.size).toBe(FIRST + 4);
  });

  it('that could not be stored, with another right behind it, signs no entry twice', async () => {
    await Promise.all(appendRefusals(process.ledger, 3));
    faults.set({ at: 'addCheckpoint', nth: 1, when: 'before', deadly: false });
    const [first, second] = await Promise.allSettled([
      process.ledger.checkpoint(),
      process.ledger.checkpoint(),
    ]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    const { ledger } = (await process.vault.call('state', {})).out;
    expect(ledger.size).toBe(FIRST + 3);
    expect((await process.store.lastCheckpoint())?.size).toBe(FIRST + 3);
    expect(process.fatal).toEqual([]);
  });

  it('that is being signed is not mixed up with what is read again after a lost confirmation', async () => {
    const { ledger, signed, gate } = await signedAndNotYetTold();
    faults.set({ at: 'commit', nth: 1, when: 'after', deadly: false });
    await expect(ledger.append(refused())).rejects.toThrow(LedgerUnavailable);
    const next = ledger.append(refused()); // reads the log again first
    for (let i = 0; i < 10; i += 1) {
      await process.vault.call('state', {}); // time enough for a reading that did not wait for the signature
      await process.store.lastCheckpoint();
    }
    gate.release();
    await signed;
    expect(await next).toMatchObject({ index: FIRST + 4 });
    await ledger.checkpoint();
    expect((await process.store.lastCheckpoint())?.size).toBe(FIRST + 5);
    expect(process.fatal).toEqual([]);
  });
});

it('closing waits for what is being written', async () => {
  const receipts: Receipt[] = [];
  for (const one of appendRefusals(process.ledger, 1_500)) void one.then((receipt) => receipts.push(receipt));
  await process.ledger.close();
  expect(receipts).toHaveLength(1_500);
});

describe('what is owed', () => {
  it('is written at the next settling, and once', async () => {
    const [journalNo = 0] = await openDoors(process.vault, 1);
    process.ledger.owe(unanswered(journalNo));
    expect(await callsInOrder()).toEqual([]);
    await process.ledger.settle();
    await process.ledger.settle();
    expect((await readEntries(world)).slice(FIRST)).toMatchObject([
      { event: 'rights.unanswered', journalNo },
    ]);
  });

  it('stays owed while the database is away', async () => {
    const [journalNo = 0] = await openDoors(process.vault, 1);
    process.ledger.owe(unanswered(journalNo));
    for (const at of ['enteredJournalNos', 'commit'] as const) {
      faults.set({ at, nth: 1, when: 'before', deadly: false });
      await process.ledger.settle();
      expect(await readEntries(world)).toHaveLength(FIRST);
    }
    await process.ledger.settle();
    expect(await readEntries(world)).toHaveLength(FIRST + 1);
  });

  it('is not written for a door whose entry went through though its confirmation did not', async () => {
    const [journalNo = 0] = await openDoors(process.vault, 1);
    faults.set({ at: 'commit', nth: 1, when: 'after', deadly: false });
    await expect(process.ledger.append(checked(journalNo))).rejects.toThrow(LedgerUnavailable);
    process.ledger.owe(unanswered(journalNo));
    await process.ledger.settle();
    expect((await readEntries(world)).slice(FIRST)).toMatchObject([{ event: 'rights.checked', journalNo }]);
  });
});
