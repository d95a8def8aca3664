// What a start enters for the process before it: doors without entry, each once, and nothing else.

import { mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Faults } from '../../../test/support/ledger-faults.ts';
import { checked, LedgerProcess } from '../../../test/support/ledger-process.ts';
import { readEntries } from '../../../test/support/ledger-story.ts';
import {
  AMC_NO,
  CLAIRE,
  createLedgerWorld,
  type LedgerWorld,
  openDoors,
  openEngagement,
} from '../../../test/support/ledger-world.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { reconcile } from './reconcile.ts';

const DAY_MS = 86_400_000;

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

async function startAgain(): Promise<void> {
  await process.kill();
  process = await LedgerProcess.start(world, { faults });
}

it('a door without entry gets one, which says who opened it, when, and that no answer left', async () => {
  const openedAt = new Date(world.clock.nowMs()).toISOString();
  const [journalNo = 0] = await openDoors(process.vault, 1);
  world.clock.advance(5_000);
  await startAgain();
  const [entry] = await world.database.owner<{ member: object; rest: object }[]>`
    select member_view::json as member, rest::json as rest from ledger_entries where journal_no = ${journalNo}`;
  expect(entry?.member).toEqual({
    at: new Date(world.clock.nowMs()).toISOString(),
    by: CLAIRE.profession,
    structure: CLAIRE.structure,
    purpose: null,
    evidence: 'member-number',
    fields: [],
    outcome: null,
  });
  expect(entry?.rest).toEqual({
    event: 'rights.unanswered',
    insurer: null,
    person: null,
    account: CLAIRE.account,
    client: CLAIRE.client,
    asked: AMC_NO,
    door: 'member',
    journalNo,
    openedAt,
  });
});

it('an engagement’s door without entry gets one too: whose member it concerned, nobody knows', async () => {
  const journalNo = await openEngagement(process.vault, '7'.repeat(26));
  await startAgain();
  const entry = (await readEntries(world)).find((one) => one.journalNo === journalNo);
  expect(entry).toMatchObject({ event: 'rights.unanswered' });
  const [row] = await world.database.owner<{ member: object; rest: object }[]>`
    select member_view::json as member, rest::json as rest from ledger_entries where journal_no = ${journalNo}`;
  expect(row?.member).toMatchObject({ structure: CLAIRE.structure, evidence: 'engagement', outcome: null });
  expect(row?.rest).toMatchObject({ account: CLAIRE.account, asked: null, door: 'engagement', person: null });
});

it('only doors without entry get one, and the start says how many they were and how far it has looked', async () => {
  const numbers = await openDoors(process.vault, 5);
  await process.ledger.append(checked(numbers[1] ?? 0));
  await process.ledger.append(checked(numbers[3] ?? 0));
  await startAgain();
  const entries = await readEntries(world);
  const unanswered = entries.filter(({ event }) => event === 'rights.unanswered');
  expect(unanswered.map(({ journalNo }) => journalNo)).toEqual([numbers[0], numbers[2], numbers[4]]);
  const [start] = await world.database.owner<{ rest: object }[]>`
    select rest::json as rest from ledger_entries order by seq desc limit 1`;
  expect(start?.rest).toMatchObject({ event: 'platform.started', unanswered: 3, journalUpTo: numbers[4] });
});

it('a second start finds nothing left to enter, and does not look again at what the first has looked at', async () => {
  await openDoors(process.vault, 3);
  await startAgain();
  const before = await readEntries(world);
  const lookedUp = faults.count('enteredJournalNos');
  await startAgain();
  const after = await readEntries(world);
  expect(after.slice(before.length).map(({ event }) => event)).toEqual(['platform.started']);
  expect(faults.count('enteredJournalNos')).toBe(lookedUp);
});

it('doors are entered by the thousand and a few', async () => {
  const numbers = [...(await openDoors(process.vault, 700)), ...(await openDoors(process.vault, 700))];
  await startAgain();
  const entries = await readEntries(world);
  expect(entries.flatMap(({ journalNo }) => journalNo ?? [])).toEqual(numbers);
  await process.ledger.checkpoint();
  expect(await world.verify()).toMatchObject({ ok: true, doors: 1_400 });
});

it('a vault that names doors a few at a time is asked until it has none left', async () => {
  const numbers = await openDoors(process.vault, 5);
  await process.ledger.append(checked(numbers[3] ?? 0));
  const { vault, store, ledger } = process;
  const brief: VaultClient = {
    async call(verb, input, bytes) {
      const reply = await vault.call(verb, input, bytes);
      if (verb !== 'openedSince') return reply;
      const { numbers: all, last } = (reply as { out: { numbers: number[]; last: number } }).out;
      const few = all.slice(0, 2);
      return { ...reply, out: { numbers: few, last: all.length > 2 ? few[1] : last } } as typeof reply;
    },
    close: () => vault.close(),
  };
  expect(await reconcile({ vault: brief, store, ledger })).toBe(4);
  expect((await readEntries(world)).flatMap(({ journalNo }) => journalNo ?? []).toSorted()).toEqual(numbers);
  expect(await store.reconciledUpTo()).toBe(numbers[4]);
});

it('the journal of earlier days is not even opened for the doors of today', async () => {
  await openDoors(process.vault, 2);
  await startAgain();
  const [yesterday = ''] = readdirSync(world.vault.journalDirectory);
  const path = join(world.vault.journalDirectory, yesterday);
  world.clock.advance(DAY_MS);
  const [journalNo = 0] = await openDoors(process.vault, 1);
  renameSync(path, `${path}.away`);
  mkdirSync(path); // whoever reads it fails
  await startAgain();
  expect((await readEntries(world)).at(-2)).toMatchObject({ event: 'rights.unanswered', journalNo });
  rmdirSync(path);
  renameSync(`${path}.away`, path);
  await process.ledger.checkpoint();
  expect(await world.verify()).toMatchObject({ ok: true });
});

it('a start that fails half-way leaves the rest to the next one', async () => {
  await openDoors(process.vault, 3);
  await process.kill();
  faults.set({ at: 'commit', nth: 2, when: 'before', deadly: false }); // the doors are entered, the start itself is not
  await expect(LedgerProcess.start(world, { faults })).rejects.toThrow('the entry could not be made durable');
  process = await LedgerProcess.start(world, { faults });
  const entries = await readEntries(world);
  expect(entries.map(({ event }) => event)).toEqual([
    'platform.started',
    'rights.unanswered',
    'rights.unanswered',
    'rights.unanswered',
    'platform.started',
  ]);
});

it('a locked vault does not keep a start from entering them: nothing is opened for it', async () => {
  const [journalNo = 0] = await openDoors(process.vault, 1);
  await process.vault.call('lock', { by: 'sophie', reason: 'a drill' });
  await startAgain();
  expect((await readEntries(world)).map((entry) => entry.journalNo)).toContain(journalNo);
});
