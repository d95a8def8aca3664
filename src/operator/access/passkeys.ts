// Passkeys of professionals: break-glass when Pro Santé Connect is away, the touch that reopens an idle session, the one
// that confirms who has it. The vault verifies who signs in; the operator keeps rows that open nothing alone. It must
// never take one challenge twice.

import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { decodeJwt } from 'jose';
import { isFreshSignIn } from '../../core/fresh-sign-in.ts';
import { PORTAL } from '../../core/portal.ts';
import type { BrowserKey } from '../../crypto/session-proof.ts';
import { type Credential, isAssertedBy } from '../../crypto/webauthn.ts';
import { type Clock, timestamp } from '../../lib/clock.ts';
import { randomSlice } from '../../lib/random.ts';
import type { SessionProof } from '../../vault/protocol.ts';
import { type VaultClient, VaultRefused } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { Confirmations } from './confirmations.ts';
import { MOST_PASSKEYS, type PasskeyRow, type PasskeyStore } from './passkey-store.ts';
import type { PortalSessions, SignedIn } from './portal-sessions.ts';
import type { SessionRow } from './session-store.ts';
import type { SignInFlows } from './sign-in-flow.ts';
import type { SignInLimit } from './sign-in-limit.ts';
import { refusedAsOurs } from './vault-refusals.ts';

/** As long as the vault's own challenges live. */
const CHALLENGE_MS = 5 * 60_000;
const MOST_CHALLENGES = 10_000;
/** ES256, EdDSA, RS256: what the vault reads (crypto/webauthn.ts). */
const ALGORITHMS = [-7, -8, -257];

export type PasskeyParts = {
  store: PasskeyStore;
  sessions: PortalSessions;
  confirmations: Confirmations;
  flows: SignInFlows;
  limit: SignInLimit;
  vault: VaultClient;
  ledger: Ledger;
  clock: Clock;
  /** Exact origin of the pages, and the RP ID of their passkeys. */
  portal: { origin: string; rpId: string };
};

type Asked = { value: string; untilMs: number };
type Registering = { account: string; signedInAtMs: number };
type PasskeyActor = { account: string; structure: string; profession: string };
/** As the portal shows it (CONTRACT.md 3: RFC 3339). */
export type Passkey = { id: string; label: string; createdAt: string; lastUsedAt: string | null };

export class PortalPasskeys {
  readonly #parts: PasskeyParts;
  /** By session and purpose: the challenge that is out, or the vault's token for it. Each is taken once. */
  readonly #asked = new Map<string, Asked>();

  constructor(parts: PasskeyParts) {
    this.#parts = parts;
  }

  async of(account: string): Promise<Passkey[]> {
    const { store } = this.#parts;
    const rows = await store.of(await store.professionalOf(account));
    return rows.map(({ credentialId: id, label, createdAtMs, lastUsedAtMs }) => ({
      id,
      label,
      createdAt: timestamp(createdAtMs),
      lastUsedAt: lastUsedAtMs === null ? null : timestamp(lastUsedAtMs),
    }));
  }

  /**
   * WebAuthn options for `navigator.credentials.create`. Throws `passkeys-full`, `passkeys-off`, or
   * `fresh-sign-in-required`: the vault would say so too, but only when the authenticator has made its key.
   */
  async registrationOptions({ account, signedInAtMs }: Registering, who: string, proof: SessionProof) {
    const { store, vault, portal, clock } = this.#parts;
    if (!isFreshSignIn(signedInAtMs / 1000, clock.nowMs() / 1000)) throw refusal('fresh-sign-in-required');
    const known = await store.of(await store.professionalOf(account));
    if (known.length >= MOST_PASSKEYS) throw refusal('passkeys-full');
    const { publicKey } = proof;
    const issued = await refusedAsOurs(vault.call('passkeyChallenge', { purpose: 'register', publicKey }));
    this.#ask(`register ${proof.session}`, issued.challengeToken);
    return {
      challenge: issued.challenge,
      rp: { id: portal.rpId, name: 'Rempart' },
      // A handle of its own for each: an authenticator then never replaces one passkey by another.
      user: { id: randomSlice(16).toString('base64url'), name: who, displayName: who },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: known.map(descriptorOf),
      attestation: 'none',
      timeout: CHALLENGE_MS,
    };
  }

