// The browser's own storage of a session (IndexedDB): its key and its nonces, for all tabs of this profile.

const DATABASE = 'rempart-session';
const STORES = ['keys', 'nonces'] as const;
export type SessionStoreName = (typeof STORES)[number];

/** One transaction; resolves with the request's result once it is written down. */
export async function inSessionStore(
  name: SessionStoreName,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const request = await inSessionStores([name], mode, (transaction) => act(transaction.objectStore(name)));
  return request.result;
}

/** One transaction over several of them, for what must change together; resolves once it is written down. */
export async function inSessionStores<Begun>(
  names: SessionStoreName[],
  mode: IDBTransactionMode,
  act: (transaction: IDBTransaction) => Begun,
): Promise<Begun> {
  const database = await openDatabase();
  try {
    const transaction = database.transaction(names, mode);
    const begun = act(transaction);
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    return begun;
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 4);
  return new Promise((resolve, reject) => {
    request.onupgradeneeded = () => {
      // What an older page left has another shape: who had a session then signs in again.
      for (const name of [...request.result.objectStoreNames]) request.result.deleteObjectStore(name);
      for (const name of STORES) request.result.createObjectStore(name);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
