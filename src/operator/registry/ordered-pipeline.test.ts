// Begun in parallel, finished in order, stopped by the first failure.

import { describe, expect, it } from 'vitest';
import { OrderedPipeline } from './ordered-pipeline.ts';

describe('an ordered pipeline', () => {
  const steps = <T>(work: () => Promise<T>, finish: (value: T) => void, always = () => {}) => ({
    work,
    finish: async (value: T) => finish(value),
    always,
  });
  const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('finishes in the order of beginning, whatever takes longer, and no more at once than told', async () => {
    const pipeline = new OrderedPipeline(3);
    const finished: number[] = [];
    let under = 0;
    for (let i = 0; i < 12; i += 1) {
      await pipeline.run(
        steps(
          async () => {
            under += 1;
            expect(under).toBeLessThanOrEqual(3);
            await later((i * 7) % 5);
            return i;
          },
          (value) => finished.push(value),
          () => {
            under -= 1;
          },
        ),
      );
    }
    await pipeline.end();
    expect(finished).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(under).toBe(0);
  });

  it('finishes nothing after a failure, tells it once more at each step, and frees what was taken', async () => {
    const pipeline = new OrderedPipeline(2);
    const finished: number[] = [];
    let freed = 0;
    const begin = (i: number) =>
      pipeline.run(
        steps(
          async () => {
            if (i === 1) throw new Error('broken');
            return i;
          },
          (value) => finished.push(value),
          () => {
            freed += 1;
          },
        ),
      );
    await begin(0);
    await begin(1);
    await expect(begin(2).then(() => pipeline.end())).rejects.toThrow('broken');
    await expect(pipeline.end()).rejects.toThrow('broken');
    await expect(begin(3)).rejects.toThrow('broken');
    expect(finished).toEqual([0]);
    expect(freed).toBeGreaterThanOrEqual(2);
  });

  it('abandoned, it waits for what runs and finishes nothing more', async () => {
    const pipeline = new OrderedPipeline(2);
    const finished: number[] = [];
    let running = true;
    await pipeline.run(
      steps(
        async () => {
          await later(10);
          running = false;
        },
        () => finished.push(1),
      ),
    );
    await pipeline.abandon(new Error('the sender left'));
    expect(running).toBe(false);
    expect(finished).toEqual([]);
  });
});
