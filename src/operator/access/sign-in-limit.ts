// How often somebody may sign in: each sign-in costs two signatures and an entry that stays for ever, so a loop of
// successes is bounded like a loop of refusals. In memory: a restart gives everybody a full measure.

import type { Clock } from '../../lib/clock.ts';
import { chargeOne, retryAfterSeconds, spendOne } from '../../vault/gcra.ts';
import { refusal } from '../errors.ts';

/** A client at one structure: a busy team that changes people at the counter signs in some dozen times an hour. */
const PER_SITE = { size: 60, perDay: 60 * 1_440, why: 'one a second for a minute, then one a second' };
const MOST_KEYS = 100_000;

export class SignInLimit {
  readonly #clock: Clock;
  readonly #fullAtMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `budget-exhausted`. */
  spend(key: string): void {
    const nowMs = this.#clock.nowMs();
    const fullAtMs = this.#fullAtMs.get(key) ?? 0;
    if (spendOne(PER_SITE, fullAtMs, nowMs) === null) {
      const retry = retryAfterSeconds(PER_SITE, fullAtMs, nowMs);
      throw refusal('budget-exhausted', { budget: 'signInsPerSite', retryAfterSeconds: retry });
    }
    if (this.#fullAtMs.size >= MOST_KEYS) this.#forget(nowMs);
    this.#fullAtMs.set(key, chargeOne(PER_SITE, fullAtMs, nowMs));
  }

  #forget(nowMs: number): void {
    for (const [key, fullAtMs] of this.#fullAtMs) if (fullAtMs <= nowMs) this.#fullAtMs.delete(key);
  }
}
