// Authenticated encryption as used for records, links, answers and key files: AES-256-GCM with a random nonce.
// It must never see a nonce twice under one key, and never say why an unsealing failed.

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { randomSlice } from '../lib/random.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Wraps raw key bytes once: a raw key costs three times as much per use on Node 24 (TECHNOLOGY.md 2). */
export function secretKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes);
}

/** nonce (12) || ciphertext || tag (16). `aad` binds the place the bytes belong to; a moved row does not open. */
export function seal(key: KeyObject, plain: Uint8Array, aad: Uint8Array): Buffer {
  const nonce = randomSlice(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, body, cipher.getAuthTag()]);
}

/** What sealing adds to a length: nonce and tag. */
export const SEAL_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** `seal` for loops of ten thousands: writes the same bytes straight into `out` at `at`. */
export function sealInto(
  out: Buffer,
  at: number,
  { key, plain, aad }: { key: KeyObject; plain: Uint8Array; aad: Uint8Array },
): void {
  const nonce = randomSlice(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  out.set(nonce, at);
  out.set(cipher.update(plain), at + NONCE_BYTES);
  cipher.final();
  out.set(cipher.getAuthTag(), at + NONCE_BYTES + plain.byteLength);
}

/** The plaintext, or null when key, place or bytes are not the ones it was sealed with. */
export function unseal(key: KeyObject, sealed: Uint8Array, aad: Uint8Array): Buffer | null {
  if (sealed.byteLength < NONCE_BYTES + TAG_BYTES) return null;
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(aad);
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
    decipher.final();
    return plain;
  } catch {
    return null; // a wrong key and a damaged row are the same to the caller: not openable
  }
}
