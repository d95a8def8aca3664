// Where a browser keeps the lists that cards are judged by (IndexedDB), for the day the network is down: the trust
// list and status lists, which are public. Must never hold anything about a person, nor a card.

/** As it was served; verified again whenever it is used. */
export type KeptList = { bytes: Uint8Array; jws: string; fetchedAtMs: number };

export type ListStore = {
  get(name: string): Promise<KeptList | null>;
  put(name: string, list: KeptList): Promise<void>;
  names(): Promise<string[]>;
};

const DATABASE = 'rempart-card-lists';
const STORE = 'lists';

/** A browser that refuses to keep anything (private windows) still checks cards, with what it has just fetched. */
export const browserLists: ListStore = {
  get: async (name) =>
    ((await inStore('readonly', (store) => store.get(name))) as KeptList | undefined) ?? null,
  put: async (name, list) => void (await inStore('readwrite', (store) => store.put(list, name))),
  names: async () => ((await inStore('readonly', (store) => store.getAllKeys())) ?? []) as string[],
};

async function inStore(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const database = await openDatabase().catch(() => null);
  if (database === null) return undefined;
  try {
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  } catch {
    return undefined; // full, or being erased: as if nothing were kept
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
