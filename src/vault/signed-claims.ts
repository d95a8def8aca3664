// The JWTs that the vault signs for itself to read again: who somebody is, where, until when, bound to what key.
// It must never accept a type of token for another, one that somebody else signed, or one older than its kind may be.

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../lib/clock.ts';
import type { Keyring } from './keyring.ts';
import type { TokenActor } from './protocol.ts';

/** Seconds that each type lives at most. */
export const LIFETIMES = {
  'at+jwt': 300,
  'rt+jwt': 4 * 3_600,
  'session+jwt': 4 * 3_600,
  'challenge+jwt': 300,
  'signed-in+jwt': 600,
  'passkey+jwt': 2 * 365 * 86_400,
} as const;
export type ClaimType = keyof typeof LIFETIMES;
/** The types that speak for somebody at a site. */
export type TokenType = Exclude<ClaimType, 'challenge+jwt' | 'passkey+jwt' | 'signed-in+jwt'>;

/** How the person of a session signed in. */
export type SignedInBy = 'psc' | 'passkey';
/** `passkeyAt`: seconds since 1970 when that passkey was registered. */
export type SignIn = { by: 'psc' } | { by: 'passkey'; passkeyAt: number };

/** How a token is bound: to a certificate (RFC 8705) or to a browser's key (RFC 7800). */
export type Confirmation = { 'x5t#S256': string } | { jkt: string };

/** What a verified token says; `bound` = thumbprint of certificate or key; times in seconds. */
export type Claims = TokenActor & {
  bound: string;
  /** Null in tokens of software, and in a session of before there were passkeys. */
  by: SignedInBy | null;
  /** When the passkey was registered; null without one, and when nobody said. */
  passkeyAt: number | null;
  issuedAt: number;
  expiresAt: number;
};

/** A clock that was put back by more than this makes a token of the future, which is refused. */
const CLOCK_LEEWAY_SECONDS = 5;
/** Who issues and who accepts: the platform itself. */
const US = 'rempart';

export class SignedClaims {
  readonly #keyring: Keyring;
  readonly #clock: Clock;
  #pair: { tokenKey: KeyObject; verifyingKey: KeyObject } | null = null;

  constructor(keyring: Keyring, clock: Clock) {
    this.#keyring = keyring;
    this.#clock = clock;
  }

  nowSeconds(): number {
    return Math.floor(this.#clock.nowMs() / 1000);
  }

  /** Also when the clock was put back: what was over once is not young again. */
  isNow({ issuedAt, expiresAt }: Claims): boolean {
    const now = this.nowSeconds();
    return issuedAt - CLOCK_LEEWAY_SECONDS <= now && now < expiresAt;
  }

  /** For those who verify our tokens; throws while the keyring is closed. */
  async publicKey(): Promise<JsonWebKey> {
    return (await this.#verifyingKey()).export({ format: 'jwk' });
  }

  /** One object as long as the key is the same: the library keeps what it made of it. */
  async #verifyingKey(): Promise<KeyObject> {
    const tokenKey = await this.#keyring.tokenKey();
    if (this.#pair?.tokenKey !== tokenKey) {
      this.#pair = { tokenKey, verifyingKey: createPublicKey(tokenKey) };
    }
    return this.#pair.verifyingKey;
  }

  sign(
    typ: TokenType,
    actor: TokenActor,
    cnf: Confirmation,
    expiresAt: number,
    signIn?: SignIn,
  ): Promise<string> {
    const { account, client, signedInAt, ...rest } = actor;
    const said = { ...rest, client_id: client, auth_time: signedInAt, cnf, ...signIn };
    return this.signText(typ, account, said, expiresAt);
  }

  async verify(typ: TokenType, token: string): Promise<Claims | null> {
    const payload = await this.verifyText(typ, token, ['cnf', 'grant']);
    return payload && claimsOf(payload);
  }

  /** For the types that say something else than who somebody is at a site. */
  async signText(
    typ: ClaimType,
    subject: string,
    said: Record<string, unknown>,
    expiresAt: number,
  ): Promise<string> {
    return new SignJWT(said)
      .setProtectedHeader({ alg: 'ES256', typ })
      .setIssuer(US)
      .setAudience(US)
      .setSubject(subject)
      .setIssuedAt(this.nowSeconds())
      .setExpirationTime(expiresAt)
      .sign(await this.#keyring.tokenKey());
  }

  /** What it says, with these claims among it; what types they have is for the caller to see. */
  async verifyText(typ: ClaimType, text: string, claims: readonly string[]): Promise<JWTPayload | null> {
    const key = await this.#verifyingKey();
    try {
      const { payload } = await jwtVerify(text, key, {
        typ,
        algorithms: ['ES256'],
        issuer: US,
        audience: US,
        requiredClaims: ['sub', 'iat', 'exp', ...claims],
        currentDate: new Date(this.#clock.nowMs()),
        maxTokenAge: LIFETIMES[typ],
      });
      return payload;
    } catch {
      return null; // what does not verify proves nothing, whatever is wrong with it
    }
  }
}

function claimsOf(payload: JWTPayload): Claims | null {
  const { sub, iat, exp, structure, profession, client_id: client, grant } = payload;
  const cnf = payload['cnf'] as Record<string, unknown> | null;
  const bound = cnf?.['x5t#S256'] ?? cnf?.['jkt'];
  if (typeof exp !== 'number' || typeof iat !== 'number') return null;
  const said = { account: sub, structure, profession, client, grant, bound };
  if (!Object.values(said).every((one) => typeof one === 'string')) return null;
  // A token of before the claim: nobody knows when, so it is not fresh.
  const signedInAt = typeof payload['auth_time'] === 'number' ? payload['auth_time'] : 0;
  const by = payload['by'] === 'psc' || payload['by'] === 'passkey' ? payload['by'] : null;
  const passkeyAt = typeof payload['passkeyAt'] === 'number' ? payload['passkeyAt'] : null;
  const texts = said as Omit<Claims, 'signedInAt' | 'by' | 'passkeyAt' | 'issuedAt' | 'expiresAt'>;
  return { ...texts, signedInAt, by, passkeyAt, issuedAt: iat, expiresAt: exp };
}
