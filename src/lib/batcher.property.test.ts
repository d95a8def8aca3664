// The batcher under any arrivals and any batches that fail: each item gets its own answer or its own batch's failure,
// once, and the bounds hold all the time.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batcher, type BatcherOptions } from './batcher.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function batcher(overrides: Partial<BatcherOptions<number, string>>) {
  return new Batcher<number, string>({
    run: async (items) => items.map((item) => `answer ${item}`),
    maxItems: 4,
    maxInFlight: 2,
    maxQueued: 1_000,
    overloaded: () => new Error('overloaded'),
    ...overrides,
  });
}

const scenario = fc.record({
  maxItems: fc.integer({ min: 1, max: 5 }),
  maxInFlight: fc.integer({ min: 1, max: 3 }),
  maxQueued: fc.integer({ min: 1, max: 12 }),
  /** How many arrive in each turn of the event loop. */
  arrivals: fc.array(fc.nat(6), { maxLength: 10 }),
  /** Of each batch: how many turns it takes, and whether it fails. */
  batches: fc.array(fc.record({ turns: fc.nat(4), fate: fc.constantFrom('ok', 'ok', 'throws', 'short') }), {
    minLength: 60,
    maxLength: 60,
  }),
});

describe('a batcher', () => {
  it('drops none, swaps none, keeps its bounds, and a failure stays with its batch', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ maxItems, maxInFlight, maxQueued, arrivals, batches }) => {
        let inFlight = 0;
        const fates = new Map<number, string>();
        const order: number[] = [];
        const plan = [...batches];
        const batching = batcher({
          maxItems,
          maxInFlight,
          maxQueued,
          async run(items) {
            inFlight += 1;
            expect(inFlight).toBeLessThanOrEqual(maxInFlight);
            expect(items.length).toBeGreaterThan(0);
            expect(items.length).toBeLessThanOrEqual(maxItems);
            const { turns, fate } = plan.shift() ?? { turns: 0, fate: 'ok' };
            for (const item of items) fates.set(item, fate);
            order.push(...items);
            for (let i = 0; i < turns; i += 1) await turn();
            inFlight -= 1;
            if (fate === 'throws') throw new Error('batch failed');
            return items.slice(fate === 'short' ? 1 : 0).map((item) => `answer ${item}`);
          },
        });
        const outcomes: Promise<string>[] = [];
        for (const count of arrivals) {
          for (let i = 0; i < count; i += 1) {
            const item = outcomes.length;
            outcomes.push(batching.add(item).catch((error: Error) => error.message));
          }
          await turn();
        }
        const answers = await Promise.all(outcomes);
        const expected = {
          ok: (item: number) => `answer ${item}`,
          throws: () => 'batch failed',
          short: () => 'a batch must give one result per item',
          never: () => 'overloaded',
        } as Record<string, (item: number) => string>;
        expect(answers).toEqual(answers.map((_, item) => expected[fates.get(item) ?? 'never']?.(item)));
        expect(order).toEqual([...order].sort((a, b) => a - b)); // first come, first served, each once
        expect(inFlight).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('sends one item at once, and what comes while all batches are under way in as few as possible', async () => {
    const sent: number[][] = [];
    const releases: (() => void)[] = [];
    const batching = batcher({
      maxItems: 100,
      maxInFlight: 1,
      run: async (items) => {
        sent.push([...items]);
        await new Promise<void>((resolve) => releases.push(resolve));
        return items.map(String);
      },
    });
    const first = batching.add(0);
    await turn();
    expect(sent).toEqual([[0]]);
    const rest = Array.from({ length: 50 }, (_, i) => batching.add(i + 1));
    await turn();
    expect(sent).toHaveLength(1);
    releases[0]?.();
    await first;
    await turn();
    expect(sent).toEqual([[0], Array.from({ length: 50 }, (_, i) => i + 1)]);
    releases[1]?.();
    expect(await Promise.all(rest)).toEqual(Array.from({ length: 50 }, (_, i) => String(i + 1)));
  });

  it('refuses beyond its queue at once and takes again when there is room', async () => {
    const batching = batcher({ maxQueued: 3 });
    const added = Array.from({ length: 5 }, (_, i) => batching.add(i).catch((error: Error) => error.message));
    expect(await Promise.all(added)).toEqual([
      'answer 0',
      'answer 1',
      'answer 2',
      'overloaded',
      'overloaded',
    ]);
    expect(await batching.add(9)).toBe('answer 9');
  });

  it('survives a run that throws before it returns a promise', async () => {
    let calls = 0;
    const batching = batcher({
      run: (items) => {
        calls += 1;
        if (calls === 1) throw new Error('at once');
        return Promise.resolve(items.map(String));
      },
    });
    await expect(batching.add(1)).rejects.toThrow('at once');
    expect(await batching.add(2)).toBe('2');
  });
});