  /** The vault reads the response in the call that the browser signed. Throws `passkey-refused`, `fresh-sign-in-required`. */
  async register(actor: PasskeyActor, proof: SessionProof, label: string): Promise<void> {
    const { store, vault } = this.#parts;
    const challengeToken = this.#answered(`register ${proof.session}`);
    const registered = await vault
      .call('registerPasskey', { proof, challengeToken })
      .then(({ out }) => out, asPasskeyRefusal);
    const professional = await store.professionalOf(actor.account);
    const { credentialId, passkey: certificate } = registered;
    if (!(await store.add({ credentialId, professional, label, certificate }))) {
      throw refusal('passkeys-full');
    }
    await this.#enter('passkey.added', actor);
  }

  /** Throws `not-found` for a passkey that is not this person's. */
  async remove(actor: PasskeyActor, credentialId: string): Promise<void> {
    const { store } = this.#parts;
    const professional = await store.professionalOf(actor.account);
    if (!(await store.remove(professional, credentialId))) throw refusal('not-found');
    await this.#enter('passkey.removed', actor);
  }

  /** For a browser that has made a key and holds no session: what the authenticator is asked, and a cookie. */
  async signInOptions(key: BrowserKey) {
    const { vault, flows, portal, clock } = this.#parts;
    const issued = await refusedAsOurs(
      vault.call('passkeyChallenge', { purpose: 'sign-in', publicKey: key }),
    );
    const untilMs = clock.nowMs() + CHALLENGE_MS;
    const flowCookie = flows.sealed({ challengeToken: issued.challengeToken, key, untilMs });
    const options = {
      challenge: issued.challenge,
      rpId: portal.rpId,
      userVerification: 'required',
      timeout: CHALLENGE_MS,
    };
    return { options, flowCookie };
  }

  /** Gives the session's cookie. Throws `passkey-refused`, `site-refused`, `account-idle` or `disconnected`. */
  async signIn(response: AuthenticationResponseJSON, flowCookie: string): Promise<string> {
    const { store, flows, sessions, clock } = this.#parts;
    const flow = flows.opened(flowCookie, clock.nowMs());
    const passkey = await store.find(response.id);
    if (!flow || !('challengeToken' in flow) || !passkey) throw refusal('passkey-refused');
    const cookie = await sessions.enter(await this.#signedIn(passkey, response, flow), flow.key);
    await store.touch(passkey.credentialId, clock.nowMs());
    return cookie;
  }

  /** Throws `passkeys-off`. */
  async confirmOptions(session: SessionRow) {
    const { vault } = this.#parts;
    const { key: publicKey, idHash } = session;
    const issued = await refusedAsOurs(vault.call('passkeyChallenge', { purpose: 'sign-in', publicKey }));
    this.#ask(`confirm ${idHash}`, issued.challengeToken);
    return this.#ownOptions(session, issued.challenge);
  }

  /** The vault verifies the touch and binds the session anew. Throws `passkey-refused` and what `confirm` throws. */
  async confirm(session: SessionRow, response: AuthenticationResponseJSON): Promise<void> {
    const { store, confirmations, clock } = this.#parts;
    const challengeToken = this.#answered(`confirm ${session.idHash}`);
    const passkey = await this.#own(session, response);
    await confirmations.confirm(
      session,
      await this.#signedIn(passkey, response, { challengeToken, key: session.key }),
    );
    await store.touch(passkey.credentialId, clock.nowMs());
  }

  unlockOptions(session: SessionRow) {
    const challenge = randomSlice(32).toString('base64url');
    this.#ask(`unlock ${session.idHash}`, challenge);
    return this.#ownOptions(session, challenge);
  }

  /** The vault's word for whoever touched it, in a browser with this key. Throws `passkey-refused`. */
  async #signedIn(
    { certificate, credentialId }: PasskeyRow,
    response: AuthenticationResponseJSON,
    { challengeToken, key: publicKey }: { challengeToken: string; key: BrowserKey },
  ): Promise<SignedIn> {
    const { vault, limit } = this.#parts;
    const shown = { passkey: certificate, challengeToken, response, publicKey };
    const { signIn, professional } = await vault
      .call('passkeySignIn', shown)
      .then(({ out }) => out, asPasskeyRefusal);
    limit.spend(`passkey ${credentialId}`); // only now: nobody else uses up what its owner may
    const bind = (structure: string) =>
      vault
        .call('bindPasskeySession', { signIn, publicKey, structure })
        .then(({ out }) => out, asPasskeyRefusal);
    return { professional, by: 'passkey', sid: null, bind };
  }

