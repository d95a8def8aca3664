// The vault's own tokens for software: a person (Pro Santé Connect) at a site, through a client (certificate). Issued
// after the vault has verified all three itself, and looked at again at every door. It must never let a token outlive
// the client, the site or the activity it stands for.

import type { EnrolledActivity, Enrolment } from './enrolment.ts';
import type { AskerProof, IssuedTokens, TokenActor } from './protocol.ts';
import type { PscTrust } from './psc-trust.ts';
import { type Claims, LIFETIMES, type SignedClaims } from './signed-claims.ts';
import { Verified } from './verified.ts';

export type TokenRefusal = 'not-enrolled' | 'subject-refused' | 'site-refused' | 'refresh-refused';
/** Who asks, as the vault knows them; `professional`: national number (IDNPS). */
export type ProvenAsker = {
  actor: TokenActor;
  professional: string;
  /** The browser that a sign-in was bound to, by the digest of its key; null for software and for a passkey that vouches for it. */
  browserKey: string | null;
};
type TokenProof = Extract<AskerProof, { kind: 'token' }>;

export class AccessTokens {
  readonly #claims: SignedClaims;
  readonly #psc: PscTrust;
  readonly #enrolment: Enrolment;
  readonly #newGrant: () => string;
  readonly #verified = new Verified<Claims>();

  constructor(parts: { claims: SignedClaims; psc: PscTrust; enrolment: Enrolment; newGrant(): string }) {
    this.#claims = parts.claims;
    this.#psc = parts.psc;
    this.#enrolment = parts.enrolment;
    this.#newGrant = parts.newGrant;
  }

  async exchange(input: {
    client: string;
    subjectToken: string;
    structure: string;
  }): Promise<IssuedTokens | TokenRefusal> {
    const client = this.#enrolment.client(input.client);
    if (!client) return 'not-enrolled';
    const person = await this.#psc.signedIn(input.subjectToken);
    if (person === null) return 'subject-refused';
    const { structure } = input;
    const activity = this.#enrolment.activityAt(person.professional, structure);
    if (!activity || !client.structures.includes(structure)) return 'site-refused';
    const refreshExpiresAt = this.#claims.nowSeconds() + LIFETIMES['rt+jwt'];
    const grant = this.#newGrant();
    const actor = { ...actorOf(activity), client: client.client, grant, signedInAt: person.at };
    const bound = { 'x5t#S256': input.client };
    const refreshToken = await this.#claims.sign('rt+jwt', actor, bound, refreshExpiresAt);
    return this.#issued(actor, input.client, { refreshToken, refreshExpiresAt });
  }

  async renew(input: { client: string; refreshToken: string }): Promise<IssuedTokens | TokenRefusal> {
    const { refreshToken } = input;
    const claims = await this.#claims.verify('rt+jwt', refreshToken);
    if (!claims || claims.bound !== input.client) return 'refresh-refused';
    const asker = this.#stillTrue(claims);
    if (asker === null) return 'site-refused';
    return this.#issued(asker.actor, input.client, { refreshToken, refreshExpiresAt: claims.expiresAt });
  }

  /** Verifies what was not seen before. Nothing is thrown: who a proof speaks for is asked with `asker`. */
  async learn(proofs: readonly TokenProof[]): Promise<void> {
    const unknown = new Set<string>();
    for (const { token } of proofs) if (!this.#verified.get(token)) unknown.add(token);
    for (const token of unknown) {
      const claims = await this.#claims.verify('at+jwt', token);
      if (claims) this.#verified.set(token, claims, this.#claims.nowSeconds());
    }
  }

  /** Who asks with this proof, as the enrolment says now; null when the proof proves nothing (any more). */
  asker({ client, token }: TokenProof): ProvenAsker | null {
    const claims = this.#verified.get(token);
    if (!claims || claims.bound !== client || !this.#claims.isNow(claims)) return null;
    return this.#stillTrue(claims);
  }

  /** A client struck off, a site taken from it, an activity that ended: the token ends with them. */
  #stillTrue({ bound, account, structure, grant, signedInAt }: Claims): ProvenAsker | null {
    const client = this.#enrolment.client(bound);
    const activity = this.#enrolment.account(account);
    if (!client?.structures.includes(structure) || activity?.structure !== structure) return null;
    const actor = { ...actorOf(activity), client: client.client, grant, signedInAt };
    return { actor, professional: activity.professional, browserKey: null };
  }

  async #issued(
    actor: TokenActor,
    thumbprint: string,
    refresh: Pick<IssuedTokens, 'refreshToken' | 'refreshExpiresAt'>,
  ): Promise<IssuedTokens> {
    const fresh = this.#claims.nowSeconds() + LIFETIMES['at+jwt'];
    const accessExpiresAt = Math.min(fresh, refresh.refreshExpiresAt);
    const bound = { 'x5t#S256': thumbprint };
    const accessToken = await this.#claims.sign('at+jwt', actor, bound, accessExpiresAt);
    return { accessToken, accessExpiresAt, ...refresh, actor };
  }
}

export function actorOf({ account, structure, profession }: EnrolledActivity) {
  return { account, structure, profession };
}
