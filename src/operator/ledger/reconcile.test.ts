// What a start enters for the process before it: doors without entry, each once, and nothing else.

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
} from '../../../test/support/ledger-world.ts';

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
  process = await LedgerProcess.start(world, faults);
});
afterEach(() => process.kill());

async function startAgain(): Promise<void> {
  await process.kill();
  process = await LedgerProcess.start(world, faults);
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

it('a start that fails half-way leaves the rest to the next one', async () => {
  await openDoors(process.vault, 3);
  await process.kill();
  faults.set({ at: 'commit', nth: 2, when: 'before', deadly: false }); // the doors are entered, the start itself is not
  await expect(LedgerProcess.start(world, faults)).rejects.toThrow('the entry could not be made durable');
  process = await LedgerProcess.start(world, faults);
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
