// Sessions of the portal, from "sign in" to "sign out": opened through Pro Santé Connect or a passkey, bound to a key that
// the browser made, proven anew at every call. It must never open a door by cookie alone, nor take one proof twice.

import { PORTAL } from '../../core/portal.ts';
import { sha256Hex } from '../../crypto/digest.ts';
import { type BrowserKey, keyThumbprint } from '../../crypto/session-proof.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import { randomSlice } from '../../lib/random.ts';
import type { SessionProof, VaultVerbs } from '../../vault/protocol.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import { type BrowserCall, signedNonce } from './browser-proof.ts';
import type { AccountStore } from './directory-store.ts';
import type { NonceWindow } from './nonces.ts';
import type { PscClient } from './psc-client.ts';
import { type EnteredActor, sessionEntry } from './session-entry.ts';
import type { ActivityRow, EndReason, SessionRow, SessionStore } from './session-store.ts';
import { FLOW_MS, type PscSignInFlow, type SignInFlows } from './sign-in-flow.ts';
import { refuseUnusable, refuseWhenClosed } from './tokens.ts';
import { refusedAsOurs } from './vault-refusals.ts';

const MINUTE_MS = 60_000;
const IDLE_MS = 15 * MINUTE_MS;
/** Signed in and not chosen yet; each of them is a person whom Pro Santé Connect has just named. */
const MOST_CHOOSING = 10_000;
const TOUCH_EVERY_MS = 30_000;

export type PortalParts = {
  store: SessionStore;
  accounts: AccountStore;
  psc: PscClient;
  flows: SignInFlows;
  vault: VaultClient;
  ledger: Ledger;
  nonces: NonceWindow;
  switchboard(): Switchboard;
  /** Told when a copy of a session gave itself away. */
  onCopied(): void;
  clock: Clock;
};

/** Somebody who has just proven who they are; `bind` has the vault verify it once more, for one structure. */
export type SignedIn = {
  /** IDNPS */
  professional: string;
  by: 'psc' | 'passkey';
  /** Pro Santé Connect's session; null without one. */
  sid: string | null;
  bind(structure: string): Promise<VaultVerbs['bindSession']['out']>;
};

/** Signed in, and has not said yet for which of several structures. */
export type Choosing = {
  signedIn: SignedIn;
  key: BrowserKey;
  who: string;
  activities: readonly ActivityRow[];
  untilMs: number;
};
export type Portal =
  | { kind: 'none'; because: EndReason | null }
  | { kind: 'choosing'; choosing: Choosing }
  | { kind: 'open'; session: SessionRow; locked: boolean };

export type PortalCall = BrowserCall;

export class PortalSessions {
  readonly #parts: PortalParts;
  readonly #choosing = new Map<string, Choosing>();

  constructor(parts: PortalParts) {
    this.#parts = parts;
  }

  /** Where the browser goes to sign in, and the cookie that says it is the same one coming back. */
  async begin(key: BrowserKey): Promise<{ redirectTo: string; flowCookie: string }> {
    const { redirectTo, flow } = await this.#parts.psc.begin(keyThumbprint(key), 'as-known');
    const flowCookie = this.#parts.flows.sealed({ ...flow, key, untilMs: this.#nowMs() + FLOW_MS });
    return { redirectTo, flowCookie };
  }

  /** What this cookie remembers of a sign-in at Pro Santé Connect; null for one that is not ours, or too old. */
  underWay(flowCookie: string): PscSignInFlow | null {
    const flow = this.#parts.flows.opened(flowCookie, this.#nowMs());
    return flow && 'verifier' in flow ? flow : null;
  }

  /**
   * The browser is back: opens the session, or waits for the choice of a structure. Gives the session's cookie, always
   * a new one. Throws `sign-in-refused`, `site-refused`, `account-idle` or `disconnected`.
   */
  async comeBack(query: string, flow: PscSignInFlow): Promise<string> {
    const { psc, vault } = this.#parts;
    const { idToken, professional, sid } = await psc.finish(query, flow);
    const { key: publicKey } = flow;
    const bind = (structure: string) =>
      refusedAsOurs(vault.call('bindSession', { idToken, publicKey, structure }));
    return this.enter({ professional, by: 'psc', sid, bind }, publicKey);
  }

