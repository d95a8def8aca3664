// Places in the status lists: every card gets its own, and who looks at a list cannot tell in which order cards came.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHARD_BITS } from '../core/status-list.ts';
import { createPlaces } from './places.ts';
import { secretKey } from './seal.ts';

const key = (byte: number) => secretKey(Buffer.alloc(32, byte));

describe('places', () => {
  it('of a whole shard are all of its places, each once', () => {
    const places = createPlaces(key(1));
    const taken = new Uint8Array(SHARD_BITS);
    for (let count = SHARD_BITS; count < 2 * SHARD_BITS; count += 1) {
      const place = places.place(count) - SHARD_BITS;
      taken[place] = (taken[place] ?? 0) + 1;
    }
    expect(taken.every((times) => times === 1)).toBe(true);
  });

  it('never meet, whichever two cards and whichever secret', () => {
    const count = fc.integer({ min: 0, max: 4 * SHARD_BITS - 1 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 0, max: 255 }), (a, b, byte) => {
        const places = createPlaces(key(byte));
        expect(places.place(a) === places.place(b)).toBe(a === b);
        expect(Math.floor(places.place(a) / SHARD_BITS)).toBe(Math.floor(a / SHARD_BITS));
      }),
      { numRuns: 200 },
    );
  });

  it('of neighbours in time are far apart: no step between two is usual', () => {
    const places = createPlaces(key(2));
    const steps = Array.from({ length: 2_000 }, (_, i) => places.place(i + 1) - places.place(i));
    expect(new Set(steps).size).toBeGreaterThan(1_980);
    expect(steps.filter((step) => Math.abs(step) < 1_000).length).toBeLessThan(30); // about 4 of 2,000 by chance
  });

  it('differ from secret to secret and from shard to shard', () => {
    const first = (byte: number, shard: number) =>
      Array.from(
        { length: 20 },
        (_, i) => createPlaces(key(byte)).place(shard * SHARD_BITS + i) % SHARD_BITS,
      );
    expect(first(1, 0)).not.toEqual(first(2, 0));
    expect(first(1, 0)).not.toEqual(first(1, 1));
    expect(first(1, 1)).toEqual(first(1, 1));
  });
});
