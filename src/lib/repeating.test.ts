// Repeated work: one turn at a time, nobody who asked is forgotten, a failing turn is not the last.

import { expect, it, vi } from 'vitest';
import { repeating } from './repeating.ts';

/** Turns that end when they are told to. */
function slowTurns() {
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const turn = () =>
    new Promise<void>((resolve) => {
      running += 1;
      most = Math.max(most, running);
      ends.push(() => {
        running -= 1;
        resolve();
      });
    });
  return { turn, ends, most: () => most };
}

it('who asks during a turn gets one more after it, shared by all who ask meanwhile', async () => {
  const { turn, ends, most } = slowTurns();
  const work = repeating(1_000_000, turn, () => undefined);
  const first = work.now();
  const [second, third] = [work.now(), work.now()];
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.();
  await Promise.all([second, third]);
  expect(most()).toBe(1);
  expect(ends).toHaveLength(2);
  await work.stop();
});

it('a turn that fails is told, and the next one comes by itself', async () => {
  let turns = 0;
  const problems: unknown[] = [];
  const work = repeating(
    5,
    async () => {
      turns += 1;
      if (turns === 1) throw new Error('away');
    },
    (error) => problems.push(error),
  );
  await work.now();
  expect(problems).toHaveLength(1);
  await vi.waitFor(() => expect(turns).toBeGreaterThan(2));
  await work.stop();
  const atEnd = turns;
  await work.now();
  expect(turns).toBe(atEnd);
});
