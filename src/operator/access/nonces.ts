// The nonces of a session: eight may be out at once, each counts once. In memory: after a restart a browser asks for new
// ones. It must never take a nonce for new that was used before, or that was replaced by newer ones.

import { randomSlice } from '../../lib/random.ts';
import { Challenges } from './challenges.ts';

const WINDOW = 8;
/** Used or replaced ones that are remembered for each session; older ones are unknown, which is refused too. */
const MOST_SPENT = 256;
const MOST_SESSIONS = 100_000;

/**
 * `spent`: used before, or replaced by a renewal. A browser that keeps its nonces in one place never presents one, so
 * somebody holds a copy of them.
 */
export type NonceVerdict = 'fresh' | 'spent' | 'unknown';

type Nonces = { out: string[]; spent: string[] };

export class NonceWindow {
  readonly #sessions = new Map<string, Nonces>();
  readonly #challenges = new Challenges();

  /** One more, in answer to one that was used; the oldest that is still out falls out of the window. */
  issue(session: string): string {
    const nonces = this.#of(session);
    const nonce = newNonce();
    nonces.out.push(nonce);
    if (nonces.out.length > WINDOW) nonces.out.shift();
    return nonce;
  }

  /** A full window; whatever was out before is spent. */
  renew(session: string): string[] {
    const nonces = this.#of(session);
    spend(nonces, nonces.out);
    nonces.out = Array.from({ length: WINDOW }, newNonce);
    return [...nonces.out];
  }

  /**
   * What a browser without nonces signs to get some. Nothing is kept of it: somebody who copied the cookie may ask for as
   * many as they like and pushes nobody's out.
   */
  challenge(session: string, nowMs: number): string {
    return this.#challenges.issue(`nonces ${session}`, nowMs);
  }

  /** Uses the nonce up when it is fresh. */
  use(session: string, nonce: string): NonceVerdict {
    const nonces = this.#sessions.get(session);
    if (nonces?.spent.includes(nonce)) return 'spent';
    if (!nonces || !taken(nonces.out, nonce)) return 'unknown';
    spend(nonces, [nonce]);
    return 'fresh';
  }

  /** Once for each challenge; false when it is not for this session, too old, or used. */
  answered(session: string, challenge: string, nowMs: number): boolean {
    const isOpen = this.#challenges.isOpen(challenge, `nonces ${session}`, nowMs);
    return isOpen && this.#challenges.spend(challenge, nowMs);
  }

  forget(session: string): void {
    this.#sessions.delete(session);
  }

  #of(session: string): Nonces {
    const known = this.#sessions.get(session);
    if (known) return known;
    if (this.#sessions.size >= MOST_SESSIONS) this.#sessions.clear(); // browsers ask for new ones
    const fresh = { out: [], spent: [] };
    this.#sessions.set(session, fresh);
    return fresh;
  }
}

const newNonce = () => randomSlice(16).toString('base64url');

function taken(list: string[], one: string): boolean {
  const place = list.indexOf(one);
  if (place < 0) return false;
  list.splice(place, 1);
  return true;
}

function spend(nonces: Nonces, some: readonly string[]): void {
  nonces.spent.push(...some);
  nonces.spent.splice(0, nonces.spent.length - MOST_SPENT);
}
