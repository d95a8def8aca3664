// The key that ties a session to this browser: ECDSA P-256, made at the first sign-in, never exportable, kept in
// IndexedDB under its thumbprint. It outlives the session: by it the vault knows a browser that has been here before
// from one that is new. Which key counts is what the server says that the session is bound to.
// Must never give a private key to anything but WebCrypto: a stolen cookie alone then opens nothing.

import { base64url, type ProvenCall, proofText, thumbprintText } from './proof.ts';
import { inSessionStore, inSessionStores } from './session-database.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** Beside the keys: the thumbprint of the session's key. */
const CURRENT = 'current';

export type NewKey = { publicKey: JsonWebKey; thumbprint: string };
type Kept = { publicKey: JsonWebKey; privateKey: CryptoKey };

/** The key for the sign-in that begins, its public half for the server: this browser's own, or a first one. */
export async function makeSessionKey(): Promise<NewKey> {
  const known = await currentKey();
  if (known) return namedKey(known.publicKey);
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const made = await namedKey({ kty, crv, x, y } as JsonWebKey);
  const kept: Kept = { publicKey: made.publicKey, privateKey: pair.privateKey };
  await inSessionStore('keys', 'readwrite', (keys) => keys.put(kept, made.thumbprint));
  return made;
}

async function namedKey(publicKey: JsonWebKey): Promise<NewKey> {
  return { publicKey, thumbprint: await digestOf(thumbprintText(publicKey)) };
}

/** The sign-in it was made for did not even begin. The browser's own key stays. */
export async function dropNewKey({ thumbprint }: NewKey): Promise<void> {
  await inSessionStore('keys', 'readwrite', (keys) => {
    const current = keys.get(CURRENT);
    current.onsuccess = () => {
      if (current.result !== thumbprint) keys.delete(thumbprint);
    };
    return current;
  });
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

/** The session is over. The key stays, for the next sign-in in this browser; alone it opens nothing. */
export async function endSession(): Promise<void> {
  await inSessionStore('nonces', 'readwrite', (nonces) => nonces.clear());
}

/** `<nonce>.<signature>`, or null when this browser holds no key (storage was cleared): sign in again. */
export async function sessionProof(call: ProvenCall): Promise<string | null> {
  const key = (await currentKey())?.privateKey;
  if (!key) return null;
  const text = new TextEncoder().encode(proofText(call));
  const signature = await crypto.subtle.sign(SIGNATURE, key, text);
  return `${call.nonce}.${base64url(new Uint8Array(signature))}`;
}

async function currentKey(): Promise<Kept | undefined> {
  let key: Kept | undefined;
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
