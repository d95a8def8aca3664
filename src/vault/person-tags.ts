// What the ledger calls a person for a month: one AES block of the record id under the insurer's key of that month. The
// same person has the same tag for a month, which is what the ledger wants; nobody without the key has any.

import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

const ONE_BLOCK = 'aes-256-ecb';

/** Both 32 hexadecimal digits. */
export function tagOf(key: KeyObject, recordId: string): string {
  return createCipheriv(ONE_BLOCK, key, null).setAutoPadding(false).update(recordId, 'hex', 'hex');
}

export function recordIdOf(key: KeyObject, tag: string): string {
  return createDecipheriv(ONE_BLOCK, key, null).setAutoPadding(false).update(tag, 'hex', 'hex');
}

/** Each insurer's key, asked for once. */
export async function keysFor<AmcNo extends string>(
  items: readonly { amcNo: AmcNo }[],
  keyOf: (amcNo: AmcNo) => Promise<KeyObject>,
): Promise<Map<AmcNo, KeyObject>> {
  const keys = new Map<AmcNo, KeyObject>();
  for (const { amcNo } of items) if (!keys.has(amcNo)) keys.set(amcNo, await keyOf(amcNo));
  return keys;
}
