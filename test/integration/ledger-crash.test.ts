// The crash matrix of the ledger: every call to the store and to the vault fails once, before or after its effect;
// the process dies of it or goes on. Afterwards everything answered is there, every door has one entry, and the
// verifier finds nothing.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultPoint, Faults } from '../support/ledger-faults.ts';
import { LedgerStory } from '../support/ledger-story.ts';
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
async function tellTwoLives(): Promise<void> {
  await story.serve(3, 1);
  await story.keepHouse();
  await openDoors((await story.process()).vault, 1).catch(() => undefined);
  await story.kill();
  await story.serve(2);
  await story.keepHouse();
}

type Calls = Partial<Record<FaultPoint, number>>;
/** How often each call happens in that story. */
const CALLS: Calls = {
  state: 2,
  open: 3,
  tag: 2,
  signFlush: 5,
  commit: 5,
  signCheckpoint: 2,
  addCheckpoint: 2,
};
/** The other calls of a start. They only read: to die before the first or after the last is to have done nothing. */
const READING: Calls = {
  claim: 2,
  lastCheckpoint: 2,
  leaves: 3,
  reconciledUpTo: 2,
  openedSince: 3,
  journal: 1,
  enteredJournalNos: 1,
};

const matrix = (calls: Calls, whens: readonly ('before' | 'after')[]) =>
  Object.entries(calls).flatMap(([at, count]) =>
    whens.flatMap((when) =>
      Array.from({ length: count }, (_, i) => ({ at: at as FaultPoint, when, nth: i + 1 })),
    ),
  );

const lastOf = (calls: Calls) =>
  Object.entries(calls).map(([at, count]) => ({ at: at as FaultPoint, when: 'before' as const, nth: count }));

describe('the process dies', () => {
  it('in a matrix that has every call of the story', async () => {
    await tellTwoLives();
    expect(Object.fromEntries(story.faults.calls)).toEqual({ ...CALLS, ...READING });
  });

  it.each([...matrix(CALLS, ['before', 'after']), ...lastOf(READING)])(
    '$when call $nth of $at, and the next start puts everything right',
    async (fault) => {
      story.faults.set({ ...fault, deadly: true });
      await tellTwoLives();
      expect(story.faults.fired).toBe(1);
      await story.endsWell();
    },
  );
});

/** One process that goes on whatever fails. */
async function tellOneLife(): Promise<void> {
  for (const checks of [3, 2]) {
    await story.serve(checks, 1);
    await story.keepHouse();
  }
}

describe('the process goes on', () => {
  const calls = { tag: 2, signFlush: 3, commit: 3, signCheckpoint: 2, addCheckpoint: 2 };

  it.each(matrix(calls, ['before', 'after']))(
    'after a failure $when call $nth of $at, and makes up for it',
    async (fault) => {
      story.faults.set({ ...fault, deadly: false });
      await tellOneLife();
      expect(story.faults.fired).toBe(1);
      await story.isWell();
    },
  );
});
