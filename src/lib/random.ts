// The one place outside the vault that draws randomness. It must never make a key: keys belong to the vault.

import { randomBytes, randomFillSync, randomUUID } from 'node:crypto';

const POOL_BYTES = 16_384;
const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let used = POOL_BYTES;

/**
 * Random bytes out of a pool that is filled in bulk: one system call for hundreds of nonces.
 * Each slice is copied out and its place in the pool is wiped, so that no byte serves twice.
 */
export function randomSlice(length: number): Buffer {
  if (length > POOL_BYTES) return randomBytes(length);
  if (used + length > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const slice = Buffer.allocUnsafe(length);
  pool.copy(slice, 0, used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return slice;
}

/** A random UUID (version 4), for request ids. */
export function randomId(): string {
  return randomUUID();
}
