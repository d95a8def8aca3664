// Status lists: which shard and which bit a card has, and what a token may say.

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type CborValue, encodeCbor } from './cbor.ts';
import type { AmcNo } from './ids.ts';
import {
  decodeStatusClaims,
  encodeStatusClaims,
  isRevoked,
  parseShardName,
  SHARD_BITS,
  SHARD_BYTES,
  setRevoked,
  shardName,
} from './status-list.ts';

const INSURER = '0999000101' as AmcNo;

test.each([
  [0, '0999000101-0'],
  [1_048_575, '0999000101-0'],
  [1_048_576, '0999000101-1'],
  [10 * 1_048_576, '0999000101-10'],
  [2 ** 32 - 1, '0999000101-4095'],
])('the card at %i is in shard %s', (index, name) => {
  expect(shardName(INSURER, index)).toBe(name);
  expect(parseShardName(name)).toEqual({ insurer: INSURER, shard: Math.floor(index / 1_048_576) });
});

test.each([
  '',
  '0999000101',
  '0999000101-',
  '0999000101-00',
  '0999000101-01',
  '0999000101--1',
  '999000101-0',
  '0999000101-12345',
  '0999000101-0 ',
  '../0999000101-0',
  '099900010A-0',
])('%j names no shard', (name) => {
  expect(parseShardName(name)).toBeNull();
});

test('the lowest bit of each byte comes first', () => {
  const bits = new Uint8Array(SHARD_BYTES);
  setRevoked(bits, 0);
  setRevoked(bits, 9);
  setRevoked(bits, SHARD_BITS - 1);
  expect([bits[0], bits[1], bits.at(-1)]).toEqual([0b1, 0b10, 0b1000_0000]);
});

test('exactly the cards that were set are revoked', () => {
  const index = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(fc.array(index, { maxLength: 20 }), index, (set, asked) => {
      const bits = new Uint8Array(SHARD_BYTES);
      for (const one of set) setRevoked(bits, one);
      const places = new Set(set.map((one) => one % SHARD_BITS));
      expect(isRevoked({ bits }, asked)).toBe(places.has(asked % SHARD_BITS));
      for (const one of set) expect(isRevoked({ bits }, one)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

describe('the claims of a token', () => {
  const claims = {
    shard: '0999000101-3',
    issuedAt: 1_795_000_000,
    expires: 1_796_000_000,
    deflated: Uint8Array.of(1, 2),
  };

  it('come back as they were written', () => {
    expect(decodeStatusClaims(encodeStatusClaims(claims))).toEqual(claims);
  });

  const token = (changes: Record<number, CborValue | null>) => {
    const map = new Map<number, CborValue>([
      [2, '/status-lists/0999000101-3'],
      [4, 2],
      [6, 1],
      [
        65_533,
        new Map<string, CborValue>([
          ['bits', 1],
          ['lst', Uint8Array.of(1)],
        ]),
      ],
    ]);
    for (const [label, value] of Object.entries(changes)) {
      if (value === null) map.delete(Number(label));
      else map.set(Number(label), value);
    }
    return encodeCbor(map);
  };

  it('are read without the time after which to fetch again', () => {
    expect(decodeStatusClaims(token({}))).not.toBeNull();
  });

  it.each([
    ['no shard', { 2: null }],
    ['another path', { 2: '/other/0999000101-3' }],
    ['no shard name', { 2: '/status-lists/x' }],
    ['no end', { 4: null }],
    ['an end that is a text', { 4: '2' }],
    ['no issue time', { 6: null }],
    ['no list', { 65533: null }],
    ['a list that is no map', { 65533: [] }],
    [
      'two bits a card',
      {
        65533: new Map<string, CborValue>([
          ['bits', 2],
          ['lst', Uint8Array.of(1)],
        ]),
      },
    ],
    [
      'a list that is a text',
      {
        65533: new Map<string, CborValue>([
          ['bits', 1],
          ['lst', 'x'],
        ]),
      },
    ],
  ] as [string, Record<number, CborValue | null>][])('are refused with %s', (_what, changes) => {
    expect(decodeStatusClaims(token(changes))).toBeNull();
  });

  it('are refused when they are no CBOR, or no map', () => {
    expect(decodeStatusClaims(Uint8Array.of(0xff))).toBeNull();
    expect(decodeStatusClaims(encodeCbor([]))).toBeNull();
  });
});
