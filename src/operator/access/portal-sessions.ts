// Sessions of the portal, from "sign in" to "sign out": opened through Pro Santé Connect, bound to a key that the browser
// made, proven anew at every call. It must never open a door by cookie alone, nor take one proof twice.

import { sha256Hex } from '../../crypto/digest.ts';
import { isSignedBy, keyThumbprint } from '../../crypto/session-proof.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import { randomSlice } from '../../lib/random.ts';
import type { SessionProof, TokenActor } from '../../vault/protocol.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { NonceWindow } from './nonces.ts';
import type { PscClient, PscFlow, PscIdentity } from './psc-client.ts';
import type { ActivityRow, EndReason, SessionRow, SessionStore } from './session-store.ts';

const MINUTE_MS = 60_000;
const IDLE_MS = 15 * MINUTE_MS;
/** A sign-in, and the choice of a structure, take at most this long. */
const FLOW_MS = 10 * MINUTE_MS;
const MOST_FLOWS = 10_000;
const TOUCH_EVERY_MS = 30_000;

export type PortalParts = {
  store: SessionStore;
  psc: PscClient;
  vault: VaultClient;
  ledger: Ledger;
  nonces: NonceWindow;
  clock: Clock;
};

type BrowserKey = SessionRow['key'];
type Flow = PscFlow & { key: BrowserKey; untilMs: number };
/** Signed in at Pro Santé Connect, and has not said yet for which of several structures. */
export type Choosing = {
  identity: PscIdentity;
  key: BrowserKey;
  who: string;
  activities: readonly ActivityRow[];
  untilMs: number;
};
export type Portal =
  | { kind: 'none' }
  | { kind: 'choosing'; choosing: Choosing }
  | { kind: 'open'; session: SessionRow; locked: boolean };

/** A call as it came: what the browser signed, and its `Session-Proof` header. */
export type PortalCall = {
  cookie: string;
  method: string;
  path: string;
  body: string;
  proof: string | undefined;
};

export class PortalSessions {
  readonly #parts: PortalParts;
  readonly #flows = new Map<string, Flow>();
  readonly #choosing = new Map<string, Choosing>();

  constructor(parts: PortalParts) {
    this.#parts = parts;
  }

  /** Where the browser goes to sign in, and the value of the cookie that says it is the same one coming back. */
  async begin(key: BrowserKey): Promise<{ redirectTo: string; flowCookie: string }> {
    const { redirectTo, flow } = await this.#parts.psc.begin(keyThumbprint(key));
    const flowCookie = newSecret();
    this.#forgetOld();
    this.#flows.set(sha256Hex(flowCookie), { ...flow, key, untilMs: this.#nowMs() + FLOW_MS });
    return { redirectTo, flowCookie };
  }

