// Access tokens as the operator sees them: signed by the vault, bound to the certificate of this very connection, for
// a site that the client still serves. The signature is verified once per token, everything else at every request.
// It must never let a token through that the vault would refuse for its binding or its age.

import { importJWK, jwtVerify } from 'jose';
import { sha256Hex } from '../../crypto/digest.ts';
import type { Caller } from '../../http/route.ts';
import type { Clock } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Directory } from './directory.ts';

const ACCESS_SECONDS = 300;
const MOST_CACHED = 100_000;

type Software = Extract<Caller, { role: 'software' }>;
type Professional = Extract<Caller, { role: 'professional' }>;
type Known = { caller: Professional; thumbprint: string; grant: string; expiresAtMs: number };

export class BoundTokens {
  readonly #vault: VaultClient;
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #verified = new Map<string, Known>();
  #key: ReturnType<typeof importJWK> | null = null;

  constructor(parts: { vault: VaultClient; directory: Directory; clock: Clock }) {
    this.#vault = parts.vault;
    this.#directory = parts.directory;
    this.#clock = parts.clock;
  }

  /** The professional this token speaks for, over a connection of that client; throws `token-invalid`. */
  caller(software: Software, token: string): Professional | Promise<Professional> {
    const known = this.#verified.get(sha256Hex(token));
    if (known) return this.#judged(software, known);
    return this.#verify(software, token).then((fresh) => {
      this.#remember(token, fresh);
      return this.#judged(software, fresh);
    });
  }

  #judged(software: Software, known: Known): Professional {
    const { caller, thumbprint, grant, expiresAtMs } = known;
    const isValid =
      thumbprint === software.thumbprint &&
      expiresAtMs > this.#clock.nowMs() &&
      this.#directory.serves(software.client, caller.structure) &&
      !this.#directory.hasEnded(grant);
    if (!isValid) throw refusal('token-invalid');
    return caller;
  }

  async #verify(software: Software, token: string): Promise<Known> {
    this.#key ??= this.#vault.call('tokenKey', {}).then(({ out }) => importJWK(out.jwk as never, 'ES256'));
    const key = await this.#key.catch((error: unknown) => {
      this.#key = null; // the vault was away or locked: the next request asks again
      throw error;
    });
    const verified = await jwtVerify(token, key, {
      typ: 'at+jwt',
      algorithms: ['ES256'],
      issuer: 'rempart',
      audience: 'rempart',
      requiredClaims: ['sub', 'iat', 'exp', 'cnf', 'grant'],
      maxTokenAge: ACCESS_SECONDS,
      currentDate: new Date(this.#clock.nowMs()),
    }).catch(() => {
      throw refusal('token-invalid');
    });
    const { sub, exp, structure, profession, grant, cnf } = verified.payload as Record<string, unknown>;
    return {
      caller: {
        role: 'professional',
        account: String(sub),
        structure: String(structure),
        profession: String(profession),
        client: software.client,
        proof: { kind: 'token', client: software.thumbprint, token },
      },
      thumbprint: String((cnf as Record<string, unknown>)['x5t#S256']),
      grant: String(grant),
      expiresAtMs: Number(exp) * 1000,
    };
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
