// The vault's own tokens: a person (Pro Santé Connect) at a site, through a client (certificate). Issued after the
// vault has verified all three itself, and verified again at every door. It must never accept a token that lives
// longer than five minutes, nor one that somebody else signed.

import { createPublicKey, hash, type JsonWebKey } from 'node:crypto';
import { createLocalJWKSet, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../lib/clock.ts';
import type { EnrolledActivity, Enrolment, TrustedPsc } from './enrolment.ts';
import type { Keyring } from './keyring.ts';
import type { AskerProof, IssuedTokens, TokenActor } from './protocol.ts';

export const ACCESS_SECONDS = 300;
const REFRESH_SECONDS = 4 * 3_600;
/** Who issues and who accepts: the platform itself. */
const US = 'rempart';
const ACCESS = 'at+jwt';
const REFRESH = 'rt+jwt';
/** A clock that was put back by more than this makes a token of the future, which is refused. */
const CLOCK_LEEWAY_SECONDS = 5;
/** Pro Santé Connect's tokens live some minutes: an older one is not a sign-in of just now. */
const PSC_MOST_SECONDS = 600;
/** Pro Santé Connect's clock and ours may differ by this. */
const PSC_LEEWAY_SECONDS = 30;
/** The lowest assurance level accepted: a card or its mobile form, never a password alone. */
const ACR = 'eidas1';
const MOST_CACHED = 100_000;

export type TokenRefusal = 'not-enrolled' | 'subject-refused' | 'site-refused' | 'refresh-refused';

/** What a verified token says; `thumbprint`: the certificate it is bound to; times in seconds. */
type Claims = TokenActor & { thumbprint: string; issuedAt: number; expiresAt: number };

export class AccessTokens {
  readonly #keyring: Keyring;
  readonly #enrolment: Enrolment;
  readonly #clock: Clock;
  readonly #newGrant: () => string;
  /** By SHA-256 of the token, until it expires: a signature is verified once, enrolment at every use. */
  readonly #verified = new Map<string, Claims>();
  #psc: { trusted: TrustedPsc; keys: ReturnType<typeof createLocalJWKSet> } | null = null;

  constructor(parts: { keyring: Keyring; enrolment: Enrolment; clock: Clock; newGrant(): string }) {
    this.#keyring = parts.keyring;
    this.#enrolment = parts.enrolment;
    this.#clock = parts.clock;
    this.#newGrant = parts.newGrant;
  }

  /** For those who verify our tokens; throws while the keyring is closed. */
  async publicKey(): Promise<JsonWebKey> {
    return createPublicKey(await this.#keyring.tokenKey()).export({ format: 'jwk' });
  }

  async exchange(input: {
    client: string;
    subjectToken: string;
    structure: string;
  }): Promise<IssuedTokens | TokenRefusal> {
    const client = this.#enrolment.client(input.client);
    if (!client) return 'not-enrolled';
    const professional = await this.#professionalOf(input.subjectToken);
    if (professional === null) return 'subject-refused';
    const { structure } = input;
    const activity = this.#enrolment.activities(professional).find((one) => one.structure === structure);
    if (!activity || !client.structures.includes(structure)) return 'site-refused';
    const refreshExpiresAt = this.#nowSeconds() + REFRESH_SECONDS;
    const actor = { ...actorOf(activity), client: client.client, grant: this.#newGrant() };
    const refreshToken = await this.#signed(REFRESH, actor, input.client, refreshExpiresAt);
    return this.#issued(actor, input.client, { refreshToken, refreshExpiresAt });
  }

  async renew(input: { client: string; refreshToken: string }): Promise<IssuedTokens | TokenRefusal> {
    const { refreshToken } = input;
    const claims = await this.#verify(REFRESH, refreshToken);
    if (!claims || claims.thumbprint !== input.client) return 'refresh-refused';
    const actor = this.#stillTrue(claims);
    if (actor === null) return 'site-refused';
    return this.#issued(actor, input.client, { refreshToken, refreshExpiresAt: claims.expiresAt });
  }

  /** Verifies what was not seen before. Nothing is thrown: who a proof speaks for is asked with `actor`. */
  async learn(proofs: readonly AskerProof[]): Promise<void> {
    const unknown = new Set<string>();
    for (const { token } of proofs) if (!this.#verified.has(nameOf(token))) unknown.add(token);
    for (const token of unknown) {
      const claims = await this.#verify(ACCESS, token);
      if (claims) this.#remember(token, claims);
    }
  }

  /** Who asks with this proof, as the enrolment says now; null when the proof proves nothing (any more). */
  actor({ client, token }: AskerProof): TokenActor | null {
    const claims = this.#verified.get(nameOf(token));
    if (!claims || claims.thumbprint !== client || !this.#isNow(claims)) return null;
    return this.#stillTrue(claims);
  }

  /** Also when the clock was put back: what was over once is not young again. */
  #isNow({ issuedAt, expiresAt }: Claims): boolean {
    const now = this.#nowSeconds();
    return issuedAt - CLOCK_LEEWAY_SECONDS <= now && now < expiresAt;
  }

  /** A client struck off, a site taken from it, an activity that ended: the token ends with them. */
  #stillTrue({ thumbprint, account, structure, grant }: Claims): TokenActor | null {
    const client = this.#enrolment.client(thumbprint);
    const activity = this.#enrolment.account(account);
    if (!client?.structures.includes(structure) || activity?.structure !== structure) return null;
    return { ...actorOf(activity), client: client.client, grant };
  }

  async #issued(
    actor: TokenActor,
    thumbprint: string,
    refresh: Pick<IssuedTokens, 'refreshToken' | 'refreshExpiresAt'>,
  ): Promise<IssuedTokens> {
    const accessExpiresAt = Math.min(this.#nowSeconds() + ACCESS_SECONDS, refresh.refreshExpiresAt);
    const accessToken = await this.#signed(ACCESS, actor, thumbprint, accessExpiresAt);
    return { accessToken, accessExpiresAt, ...refresh, actor };
  }

  async #signed(typ: string, actor: TokenActor, thumbprint: string, expiresAt: number): Promise<string> {
    const { account, client, ...rest } = actor;
    return new SignJWT({ ...rest, client_id: client, cnf: { 'x5t#S256': thumbprint } })
      .setProtectedHeader({ alg: 'ES256', typ })
      .setIssuer(US)
      .setAudience(US)
      .setSubject(account)
      .setIssuedAt(this.#nowSeconds())
      .setExpirationTime(expiresAt)
      .sign(await this.#keyring.tokenKey());
  }

  async #verify(typ: typeof ACCESS | typeof REFRESH, token: string): Promise<Claims | null> {
    const key = createPublicKey(await this.#keyring.tokenKey());
    try {
      const { payload } = await jwtVerify(token, key, {
        typ,
        algorithms: ['ES256'],
        issuer: US,
        audience: US,
        requiredClaims: ['sub', 'iat', 'exp', 'cnf', 'grant'],
        currentDate: new Date(this.#clock.nowMs()),
        maxTokenAge: typ === ACCESS ? ACCESS_SECONDS : REFRESH_SECONDS,
      });
      return claimsOf(payload);
    } catch {
      return null; // a token that does not verify proves nothing, whatever is wrong with it
    }
  }

  /** National number of the person whom Pro Santé Connect signed in just now; null when the token proves nobody. */
  async #professionalOf(token: string): Promise<string | null> {
    const { issuer, clients } = this.#enrolment.psc;
    try {
      const { payload } = await jwtVerify(token, this.#pscKeys(), {
        algorithms: ['RS256'],
        issuer,
        requiredClaims: ['sub', 'iat', 'exp', 'SubjectNameID'],
        maxTokenAge: PSC_MOST_SECONDS,
        currentDate: new Date(this.#clock.nowMs()),
        clockTolerance: PSC_LEEWAY_SECONDS,
      });
      // An access token names its client in azp, an ID token in aud: one of them must be a client we know.
      const parties = [payload['azp'] ?? payload['client_id'] ?? payload.aud].flat();
      const isForUs = parties.length === 1 && clients.includes(String(parties[0]));
      return isForUs && payload['acr'] === ACR ? String(payload['SubjectNameID']) : null;
    } catch {
      return null;
    }
  }

  #pscKeys() {
    const trusted = this.#enrolment.psc;
    if (this.#psc?.trusted !== trusted) {
      this.#psc = { trusted, keys: createLocalJWKSet({ keys: trusted.keys as never }) };
    }
    return this.#psc.keys;
  }

  #remember(token: string, claims: Claims): void {
    if (this.#verified.size >= MOST_CACHED) {
      const now = this.#nowSeconds();
      for (const [name, known] of this.#verified) if (known.expiresAt <= now) this.#verified.delete(name);
      if (this.#verified.size >= MOST_CACHED) this.#verified.clear(); // they are verified once more
    }
    this.#verified.set(nameOf(token), claims);
  }

  #nowSeconds(): number {
    return Math.floor(this.#clock.nowMs() / 1000);
  }
}

const nameOf = (token: string) => hash('sha256', token, 'base64');

function actorOf({ account, structure, profession }: EnrolledActivity) {
  return { account, structure, profession };
}

function claimsOf(payload: JWTPayload): Claims | null {
  const { sub, iat, exp, structure, profession, client_id: client, grant } = payload;
  const thumbprint = (payload['cnf'] as Record<string, unknown> | null)?.['x5t#S256'];
  const texts = [sub, structure, profession, client, grant, thumbprint];
  if (!texts.every((one) => typeof one === 'string') || typeof exp !== 'number' || typeof iat !== 'number')
    return null;
  const [account, site, trade, clientId, grantId, bound] = texts as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    account,
    structure: site,
    profession: trade,
    client: clientId,
    grant: grantId,
    thumbprint: bound,
    issuedAt: iat,
    expiresAt: exp,
  };
}
