// PURE. Places of cards in their insurer's status lists: the n-th card issued gets a place that looks random, so that
// neighbours in a list were not issued one after the other. A permutation of each shard under a secret of the insurer
// (a Feistel network of eight rounds, whose functions are tables out of AES): no place is given twice.

import { createCipheriv, type KeyObject } from 'node:crypto';
import { SHARD_BITS } from '../core/status-list.ts';

const ROUNDS = 8;
const HALF_BITS = 10;
const HALF = 2 ** HALF_BITS;

export type Places = {
  /** The status index of the card issued as number `count` (from 0): shard n begins when n - 1 is full. */
  place(count: number): number;
};

/** `key`: 32 bytes. */
export function createPlaces(key: KeyObject): Places {
  const tables = new Map<number, Uint16Array>();
  return {
    place(count) {
      const shard = Math.floor(count / SHARD_BITS);
      const known = tables.get(shard) ?? roundTables(key, shard);
      tables.set(shard, known);
      return shard * SHARD_BITS + permuted(known, count % SHARD_BITS);
    },
  };
}

function permuted(tables: Uint16Array, number: number): number {
  let left = number >>> HALF_BITS;
  let right = number % HALF;
  for (let round = 0; round < ROUNDS; round += 1) {
    const mixed = left ^ (tables[round * HALF + right] ?? 0);
    left = right;
    right = mixed;
  }
  return left * HALF + right;
}

/** For each round, HALF random numbers below HALF; the shard is the upper half of the counter block. */
function roundTables(key: KeyObject, shard: number): Uint16Array {
  const counter = Buffer.alloc(16);
  counter.writeUInt32BE(shard, 4);
  const stream = createCipheriv('aes-256-ctr', key, counter).update(Buffer.alloc(ROUNDS * HALF * 2));
  return Uint16Array.from({ length: ROUNDS * HALF }, (_, i) => stream.readUInt16BE(i * 2) % HALF);
}
