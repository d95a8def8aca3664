// What an authenticator is asked to sign: a JWT of ours, hashed, so that nothing is remembered about who only asked.
// It must never count one challenge twice, nor one that was made for another purpose, browser or run of the vault.

import { hash } from 'node:crypto';
import { LIFETIMES, type SignedClaims } from './signed-claims.ts';

export type ChallengePurpose = 'register' | 'sign-in';
export type IssuedChallenge = { challengeToken: string; challenge: string };
/** `challenge`: what the authenticator must have signed. `expiresAt` in seconds. */
export type Challenge = { id: string; challenge: string; expiresAt: number };

/** Far more than people use in five minutes. */
const MOST_USED = 100_000;

export class PasskeyChallenges {
  readonly #claims: SignedClaims;
  readonly #newId: () => string;
  /** A restart forgets which were used: those of before it do not count any more. */
  readonly #run: string;
  /** When each one used is over. Forgotten only for want of room: a clock put back makes none young again. */
  readonly #used = new Map<string, number>();

  constructor(parts: { claims: SignedClaims; newId(): string }) {
    this.#claims = parts.claims;
    this.#newId = parts.newId;
    this.#run = parts.newId();
  }

  /** `jkt`: thumbprint of the browser key that it is for. */
  async issue(purpose: ChallengePurpose, jkt: string): Promise<IssuedChallenge> {
    const expiresAt = this.#claims.nowSeconds() + LIFETIMES['challenge+jwt'];
    const said = { purpose, cnf: { jkt }, run: this.#run };
    const challengeToken = await this.#claims.signText('challenge+jwt', this.#newId(), said, expiresAt);
    return { challengeToken, challenge: challengeOf(challengeToken) };
  }

  /** Null when it is not for this purpose and key, or over. Whether it was used before, `use` says. */
  async read(token: string, purpose: ChallengePurpose, jkt: string): Promise<Challenge | null> {
    const said = await this.#claims.verifyText('challenge+jwt', token, ['cnf', 'purpose', 'run']);
    if (!said || said['purpose'] !== purpose || said['run'] !== this.#run) return null;
    if ((said['cnf'] as { jkt?: unknown }).jkt !== jkt) return null;
    const { sub: id, exp: expiresAt } = said as { sub: string; exp: number };
    return { id, challenge: challengeOf(token), expiresAt };
  }

  /** True once. */
  use({ id, expiresAt }: Challenge): boolean {
    if (this.#used.size >= MOST_USED) this.#forgetOver();
    if (this.#used.has(id) || this.#used.size >= MOST_USED) return false;
    this.#used.set(id, expiresAt);
    return true;
  }

  #forgetOver(): void {
    const now = this.#claims.nowSeconds();
    for (const [id, expiresAt] of this.#used) if (expiresAt <= now) this.#used.delete(id);
  }
}

/** Base64url, as WebAuthn writes a challenge into what is signed. */
const challengeOf = (token: string) => hash('sha256', token, 'base64url');
