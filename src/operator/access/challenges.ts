// One-time challenges that travel: sealed by this process, for one purpose and one browser key, good for five minutes.
// Nothing is kept for those that are out, so nobody can push somebody else's out by asking for many. It must never take
// one twice.

import type { KeyObject } from 'node:crypto';
import { seal, secretKey, unseal } from '../../crypto/seal.ts';
import { randomSlice } from '../../lib/random.ts';

const LIFETIME_MS = 5 * 60_000;
/** Only what a known key has signed is remembered: some ten thousand browsers may begin their day within five minutes. */
const MOST_SPENT = 200_000;

export class Challenges {
  /** Lives as long as the process: who was asked before a restart is asked once more. */
  readonly #key: KeyObject = secretKey(randomSlice(32));
  readonly #spent = new Map<string, number>();

  /** `bound`: what the challenge is for; it opens for nothing else. */
  issue(bound: string, nowMs: number): string {
    const until = Buffer.alloc(8);
    until.writeBigUInt64BE(BigInt(nowMs + LIFETIME_MS));
    return seal(this.#key, Buffer.concat([randomSlice(16), until]), Buffer.from(bound)).toString('base64url');
  }

  /** Ours, for this, not too old, not used before. Says nothing of who answered it. */
  isOpen(challenge: string, bound: string, nowMs: number): boolean {
    const bytes = Buffer.from(challenge, 'base64url');
    if (bytes.toString('base64url') !== challenge) return false; // one spelling: another would not look spent
    const plain = unseal(this.#key, bytes, Buffer.from(bound));
    if (!plain || this.#spent.has(challenge)) return false;
    const untilMs = Number(plain.readBigUInt64BE(16));
    return untilMs >= nowMs && untilMs <= nowMs + LIFETIME_MS;
  }

  /** Called when it was answered well, before anything is done. False: somebody was quicker. */
  spend(challenge: string, nowMs: number): boolean {
    if (this.#spent.size >= MOST_SPENT) this.#forgetOver(nowMs);
    if (this.#spent.has(challenge) || this.#spent.size >= MOST_SPENT) return false;
    this.#spent.set(challenge, nowMs + LIFETIME_MS);
    return true;
  }

  #forgetOver(nowMs: number): void {
    for (const [old, untilMs] of this.#spent) if (untilMs < nowMs) this.#spent.delete(old);
  }
}
