// Texts about people, sealed for one insurer: notices until it fetches them, what a claim says until it is erased. In the
// operator's database they are noise. Each text has a key of its own, derived from 16 random bytes that stand before it.

import type { KeyObject } from 'node:crypto';
import { seal, secretKey, unseal } from '../crypto/seal.ts';
import { randomSlice } from '../lib/random.ts';
import { prf } from './derive.ts';

const SALT_BYTES = 16;

export function sealText(key: KeyObject, amcNo: string, text: string): string {
  const salt = randomSlice(SALT_BYTES);
  const sealed = seal(keyOf(key, salt), Buffer.from(text, 'utf8'), Buffer.from(amcNo));
  return Buffer.concat([salt, sealed]).toString('base64url');
}

/** Null when it was not sealed for this insurer. */
export function openText(key: KeyObject, amcNo: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  const plain = unseal(
    keyOf(key, bytes.subarray(0, SALT_BYTES)),
    bytes.subarray(SALT_BYTES),
    Buffer.from(amcNo),
  );
  return plain === null ? null : plain.toString('utf8');
}

function keyOf(key: KeyObject, salt: Uint8Array): KeyObject {
  return secretKey(prf(key, salt).subarray(0, 32));
}
