// The crash matrix of the ledger: every call to the store and to the vault fails once, before or after its effect;
// the process dies of it or goes on. Afterwards everything answered is there, every door has one entry, and the
// verifier finds nothing.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultPoint, Faults } from '../support/ledger-faults.ts';
import { LedgerStory, readEntries } from '../support/ledger-story.ts';
import { createLedgerWorld, type LedgerWorld, openDoors } from '../support/ledger-world.ts';

let world: LedgerWorld;
let story: LedgerStory;
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.firstDay();
  story = new LedgerStory(world, new Faults());
});
afterEach(() => story.kill());

/** Two processes one after the other; the first is killed while a check is between its door and its entry. */
async function tell(): Promise<void> {
  await story.serve(3, 1);
  await story.keepHouse();
  await story.serve(2);
  await story.keepHouse();
  await openDoors((await story.process()).vault, 1).catch(() => undefined);
  await story.kill();
  await story.serve(2);
  await story.keepHouse();
}

/** How often each call happens in that story. */
const CALLS: Partial<Record<FaultPoint, number>> = {
  claim: 2,
  state: 2,
  lastCheckpoint: 2,
  leaves: 2,
  reconciledUpTo: 2,
  openedSince: 2,
  journal: 1,
  enteredJournalNos: 1,
  open: 4,
  tag: 3,
  signFlush: 6,
  commit: 6,
  signCheckpoint: 3,
  addCheckpoint: 3,
};

const MATRIX = Object.entries(CALLS).flatMap(([at, calls]) =>
  (['before', 'after'] as const).flatMap((when) =>
    Array.from({ length: calls }, (_, i) => ({ at: at as FaultPoint, when, nth: i + 1 })),
  ),
);

it('the matrix has every call of the story', async () => {
  await tell();
  await story.kill();
  expect(Object.fromEntries(story.faults.calls)).toEqual(CALLS);
});

describe('the process dies', () => {
  it.each(MATRIX)('$when call $nth of $at', async (fault) => {
    story.faults.set({ ...fault, deadly: true });
    await tell();
    expect(story.faults.fired).toBe(1);
    await story.endsWell();
  });
});
