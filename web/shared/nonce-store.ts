// Where a browser keeps its nonces: one place for all its tabs, beside the session's key. Whoever copies the profile
// copies them too, and is found out as soon as both use one.
// Must never hand one nonce to two calls, nor replace them while a call is under way.

import { inSessionStore } from './session-database.ts';

export type NonceStore = {
  /** One that nobody else gets; null when there is none. */
  take(): Promise<string | null>;
  keep(nonce: string): Promise<void>;
  /** Forgets all others. */
  replace(nonces: string[]): Promise<void>;
  isEmpty(): Promise<boolean>;
  /** Runs beside other calls. */
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Runs while no call is under way in any tab. */
  alone<T>(work: () => Promise<T>): Promise<T>;
};

const LOCK = 'rempart-nonces';

export const browserNonces: NonceStore = {
  async take() {
    let taken: string | null = null;
    await inSessionStore('nonces', 'readwrite', (store) => {
      const cursor = store.openKeyCursor();
      cursor.onsuccess = () => {
        if (!cursor.result) return;
        taken = String(cursor.result.key);
        store.delete(cursor.result.key);
      };
      return cursor;
    });
    return taken;
  },
  async keep(nonce) {
    await inSessionStore('nonces', 'readwrite', (store) => store.put(true, nonce));
  },
  async replace(nonces) {
    await inSessionStore('nonces', 'readwrite', (store) => {
      const cleared = store.clear();
      for (const nonce of nonces) store.put(true, nonce);
      return cleared;
    });
  },
  async isEmpty() {
    return (await inSessionStore('nonces', 'readonly', (store) => store.count())) === 0;
  },
  together: (work) => navigator.locks.request(LOCK, { mode: 'shared' }, work),
  alone: (work) => navigator.locks.request(LOCK, { mode: 'exclusive' }, work),
};
