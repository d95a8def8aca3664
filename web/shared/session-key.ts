// The key that ties a session to this browser: ECDSA P-256, made at sign-in, never exportable, kept in IndexedDB.
// Must never give the private key to anything but WebCrypto: a stolen cookie alone then opens nothing.

import { base64url, type ProvenCall, proofText } from './proof.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DATABASE = 'rempart-session';
const STORE = 'keys';
const CURRENT = 'current';

/** Replaces the key of the session before, and gives the public half for `POST /auth/sign-in`. */
export async function makeSessionKey(): Promise<JsonWebKey> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  await inStore('readwrite', (store) => store.put(pair.privateKey, CURRENT));
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return { kty, crv, x, y } as JsonWebKey;
}

export async function forgetSessionKey(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(CURRENT));
}

/** `<nonce>.<signature>`, or null when this browser holds no key (storage was cleared): sign in again. */
export async function sessionProof(call: ProvenCall): Promise<string | null> {
  const key = (await inStore('readonly', (store) => store.get(CURRENT))) as CryptoKey | undefined;
  if (!key) return null;
  const text = new TextEncoder().encode(proofText(call));
  const signature = await crypto.subtle.sign(SIGNATURE, key, text);
  return `${call.nonce}.${base64url(new Uint8Array(signature))}`;
}

export async function digestOf(body: string): Promise<string> {
  const bytes = new TextEncoder().encode(body);
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

async function inStore(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const database = await openDatabase();
  try {
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  return new Promise((resolve, reject) => {
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
