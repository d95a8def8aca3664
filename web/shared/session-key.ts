// The keys that tie a session to this browser: ECDSA P-256, made at sign-in, never exportable, kept in IndexedDB under
// their thumbprint. A sign-in that has only begun leaves the session before as it is: which key counts is what the
// server says that the session is bound to.
// Must never give a private key to anything but WebCrypto: a stolen cookie alone then opens nothing.

import { base64url, type ProvenCall, proofText, thumbprintText } from './proof.ts';
import { inSessionStore, inSessionStores } from './session-database.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** Beside the keys: the thumbprint of the session's key. */
const CURRENT = 'current';

export type NewKey = { publicKey: JsonWebKey; thumbprint: string };

/** A key for the sign-in that begins, its public half for the server. The session before keeps its own. */
export async function makeSessionKey(): Promise<NewKey> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const publicKey = { kty, crv, x, y } as JsonWebKey;
  const thumbprint = await digestOf(thumbprintText(publicKey));
  await inSessionStore('keys', 'readwrite', (keys) => keys.put(pair.privateKey, thumbprint));
  return { publicKey, thumbprint };
}

/** The sign-in it was made for did not even begin. */
export async function dropNewKey({ thumbprint }: NewKey): Promise<void> {
  await inSessionStore('keys', 'readwrite', (keys) => keys.delete(thumbprint));
}

/**
 * The server has said which key the session is bound to. If that is another than before, a sign-in has succeeded, perhaps in another tab: the nonces and the other keys are of the past.
 * A key that is not here changes nothing: an answer may come late, or the session may be somebody else's.
 */
export async function adoptSessionKey(thumbprint: string): Promise<void> {
  await inSessionStores(['keys', 'nonces'], 'readwrite', (transaction) => {
    const keys = transaction.objectStore('keys');
    const current = keys.get(CURRENT);
    const found = keys.get(thumbprint);
    found.onsuccess = () => {
      if (found.result === undefined || thumbprint === current.result) return;
      keys.clear();
      keys.put(found.result, thumbprint);
      keys.put(thumbprint, CURRENT);
      transaction.objectStore('nonces').clear();
    };
  });
}

/** The session is over. A key of a sign-in under way in another tab stays. */
export async function forgetSessionKey(): Promise<void> {
  await inSessionStores(['keys', 'nonces'], 'readwrite', (transaction) => {
    const keys = transaction.objectStore('keys');
    const current = keys.get(CURRENT);
    current.onsuccess = () => {
      if (current.result !== undefined) keys.delete(current.result);
      keys.delete(CURRENT);
    };
    transaction.objectStore('nonces').clear();
  });
}

/** `<nonce>.<signature>`, or null when this browser holds no key (storage was cleared): sign in again. */
export async function sessionProof(call: ProvenCall): Promise<string | null> {
  const key = await currentKey();
  if (!key) return null;
  const text = new TextEncoder().encode(proofText(call));
  const signature = await crypto.subtle.sign(SIGNATURE, key, text);
  return `${call.nonce}.${base64url(new Uint8Array(signature))}`;
}

async function currentKey(): Promise<CryptoKey | undefined> {
  let key: CryptoKey | undefined;
  await inSessionStore('keys', 'readonly', (keys) => {
    const current = keys.get(CURRENT);
    current.onsuccess = () => {
      if (current.result === undefined) return;
      const found = keys.get(current.result);
      found.onsuccess = () => {
        key = found.result;
      };
    };
    return current;
  });
  return key;
}

export async function digestOf(body: string): Promise<string> {
  const bytes = new TextEncoder().encode(body);
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