  /** Asks for one of the passkeys of the session's own person. */
  async #ownOptions(session: SessionRow, challenge: string) {
    const { store, portal } = this.#parts;
    const known = await store.of(await store.professionalOf(session.account));
    return {
      challenge,
      rpId: portal.rpId,
      allowCredentials: known.map(descriptorOf),
      userVerification: 'required',
      timeout: CHALLENGE_MS,
    };
  }

  /** Idleness is the operator's own rule, so it checks the touch itself. Throws `passkey-refused`. */
  async unlock(session: SessionRow, response: AuthenticationResponseJSON): Promise<void> {
    const { store, sessions, portal, clock } = this.#parts;
    const challenge = this.#answered(`unlock ${session.idHash}`);
    const passkey = await this.#own(session, response);
    const touched = await isAssertedBy(credentialOf(passkey), response, { challenge, portal });
    if (!touched) throw refusal('passkey-refused');
    await sessions.unlock(session);
    await store.touch(passkey.credentialId, clock.nowMs());
  }

  async #own(session: SessionRow, { id }: AuthenticationResponseJSON): Promise<PasskeyRow> {
    const { store } = this.#parts;
    const passkey = await store.find(id);
    const isOwn = passkey?.professional === (await store.professionalOf(session.account));
    if (!passkey || !isOwn) throw refusal('passkey-refused');
    return passkey;
  }

  /** What has happened is entered, also when the ledger cannot take it just now. */
  async #enter(event: 'passkey.added' | 'passkey.removed', actor: PasskeyActor): Promise<void> {
    const entry = entryOf(event, actor);
    await this.#parts.ledger.append(entry).catch(() => this.#parts.ledger.owe(entry));
  }

  #ask(name: string, value: string): void {
    const nowMs = this.#parts.clock.nowMs();
    if (this.#asked.size >= MOST_CHALLENGES) {
      for (const [other, { untilMs }] of this.#asked) if (untilMs < nowMs) this.#asked.delete(other);
      if (this.#asked.size >= MOST_CHALLENGES) throw refusal('overloaded');
    }
    this.#asked.set(name, { value, untilMs: nowMs + CHALLENGE_MS });
  }

  #answered(name: string): string {
    const asked = this.#asked.get(name);
    this.#asked.delete(name);
    if (!asked || asked.untilMs < this.#parts.clock.nowMs()) throw refusal('passkey-refused');
    return asked.value;
  }
}

const descriptorOf = ({ credentialId }: PasskeyRow) => ({ id: credentialId, type: 'public-key' });

/** The vault's certificate says which key; our own database is believed that it is the vault's. */
function credentialOf({ credentialId: id, certificate }: PasskeyRow): Credential {
  return { id, publicKey: String(decodeJwt(certificate)['publicKey']) };
}

function asPasskeyRefusal(error: unknown): never {
  if (!(error instanceof VaultRefused)) throw error;
  if (error.code === 'subject-refused') throw refusal('passkey-refused');
  if (error.code === 'site-refused') throw refusal('site-refused');
  if (error.code === 'passkeys-off') throw refusal('passkeys-off');
  if (error.code === 'fresh-sign-in-required') throw refusal('fresh-sign-in-required');
  throw error;
}

function entryOf(
  event: 'passkey.added' | 'passkey.removed',
  { account, structure, profession }: PasskeyActor,
) {
  return {
    about: null,
    member: { by: profession, structure, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event, account, client: PORTAL },
  } as const;
}
