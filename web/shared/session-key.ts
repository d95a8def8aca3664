// The key that ties a session to this browser: ECDSA P-256, made at sign-in, never exportable, kept in IndexedDB.
// Must never give the private key to anything but WebCrypto: a stolen cookie alone then opens nothing.

import { base64url, type ProvenCall, proofText } from './proof.ts';
import { inSessionStore } from './session-database.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const CURRENT = 'current';

/** Replaces the key of the session before, and gives the public half for `POST /auth/sign-in`. */
export async function makeSessionKey(): Promise<JsonWebKey> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  await inSessionStore('keys', 'readwrite', (store) => store.put(pair.privateKey, CURRENT));
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return { kty, crv, x, y } as JsonWebKey;
}

export async function forgetSessionKey(): Promise<void> {
  await inSessionStore('keys', 'readwrite', (store) => store.delete(CURRENT));
}

/** `<nonce>.<signature>`, or null when this browser holds no key (storage was cleared): sign in again. */
export async function sessionProof(call: ProvenCall): Promise<string | null> {
  const key = (await inSessionStore('keys', 'readonly', (store) => store.get(CURRENT))) as
    | CryptoKey
    | undefined;
  if (!key) return null;
  const text = new TextEncoder().encode(proofText(call));
  const signature = await crypto.subtle.sign(SIGNATURE, key, text);
  return `${call.nonce}.${base64url(new Uint8Array(signature))}`;
}

export async function digestOf(body: string): Promise<string> {
  const bytes = new TextEncoder().encode(body);
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
