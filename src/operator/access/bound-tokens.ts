// Access tokens as the operator sees them: signed by the vault, bound to the certificate of this very connection, for
// a site that the client still serves. The signature is verified once per token, everything else at every request.
// It must never let a token through that the vault would refuse for its binding or its age.

import { type CryptoKey, importJWK, type JWTPayload, jwtVerify } from 'jose';
import { sha256Hex } from '../../crypto/digest.ts';
import type { Caller } from '../../http/route.ts';
import type { Clock } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Directory } from './directory.ts';

/** Seconds that each type lives at most. */
const LIFETIMES = { 'at+jwt': 300, 'rt+jwt': 4 * 3_600 } as const;
type TokenType = keyof typeof LIFETIMES;
/** A clock that was put back by more than this makes a token of the future, which is refused. */
const LEEWAY_MS = 5_000;
const MOST_CACHED = 100_000;
/** A key that does not verify is asked for again, at most this often: the vault may have a new one. */
const KEY_AGE_MS = 10_000;

type Software = Extract<Caller, { role: 'software' }>;
type Professional = Extract<Caller, { role: 'professional' }>;
type Known = {
  caller: Professional;
  thumbprint: string;
  grant: string;
  issuedAtMs: number;
  expiresAtMs: number;
};

/** A sign-in of ours: whose, and until when its last token can live (milliseconds since 1970). */
export type Grant = Pick<Professional, 'account' | 'structure' | 'profession'> & {
  grant: string;
  untilMs: number;
};

export class BoundTokens {
  readonly #vault: VaultClient;
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #verified = new Map<string, Known>();
  #key: { key: Promise<CryptoKey | Uint8Array>; askedAtMs: number } | null = null;

  constructor(parts: { vault: VaultClient; directory: Directory; clock: Clock }) {
    this.#vault = parts.vault;
    this.#directory = parts.directory;
    this.#clock = parts.clock;
  }

  /** Asks for the key beforehand, so that a sign-out works while the vault is locked. */
  async warmUp(): Promise<void> {
    await this.#currentKey().catch(() => undefined); // a vault that is locked at the start is asked when it matters
  }

  /** The professional this token speaks for, over a connection of that client; throws `token-invalid`. */
  caller(software: Software, token: string): Professional | Promise<Professional> {
    const known = this.#verified.get(sha256Hex(token));
    if (known) return this.#judged(software, known);
    return this.#verify('at+jwt', token).then((payload) => {
      if (!payload) throw refusal('token-invalid');
      const fresh = knownFrom(payload, software, token);
      this.#remember(token, fresh);
      return this.#judged(software, fresh);
    });
  }

  /** The sign-in behind an access or refresh token of this client; null for a token that is not ours, or not its. */
  async grantOf(software: Software, token: string): Promise<Grant | null> {
    const payload = (await this.#verify('rt+jwt', token)) ?? (await this.#verify('at+jwt', token));
    if (!payload) return null;
    const { caller, thumbprint, grant, issuedAtMs } = knownFrom(payload, software, token);
    if (thumbprint !== software.thumbprint) return null;
    const { account, structure, profession } = caller;
    return { account, structure, profession, grant, untilMs: issuedAtMs + LIFETIMES['rt+jwt'] * 1000 };
  }

  #judged(software: Software, known: Known): Professional {
    const { caller, thumbprint, grant, issuedAtMs, expiresAtMs } = known;
    const nowMs = this.#clock.nowMs();
    const isValid =
      thumbprint === software.thumbprint &&
      issuedAtMs - LEEWAY_MS <= nowMs &&
      expiresAtMs > nowMs &&
      this.#directory.serves(software, caller.structure) &&
      !this.#directory.hasEnded(grant);
    if (!isValid) throw refusal('token-invalid');
    return caller;
  }

  /** Null when it is no such token of ours. Throws when the vault cannot say by which key. */
  async #verify(typ: TokenType, token: string): Promise<JWTPayload | null> {
    const verified = await this.#verifiedBy(await this.#currentKey(), typ, token);
    if (verified !== 'signature') return verified;
    const sinceMs = Math.abs(this.#clock.nowMs() - (this.#key?.askedAtMs ?? 0));
    if (sinceMs < KEY_AGE_MS) return null;
    this.#key = null;
    const again = await this.#verifiedBy(await this.#currentKey(), typ, token);
    return again === 'signature' ? null : again;
  }

  async #verifiedBy(
    key: CryptoKey | Uint8Array,
    typ: TokenType,
    token: string,
  ): Promise<JWTPayload | 'signature' | null> {
    try {
      const { payload } = await jwtVerify(token, key, {
        typ,
        algorithms: ['ES256'],
        issuer: 'rempart',
        audience: 'rempart',
        requiredClaims: ['sub', 'iat', 'exp', 'cnf', 'grant'],
        maxTokenAge: LIFETIMES[typ],
        clockTolerance: 0,
        currentDate: new Date(this.#clock.nowMs()),
      });
      return payload;
    } catch (error) {
      return (error as { code?: unknown }).code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'
        ? 'signature'
        : null;
    }
  }

  async #currentKey(): Promise<CryptoKey | Uint8Array> {
    this.#key ??= {
      askedAtMs: this.#clock.nowMs(),
      key: this.#vault.call('tokenKey', {}).then(({ out }) => importJWK(out.jwk as never, 'ES256')),
    };
    return this.#key.key.catch((error: unknown) => {
      this.#key = null; // the vault was away or locked: the next request asks again
      throw error;
    });
  }

  #remember(token: string, known: Known): void {
    if (this.#verified.size >= MOST_CACHED) {
      const nowMs = this.#clock.nowMs();
      for (const [name, one] of this.#verified) if (one.expiresAtMs <= nowMs) this.#verified.delete(name);
      if (this.#verified.size >= MOST_CACHED) this.#verified.clear(); // they are verified once more
    }
    this.#verified.set(sha256Hex(token), known);
  }
}

function knownFrom(payload: JWTPayload, software: Software, token: string): Known {
  const { sub, iat, exp, structure, profession, grant, cnf } = payload as Record<string, unknown>;
  return {
    caller: {
      role: 'professional',
      account: String(sub),
      structure: String(structure),
      profession: String(profession),
      client: software.client,
      signedInAtMs: signedInAtMs(payload),
      proof: { kind: 'token', client: software.thumbprint, token },
    },
    thumbprint: String((cnf as Record<string, unknown>)['x5t#S256']),
    grant: String(grant),
    issuedAtMs: Number(iat) * 1000,
    expiresAtMs: Number(exp) * 1000,
  };
}

/** What the vault has signed about it; a token of before it said so counts as never fresh, as it does there. */
export function signedInAtMs({ auth_time: at }: JWTPayload): number {
  return typeof at === 'number' ? at * 1000 : 0;
}
