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
  const database = await openDatabase();
  try {
    const transaction = database.transaction(name, mode);
    const request = act(transaction.objectStore(name));
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
  const request = indexedDB.open(DATABASE, 2);
  return new Promise((resolve, reject) => {
    request.onupgradeneeded = () => {
      for (const name of STORES) {
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