  /** The browser is back: opens the session, or waits for the choice of a structure. Gives the session's cookie. */
  async comeBack(query: string, flowCookie: string): Promise<string> {
    const name = sha256Hex(flowCookie);
    const flow = this.#flows.get(name);
    this.#flows.delete(name); // one try: a code that is presented again finds no flow
    if (!flow || flow.untilMs < this.#nowMs()) throw refusal('sign-in-refused');
    const identity = await this.#parts.psc.finish(query, flow);
    const { who, activities } = await this.#parts.store.activities(identity.professional, this.#today());
    if (activities.length === 0) throw refusal('site-refused');
    const cookie = newSecret();
    const choosing = { identity, key: flow.key, who, activities, untilMs: this.#nowMs() + FLOW_MS };
    const [only] = activities;
    if (only && activities.length === 1) await this.#open(cookie, choosing, only);
    else this.#choosing.set(sha256Hex(cookie), choosing);
    return cookie;
  }

  /** Opens the session for one of the structures offered; the call is signed like every other. */
  async choose(call: PortalCall, account: string): Promise<void> {
    const name = sha256Hex(call.cookie);
    const choosing = this.#choosing.get(name);
    const activity = choosing?.activities.find((one) => one.account === account);
    if (!choosing || !activity || choosing.untilMs < this.#nowMs()) throw refusal('site-refused');
    await this.#refuseUnproven(name, choosing.key, call);
    this.#choosing.delete(name);
    await this.#open(call.cookie, choosing, activity);
  }

  /** What this cookie stands for; nothing is proven by it. */
  async look(cookie: string): Promise<Portal> {
    const name = sha256Hex(cookie);
    const choosing = this.#choosing.get(name);
    if (choosing && choosing.untilMs >= this.#nowMs()) return { kind: 'choosing', choosing };
    const session = await this.#parts.store.find(name, this.#today());
    if (!session || session.endsAtMs <= this.#nowMs()) return { kind: 'none' };
    return { kind: 'open', session, locked: this.#isIdle(session) };
  }

  /** The session of a call that its browser signed, and the proof for the vault. Throws `session-ended` and others. */
  async proven(call: PortalCall): Promise<{ session: SessionRow; proof: SessionProof }> {
    const portal = await this.look(call.cookie);
    if (portal.kind !== 'open') throw refusal('session-ended');
    if (portal.locked) throw refusal('session-locked');
    const { session } = portal;
    const { nonce, signature } = await this.#refuseUnproven(session.idHash, session.key, call);
    await this.#touch(session);
    const { method, path, body } = call;
    const said = { kind: 'session' as const, session: session.vaultSession, publicKey: session.key };
    return { session, proof: { ...said, method, path, body, nonce, signature } };
  }

  async signOut(call: PortalCall): Promise<string | null> {
    const { session } = await this.proven(call);
    await this.#end(session, 'signed-out');
    return this.#parts.psc.signOutUrl();
  }

  freshNonce(cookie: string): string {
    return this.#parts.nonces.issue(sha256Hex(cookie));
  }

  nonces(cookie: string): string[] {
    return this.#parts.nonces.fill(sha256Hex(cookie));
  }

  idleEndsAtMs(session: SessionRow): number {
    return session.lastUsedAtMs + IDLE_MS;
  }

  async #refuseUnproven(name: string, key: BrowserKey, call: PortalCall) {
    const [nonce = '', signature = '', ...more] = (call.proof ?? '').split('.');
    if (nonce === '' || signature === '' || more.length > 0) throw refusal('proof-required');
    // The signature first: who cannot sign neither uses up a nonce nor ends the session of who can.
    if (!isSignedBy(key, { ...call, nonce }, signature)) throw refusal('proof-required');
    const verdict = this.#parts.nonces.use(name, nonce);
    if (verdict === 'unknown') throw refusal('nonce-unknown');
    if (verdict === 'used') {
      // A copied profile at its first parallel use, or a copied call: the session ends for both.
      const session = await this.#parts.store.find(name, this.#today());
      if (session) await this.#end(session, 'nonce-replayed');
      throw refusal('session-ended');
    }
    return { nonce, signature };
  }

  /** If we crash before the row is there, nobody has the cookie; the vault's binding is worth nothing without it. */
  async #open(cookie: string, { identity, key, who }: Choosing, activity: ActivityRow): Promise<void> {
    const { vault, store, ledger } = this.#parts;
    const { idToken, sid } = identity;
    const { out } = await vault.call('bindSession', {
      idToken,
      publicKey: key,
      structure: activity.structure,
    });
    const nowMs = this.#nowMs();
    await store.open({
      idHash: sha256Hex(cookie),
      account: activity.account,
      who,
      key,
      vaultSession: out.session,
      grant: out.actor.grant,
      pscSid: sid,
      lastUsedAtMs: nowMs,
      endsAtMs: out.expiresAt * 1000,
    });
    await ledger.append(entryOf('access.granted', out.actor, null));
  }

  async #end(session: SessionRow, because: EndReason): Promise<void> {
    const { store, nonces, ledger } = this.#parts;
    nonces.forget(session.idHash);
    if (!(await store.end(session.idHash, because))) return;
    const { account, structure, profession, grant } = session;
    await ledger.append(
      entryOf('access.ended', { account, structure, profession, grant, client: 'portal' }, because),
    );
  }

  async #touch(session: SessionRow): Promise<void> {
    const nowMs = this.#nowMs();
    if (Math.abs(nowMs - session.lastUsedAtMs) < TOUCH_EVERY_MS) return;
    await this.#parts.store.touch(session.idHash, nowMs);
  }

  #isIdle(session: SessionRow): boolean {
    return Math.abs(this.#nowMs() - session.lastUsedAtMs) >= IDLE_MS;
  }

  /** Sign-ins that were left half done. */
  #forgetOld(): void {
    const nowMs = this.#nowMs();
    for (const waiting of [this.#flows, this.#choosing]) {
      for (const [name, { untilMs }] of waiting) if (untilMs < nowMs) waiting.delete(name);
      if (waiting.size >= MOST_FLOWS) throw refusal('overloaded');
    }
  }

  #nowMs(): number {
    return this.#parts.clock.nowMs();
  }

  #today(): string {
    return parisDate(this.#nowMs());
  }
}

const newSecret = () => randomSlice(32).toString('base64url');

function entryOf(event: 'access.granted' | 'access.ended', actor: TokenActor, because: EndReason | null) {
  const { account, structure, profession, grant, client } = actor;
  return {
    about: null,
    member: { by: profession, structure, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event, account, client, grant, ...(because === null ? {} : { reason: because }) },
  } as const;
}
