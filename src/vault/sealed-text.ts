// Texts that the operator keeps and cannot read: notices to an insurer, claims, bank details. In its database they are
// noise. Each has a key of its own, derived from 16 random bytes that stand before it.

import type { KeyObject } from 'node:crypto';
import { seal, secretKey, unseal } from '../crypto/seal.ts';
import { randomSlice } from '../lib/random.ts';
import { prf } from './derive.ts';

const SALT_BYTES = 16;

/** `owner`: whose it is (insurer, structure). Sealed, it opens for no other. */
export function sealText(key: KeyObject, owner: string, text: string): string {
  const salt = randomSlice(SALT_BYTES);
  const sealed = seal(keyOf(key, salt), Buffer.from(text, 'utf8'), Buffer.from(owner));
  return Buffer.concat([salt, sealed]).toString('base64url');
}

/** Null when it was not sealed for this owner. */
export function openText(key: KeyObject, owner: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  const [salt, body] = [bytes.subarray(0, SALT_BYTES), bytes.subarray(SALT_BYTES)];
  return unseal(keyOf(key, salt), body, Buffer.from(owner))?.toString('utf8') ?? null;
}

function keyOf(key: KeyObject, salt: Uint8Array): KeyObject {
  return secretKey(prf(key, salt).subarray(0, 32));
}
