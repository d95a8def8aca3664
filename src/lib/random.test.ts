// Randomness out of a pool: of any length, never the same bytes twice, and nobody else's.

import { expect, it } from 'vitest';
import { randomId, randomSlice } from './random.ts';

it('slices have the length asked for and share no bytes, across the fillings of the pool', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 4_000; i += 1) {
    seen.add(randomSlice(16).toString('hex'));
  }
  expect(seen.size).toBe(4_000);
  expect([...seen].every((hex) => hex.length === 32)).toBe(true);
});

it('a slice larger than the pool is as random as a small one', () => {
  for (const length of [16_383, 16_384, 16_385, 100_000]) {
    const slice = randomSlice(length);
    expect(slice).toHaveLength(length);
    const zeros = slice.filter((byte) => byte === 0).length; // one in 256, give or take a lot
    expect(zeros).toBeLessThan(length / 128);
  }
  expect(randomSlice(0)).toHaveLength(0);
});

it('changing a slice changes no other', () => {
  const [first, second] = [randomSlice(8), randomSlice(8)];
  const before = second.toString('hex');
  first.fill(0);
  expect(second.toString('hex')).toBe(before);
});

it('ids are version 4 UUIDs', () => {
  expect(randomId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
