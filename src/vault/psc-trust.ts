// Whom Pro Santé Connect has signed in, by its pinned keys (RS256). It must never believe another issuer, another
// client, a lower assurance or an expired token.

import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../lib/clock.ts';
import type { Enrolment, TrustedPsc } from './enrolment.ts';

/** Pro Santé Connect's clock and ours may differ by this. */
const LEEWAY_SECONDS = 30;
/** Pro Santé Connect's tokens live some minutes: an older one is not a sign-in of just now. */
const MOST_SECONDS = 600;
/** The lowest assurance level accepted: a card or its mobile form, never a password alone. */
const ACR = 'eidas1';

/** `professional`: national number (IDNPS). `nonce` of an ID token; null in an access token. `at`: seconds since 1970. */
export type SignedIn = { professional: string; nonce: string | null; at: number };

export class PscTrust {
  readonly #enrolment: Enrolment;
  readonly #clock: Clock;
  #known: { trusted: TrustedPsc; keys: ReturnType<typeof createLocalJWKSet> } | null = null;

  constructor(enrolment: Enrolment, clock: Clock) {
    this.#enrolment = enrolment;
    this.#clock = clock;
  }

  /** The person whom Pro Santé Connect signed in just now; null when the token proves nobody. */
  async signedIn(token: string): Promise<SignedIn | null> {
    const { issuer, clients } = this.#enrolment.psc;
    try {
      const { payload } = await jwtVerify(token, this.#keys(), {
        algorithms: ['RS256'],
        issuer,
        requiredClaims: ['sub', 'iat', 'exp', 'SubjectNameID'],
        maxTokenAge: MOST_SECONDS,
        currentDate: new Date(this.#clock.nowMs()),
        clockTolerance: LEEWAY_SECONDS,
      });
      // An access token names its client in azp, an ID token in aud: one of them must be a client we know.
      const parties = [payload['azp'] ?? payload['client_id'] ?? payload.aud].flat();
      const isForUs = parties.length === 1 && clients.includes(String(parties[0]));
      if (!isForUs || payload['acr'] !== ACR) return null;
      const { nonce } = payload;
      return {
        professional: String(payload['SubjectNameID']),
        nonce: typeof nonce === 'string' ? nonce : null,
        at: signedInAt(payload),
      };
    } catch {
      return null;
    }
  }

  #keys() {
    const trusted = this.#enrolment.psc;
    if (this.#known?.trusted !== trusted) {
      this.#known = { trusted, keys: createLocalJWKSet({ keys: trusted.keys as never }) };
    }
    return this.#known.keys;
  }
}

/** When the person acted. With a session at Pro Santé Connect that is before the token was issued, never after. */
function signedInAt({ auth_time: at, iat = 0 }: JWTPayload): number {
  return typeof at === 'number' ? Math.min(at, iat) : iat;
}
