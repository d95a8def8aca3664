// Never more than there is, first come first served, nothing lost.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Room } from './room.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a room', () => {
  it('lets callers in while there is place, then in their order', async () => {
    const room = new Room(10, 10);
    const entered: string[] = [];
    const enter = async (name: string, amount: number) => {
      const leave = await room.take(amount);
      entered.push(name);
      return leave;
    };
    const first = await enter('first', 6);
    const second = enter('second', 6);
    const third = enter('third', 1); // would fit, but came later
    await settle();
    expect(entered).toEqual(['first']);
    first?.();
    first?.(); // giving back twice gives back once
    await Promise.all([second, third]);
    expect(entered).toEqual(['first', 'second', 'third']);
    const fourth = enter('fourth', 4);
    await settle();
    expect(entered.length).toBe(3);
    (await second)?.();
    await fourth;
  });

  it('gives itself whole to an amount larger than it is', async () => {
    const room = new Room(10, 10);
    const leave = await room.take(1_000);
    expect(leave).not.toBeNull();
    const next = room.take(1);
    leave?.();
    expect(await next).not.toBeNull();
  });

  it('refuses at once when too many wait', async () => {
    const room = new Room(1, 1);
    await room.take(1);
    void room.take(1);
    expect(await room.take(1)).toBeNull();
  });

  it('never holds more than its size, and everybody gets in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30 }), async (amounts) => {
        const room = new Room(10, 100);
        let inside = 0;
        let done = 0;
        await Promise.all(
          amounts.map(async (amount) => {
            const leave = await room.take(amount);
            inside += Math.min(amount, 10);
            expect(inside).toBeLessThanOrEqual(10);
            await settle();
            inside -= Math.min(amount, 10);
            leave?.();
            done += 1;
          }),
        );
        expect(done).toBe(amounts.length);
      }),
      { numRuns: 50 },
    );
  });
});
