// Ledgers with any number of things going wrong in any order: failing calls, deaths, a vault that restarts, entries
// and checkpoints at the same time. What crash.test.ts looks at one by one.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FaultPoint, Faults } from '../support/ledger-faults.ts';
import { LedgerStory } from '../support/ledger-story.ts';
import { createLedgerWorld, type LedgerWorld, openDoors } from '../support/ledger-world.ts';

let world: LedgerWorld;
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(() => world.close());

const WRITING: FaultPoint[] = ['commit', 'addCheckpoint', 'signCheckpoint', 'signFlush', 'tag'];
const READING: FaultPoint[] = [
  'state',
  'lastCheckpoint',
  'leaves',
  'enteredJournalNos',
  'openedSince',
  'journal',
  'reconciledUpTo',
];

type Step = (story: LedgerStory) => Promise<void>;
/** A step that prints as what it does, for the day a sequence fails. */
const step = (name: string, run: Step) => Object.assign(run, { toString: () => name });

const faultStep = fc
  .record({
    at: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...WRITING) }, fc.constantFrom(...READING)),
    nth: fc.integer({ min: 1, max: 3 }),
    when: fc.constantFrom<'before' | 'after'>('before', 'after'),
    deadly: fc.boolean(),
  })
  .map((fault) => step(`fault ${JSON.stringify(fault)}`, async (story) => story.faults.set(fault)));

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: faultStep },
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.nat(6), fc.nat(3))
        .map(([checks, refusals]) =>
          step(`serve ${checks} ${refusals}`, (story) => story.serve(checks, refusals)),
        ),
    },
    { weight: 4, arbitrary: fc.constant(step('keep house', (story) => story.keepHouse())) },
    {
      weight: 3,
      arbitrary: fc.constant(
        step('serve and keep house at once', async (story) => {
          await story.process();
          await Promise.all([story.serve(4, 1), story.keepHouse(), story.serve(2), story.keepHouse()]);
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constant(
        step('die between door and entry', async (story) => {
          await openDoors((await story.process()).vault, 2).catch(() => undefined);
          await story.kill();
        }),
      ),
    },
    { weight: 1, arbitrary: fc.constant(step('vault restarts', () => world.vault.restart())) },
  ),
  { minLength: 10, maxLength: 24 },
);

it('whatever goes wrong, nothing answered is missing, no door is left out or entered twice, and the log verifies', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      await world.firstDay();
      const story = new LedgerStory(world, new Faults());
      try {
        for (const run of sequence) await run(story);
        await story.looksHonest();
        await story.endsWell();
      } finally {
        await story.kill();
      }
    }),
    { numRuns: 24 },
  );
  expect.hasAssertions();
});
