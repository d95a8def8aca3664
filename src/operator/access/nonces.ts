// The nonces of a session: eight may be out at once, each counts once. In memory: after a restart a browser fetches
// new ones. It must never take a nonce for new that was used before.

import { randomSlice } from '../../lib/random.ts';

const WINDOW = 8;
/** Used ones that are remembered for each session; older ones are unknown, which is refused too. */
const MOST_USED = 256;
const MOST_SESSIONS = 100_000;

export type NonceVerdict = 'fresh' | 'used' | 'unknown';

type Nonces = { out: string[]; used: string[] };

export class NonceWindow {
  readonly #sessions = new Map<string, Nonces>();

  /** A fresh nonce; the oldest one that is still out falls out of the window. */
  issue(session: string): string {
    const nonces = this.#of(session);
    const nonce = randomSlice(16).toString('base64url');
    nonces.out.push(nonce);
    if (nonces.out.length > WINDOW) nonces.out.shift();
    return nonce;
  }

  /** As many as fill the window. */
  fill(session: string): string[] {
    const { out } = this.#of(session);
    while (out.length < WINDOW) this.issue(session);
    return [...out];
  }

  /** Uses the nonce up when it is fresh. */
  use(session: string, nonce: string): NonceVerdict {
    const nonces = this.#sessions.get(session);
    if (nonces?.used.includes(nonce)) return 'used';
    const place = nonces?.out.indexOf(nonce) ?? -1;
    if (!nonces || place < 0) return 'unknown';
    nonces.out.splice(place, 1);
    nonces.used.push(nonce);
    if (nonces.used.length > MOST_USED) nonces.used.shift();
    return 'fresh';
  }

  forget(session: string): void {
    this.#sessions.delete(session);
  }

  #of(session: string): Nonces {
    const known = this.#sessions.get(session);
    if (known) return known;
    if (this.#sessions.size >= MOST_SESSIONS) this.#sessions.clear(); // browsers fetch new ones
    const fresh = { out: [], used: [] };
    this.#sessions.set(session, fresh);
    return fresh;
  }
}