  /** Opens the session of somebody who has signed in, or waits for the choice of a structure. Gives its cookie. */
  async enter(signedIn: SignedIn, key: BrowserKey): Promise<string> {
    const { who, activities } = await this.#parts.store.activities(signedIn.professional, this.#today());
    if (activities.length === 0) throw refusal('site-refused');
    const cookie = randomSlice(32).toString('base64url');
    const choosing = { signedIn, key, who, activities, untilMs: this.#nowMs() + FLOW_MS };
    const [only] = activities;
    if (only && activities.length === 1) await this.#open(cookie, choosing, only);
    else this.#wait(cookie, choosing);
    return cookie;
  }

  /** Opens the session for one of the structures offered; the call is signed like every other. */
  async choose(call: PortalCall, account: string): Promise<void> {
    const name = sha256Hex(call.cookie);
    const choosing = this.#choosingNow(name);
    if (!choosing) throw refusal('session-ended');
    await this.#refuseUnproven(name, choosing.key, call);
    const activity = choosing.activities.find((one) => one.account === account);
    if (!activity) throw refusal('site-refused');
    await this.#open(call.cookie, choosing, activity);
    this.#choosing.delete(name);
  }

  /** What this cookie stands for; nothing is proven by it. */
  async look(cookie: string): Promise<Portal> {
    const name = sha256Hex(cookie);
    const choosing = this.#choosingNow(name);
    if (choosing) return { kind: 'choosing', choosing };
    return this.#named(name);
  }

  /** The session with that digest, open and not locked. Throws `session-ended` or `session-locked`. */
  async awake(idHash: string): Promise<SessionRow> {
    const portal = await this.#named(idHash);
    if (portal.kind === 'none') throw refusal('session-ended', { because: portal.because });
    if (portal.locked) throw refusal('session-locked');
    return portal.session;
  }

  /** The session of a call that its browser signed, and the proof for the vault. Throws `session-ended` and others. */
  async proven(call: PortalCall): Promise<{ session: SessionRow; proof: SessionProof }> {
    const { session, locked } = await this.#opened(call);
    if (locked) throw refusal('session-locked');
    return this.#proofOf(session, call);
  }

  /** As `proven`, also for a session that is locked: who unlocks it proves the browser first. */
  async provenWhileLocked(call: PortalCall): Promise<SessionRow> {
    const { session } = await this.#opened(call);
    await this.#refuseUnproven(session.idHash, session.key, call);
    return session;
  }

  /** Somebody touched their passkey: the session is awake again. */
  async unlock(session: SessionRow): Promise<void> {
    await this.#parts.store.touch(session.idHash, this.#nowMs());
  }

  async signOut(call: PortalCall): Promise<string | null> {
    const session = await this.provenWhileLocked(call);
    await this.#end(session, 'signed-out');
    return this.#parts.psc.signOutUrl();
  }

  /** Pro Santé Connect says that somebody signed out there: `logoutToken` is its word for it. */
  async signOutElsewhere(logoutToken: string): Promise<void> {
    const sid = await this.#parts.psc.signedOut(logoutToken, this.#nowMs());
    for (const [name, { signedIn }] of this.#choosing) if (signedIn.sid === sid) this.#choosing.delete(name);
    for (const session of await this.#parts.store.ofPsc(sid)) await this.#end(session, 'psc-signed-out');
  }

  /** A full window for a browser that has none left: it signs the challenge it was given. */
  async renewNonces(call: PortalCall): Promise<string[]> {
    const { nonces } = this.#parts;
    const name = sha256Hex(call.cookie);
    const portal = await this.look(call.cookie);
    if (portal.kind === 'none') throw refusal('session-ended', { because: portal.because });
    const { key } = portal.kind === 'open' ? portal.session : portal.choosing;
    const challenge = signedNonce(key, call).nonce;
    if (!nonces.answered(name, challenge, this.#nowMs())) throw refusal('nonce-unknown');
    return nonces.renew(name);
  }

  freshNonce(cookie: string): string {
    return this.#parts.nonces.issue(sha256Hex(cookie));
  }

  challenge(cookie: string): string {
    return this.#parts.nonces.challenge(sha256Hex(cookie), this.#nowMs());
  }

  idleEndsAtMs(session: SessionRow): number {
    return session.lastUsedAtMs + IDLE_MS;
  }

  async #named(name: string): Promise<Exclude<Portal, { kind: 'choosing' }>> {
    const session = await this.#parts.store.find(name, this.#today());
    if (!session) return { kind: 'none', because: await this.#parts.store.whyEnded(name) };
    if (this.#isOver(session)) return { kind: 'none', because: null };
    return { kind: 'open', session, locked: this.#isIdle(session) };
  }

  async #opened(call: PortalCall): Promise<Extract<Portal, { kind: 'open' }>> {
    const portal = await this.look(call.cookie);
    if (portal.kind === 'open') return portal;
    throw refusal('session-ended', portal.kind === 'none' ? { because: portal.because } : {});
  }

  async #proofOf(session: SessionRow, call: PortalCall) {
    const { nonce, signature } = await this.#refuseUnproven(session.idHash, session.key, call);
    await this.#touch(session);
    const { method, path, body } = call;
    const said = { kind: 'session' as const, session: session.vaultSession, publicKey: session.key };
    return { session, proof: { ...said, method, path, body, nonce, signature } };
  }

  async #refuseUnproven(name: string, key: BrowserKey, call: PortalCall) {
    const signed = signedNonce(key, call);
    const verdict = this.#parts.nonces.use(name, signed.nonce);
    if (verdict === 'unknown') throw refusal('nonce-unknown');
    if (verdict === 'fresh') return signed;
    // A copied profile at its first parallel use, or a copied call: the session ends for both.
    this.#choosing.delete(name);
    const session = await this.#parts.store.find(name, this.#today());
    this.#parts.onCopied();
    if (session) await this.#end(session, 'nonce-replayed');
    throw refusal('session-ended', { because: 'nonce-replayed' });
  }

  #wait(cookie: string, choosing: Choosing): void {
    for (const [name, { untilMs }] of this.#choosing) {
      if (untilMs < this.#nowMs()) this.#choosing.delete(name);
    }
    if (this.#choosing.size >= MOST_CHOOSING) throw refusal('overloaded');
    this.#choosing.set(sha256Hex(cookie), choosing);
  }

  #choosingNow(name: string): Choosing | null {
    const choosing = this.#choosing.get(name);
    return choosing && choosing.untilMs >= this.#nowMs() ? choosing : null;
  }

  /** If we crash before the row is there, nobody has the cookie; the vault's binding is worth nothing without it. */
  async #open(cookie: string, { signedIn, key, who }: Choosing, activity: ActivityRow): Promise<void> {
    const { store } = this.#parts;
    const { account, structure, profession } = activity;
    refuseWhenClosed(this.#parts, { account, structure, profession, client: PORTAL });
    await refuseUnusable(this.#parts, account);
    const bound = await signedIn.bind(structure);
    if (bound.actor.account !== account) throw refusal('site-refused'); // directory and enrolment disagree
    const idHash = sha256Hex(cookie);
    const opened = await store.open({
      idHash,
      account,
      who,
      key,
      vaultSession: bound.session,
      grant: bound.actor.grant,
      pscSid: signedIn.sid,
      by: signedIn.by,
      lastUsedAtMs: this.#nowMs(),
      endsAtMs: bound.expiresAt * 1000,
    });
    if (opened === 'closed') throw refusal('disconnected');
    for (const { idHash: other, grant } of opened.replaced) {
      this.#parts.nonces.forget(other);
      await this.#enter('access.ended', { ...bound.actor, grant }, 'replaced');
    }
    const entry = sessionEntry('access.granted', bound.actor, signedIn.by === 'passkey' ? 'passkey' : null);
    await this.#parts.ledger.append(entry).catch(async (error: unknown) => {
      this.#choosing.delete(idHash); // no entry, no session: the person signs in again
      await store.end(idHash, 'not-entered');
      throw error;
    });
  }

  async #end(session: SessionRow, because: EndReason): Promise<void> {
    this.#parts.nonces.forget(session.idHash);
    if (!(await this.#parts.store.end(session.idHash, because))) return;
    const { account, structure, profession, grant } = session;
    await this.#enter('access.ended', { account, structure, profession, grant, client: PORTAL }, because);
  }

  /** What has happened is entered, also when the ledger cannot take it just now. */
  async #enter(event: 'access.ended', actor: EnteredActor, because: EndReason): Promise<void> {
    const entry = sessionEntry(event, actor, because);
    await this.#parts.ledger.append(entry).catch(() => this.#parts.ledger.owe(entry));
  }

  async #touch(session: SessionRow): Promise<void> {
    const nowMs = this.#nowMs();
    if (Math.abs(nowMs - session.lastUsedAtMs) < TOUCH_EVERY_MS) return;
    await this.#parts.store.touch(session.idHash, nowMs);
  }

  #isIdle({ lastUsedAtMs }: SessionRow): boolean {
    return Math.abs(this.#nowMs() - lastUsedAtMs) >= IDLE_MS;
  }

  /** Also when the clock was put back to before the session began: nobody's session is of the future. */
  #isOver({ openedAtMs, endsAtMs }: SessionRow): boolean {
    const nowMs = this.#nowMs();
    return endsAtMs <= nowMs || openedAtMs > nowMs + MINUTE_MS;
  }

  #nowMs(): number {
    return this.#parts.clock.nowMs();
  }

  #today(): string {
    return parisDate(this.#nowMs());
  }
}
