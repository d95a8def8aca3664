// Sessions of the console: a code registers a passkey, a passkey opens a session, and every call is signed by the
// browser's own key. A cookie alone shows nothing; nothing here ever opens a door of the registry.
//
// A session ends after four hours, or after fifteen minutes without a call. An open page calls every two seconds, so a
// console on a wall stays; what it can do meanwhile is look. Every act asks for a fresh signature of the passkey.
//
// When the scope `staff` is closed: no code registers a passkey, nothing is looked up and nothing verified. Passkeys
// that are known still sign in, and still close and reopen: otherwise nobody could open `staff` again.

import { sha256Hex } from '../../crypto/digest.ts';
import { type BrowserKey, keyThumbprint } from '../../crypto/session-proof.ts';
import { isAssertedBy, registeredCredential } from '../../crypto/webauthn.ts';
import type { Clock } from '../../lib/clock.ts';
import { randomSlice } from '../../lib/random.ts';
import { type BrowserCall, signedNonce } from '../access/browser-proof.ts';
import type { Challenges } from '../access/challenges.ts';
import type { NonceWindow } from '../access/nonces.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import { refusal } from '../errors.ts';
import type { RestView } from '../events.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import { enrolmentCodeHash } from './enrolment-code.ts';
import { staffEntry } from './staff-entry.ts';
import type { StaffEndReason, StaffPasskey, StaffSession, StaffStore } from './staff-store.ts';

const MINUTE_MS = 60_000;
const SESSION_MS = 4 * 60 * MINUTE_MS;
const IDLE_MS = 15 * MINUTE_MS;
const TOUCH_EVERY_MS = 30_000;

/** Exact origin of the console's pages, and the RP ID its passkeys are made for. */
export type ConsoleSite = { origin: string; rpId: string };

export type ConsoleSessionParts = {
  store: StaffStore;
  challenges: Challenges;
  nonces: NonceWindow;
  ledger: Ledger;
  site: ConsoleSite;
  switchboard(): Switchboard;
  /** Told when a copy of a session gave itself away. */
  onCopied(): void;
  clock: Clock;
};

/** A response of an authenticator, as the browser gives it; looked into by the WebAuthn library alone. */
export type AuthenticatorSaid = { id: string } & Record<string, unknown>;

export type ConsoleLook =
  | { kind: 'none'; because: StaffEndReason | 'idle' | null }
  | { kind: 'open'; session: StaffSession };

export class ConsoleSessions {
  readonly #parts: ConsoleSessionParts;

  constructor(parts: ConsoleSessionParts) {
    this.#parts = parts;
  }

  /** What an authenticator is asked to sign so that this browser's key gets a session. */
  beginSignIn(key: BrowserKey): { challenge: string; rpId: string } {
    const challenge = this.#parts.challenges.issue(forSignIn(key), this.#nowMs());
    return { challenge, rpId: this.#parts.site.rpId };
  }

  /** Gives the session's cookie, always a new one. Throws `staff-passkey-refused`. */
  async signIn(key: BrowserKey, challenge: string, said: AuthenticatorSaid): Promise<string> {
    const { store, challenges } = this.#parts;
    const bound = forSignIn(key);
    if (!challenges.isOpen(challenge, bound, this.#nowMs())) throw refusal('staff-passkey-refused');
    const passkey = await store.passkey(said.id);
    if (!passkey || !(await this.#isAsserted(passkey, challenge, said)))
      throw refusal('staff-passkey-refused');
    if (!challenges.spend(challenge, this.#nowMs())) throw refusal('staff-passkey-refused');
    return this.#open(key, passkey);
  }

  /** Whose code it is and what their authenticator is asked to make. Throws `code-refused`. */
  async beginEnrolment(code: string, key: BrowserKey) {
    const { store, challenges, site } = this.#parts;
    this.refuseWhenStaffIsClosed();
    const codeHash = enrolmentCodeHash(code);
    const owner = await store.ofCode(codeHash, this.#nowMs());
    if (!owner) throw refusal('code-refused');
    return {
      ...owner,
      challenge: challenges.issue(forEnrolment(key, codeHash), this.#nowMs()),
      rpId: site.rpId,
    };
  }

  /**
   * Registers the passkey and opens a session with it. The code is used up in the same write: whoever has it may do
   * this once, and the ledger says who it was made for and by whom. Throws `code-refused` or `staff-passkey-refused`.
   */
  async enrol(
    asked: { code: string; key: BrowserKey; challenge: string; label: string },
    said: AuthenticatorSaid,
  ): Promise<string> {
    const { store, challenges, site } = this.#parts;
    this.refuseWhenStaffIsClosed();
    const codeHash = enrolmentCodeHash(asked.code);
    const { challenge, key, label } = asked;
    const bound = forEnrolment(key, codeHash);
    if (!challenges.isOpen(challenge, bound, this.#nowMs())) throw refusal('staff-passkey-refused');
    const credential = await registeredCredential(said, { challenge, portal: site });
    if (!credential || !challenges.spend(challenge, this.#nowMs())) throw refusal('staff-passkey-refused');
    const kept = await store.register(codeHash, { ...credential, label, atMs: this.#nowMs() });
    if (kept === null) throw refusal('code-refused');
    if (kept === false) throw refusal('staff-passkey-refused');
    const passkey = { ...credential, staff: kept.staff };
    const facts = {
      event: 'staff.enrolled',
      passkey: sha256Hex(passkey.id),
      codeBy: kept.createdBy,
    } as const;
    await this.#enter(kept.staff, facts);
    return this.#open(key, passkey);
  }

  /** What this cookie stands for; nothing is proven by it. */
  async look(cookie: string): Promise<ConsoleLook> {
    const name = sha256Hex(cookie);
    const session = await this.#parts.store.find(name);
    if (!session) return { kind: 'none', because: await this.#parts.store.whyEnded(name) };
    const nowMs = this.#nowMs();
    // Also when the clock was put back to before the session began: nobody's session is of the future.
    if (session.endsAtMs <= nowMs || session.openedAtMs > nowMs + MINUTE_MS)
      return { kind: 'none', because: null };
    if (Math.abs(nowMs - session.lastUsedAtMs) >= IDLE_MS) return { kind: 'none', because: 'idle' };
    return { kind: 'open', session };
  }

  /** The session of a call that its browser signed. Throws `session-ended` and others. */
  async proven(call: BrowserCall): Promise<StaffSession> {
    const session = await this.#opened(call);
    const { nonce } = signedNonce(session.key, call);
    const verdict = this.#parts.nonces.use(session.idHash, nonce);
    if (verdict === 'unknown') throw refusal('nonce-unknown');
    if (verdict === 'spent') {
      // A copied profile at its first parallel use, or a copied call: the session ends for both.
      this.#parts.onCopied();
      await this.#end(session, 'nonce-replayed');
      throw refusal('session-ended', { because: 'nonce-replayed' });
    }
    const nowMs = this.#nowMs();
    if (Math.abs(nowMs - session.lastUsedAtMs) >= TOUCH_EVERY_MS) {
      await this.#parts.store.touch(session.idHash, nowMs);
    }
    return session;
  }

  /** A full window for a browser that has none left: it signs the challenge it was given. */
  async renewNonces(call: BrowserCall): Promise<string[]> {
    const session = await this.#opened(call);
    const { nonces } = this.#parts;
    if (!nonces.answered(session.idHash, signedNonce(session.key, call).nonce, this.#nowMs()))
      throw refusal('nonce-unknown');
    return nonces.renew(session.idHash);
  }

  async signOut(call: BrowserCall): Promise<void> {
    await this.#end(await this.proven(call), 'signed-out');
  }

  /** Did the authenticator of one of this person's own passkeys sign this challenge? Gives which one. */
  async assertedBy(staff: string, challenge: string, said: AuthenticatorSaid): Promise<StaffPasskey | null> {
    const passkey = await this.#parts.store.passkey(said.id);
    if (!passkey || passkey.staff !== staff) return null;
    return (await this.#isAsserted(passkey, challenge, said)) ? passkey : null;
  }

  passkeysOf(staff: string): Promise<StaffPasskey[]> {
    return this.#parts.store.passkeysOf(staff);
  }

  refuseWhenStaffIsClosed(): void {
    const state = this.#parts.switchboard().get('staff');
    if (state !== undefined && state !== 'open') throw refusal('staff-closed');
  }

  freshNonce(cookie: string): string {
    return this.#parts.nonces.issue(sha256Hex(cookie));
  }

  challenge(cookie: string): string {
    return this.#parts.nonces.challenge(sha256Hex(cookie), this.#nowMs());
  }

  get rpId(): string {
    return this.#parts.site.rpId;
  }

  #isAsserted(passkey: StaffPasskey, challenge: string, said: AuthenticatorSaid): Promise<boolean> {
    return isAssertedBy(passkey, said as never, { challenge, portal: this.#parts.site });
  }

  async #opened(call: BrowserCall): Promise<StaffSession> {
    const look = await this.look(call.cookie);
    if (look.kind === 'none') throw refusal('session-ended', { because: look.because });
    return look.session;
  }

  /** Entered before the cookie leaves: no entry, no session. If we crash between the two, nobody has the cookie. */
  async #open(key: BrowserKey, passkey: StaffPasskey): Promise<string> {
    const cookie = randomSlice(32).toString('base64url');
    const nowMs = this.#nowMs();
    const replaced = await this.#parts.store.open({
      idHash: sha256Hex(cookie),
      staff: passkey.staff,
      passkey: passkey.id,
      key,
      lastUsedAtMs: nowMs,
      endsAtMs: nowMs + SESSION_MS,
    });
    for (const idHash of replaced) this.#parts.nonces.forget(idHash);
    await this.#parts.ledger.append(
      staffEntry(passkey.staff, { event: 'staff.signed-in', passkey: sha256Hex(passkey.id) }),
    );
    return cookie;
  }

  async #end(session: StaffSession, because: StaffEndReason): Promise<void> {
    this.#parts.nonces.forget(session.idHash);
    if (!(await this.#parts.store.end(session.idHash, because))) return;
    await this.#enter(session.staff, { event: 'staff.session-ended', reason: because });
  }

  /** What has happened is entered, also when the ledger cannot take it just now. */
  async #enter(staff: string, facts: RestView): Promise<void> {
    const entry = staffEntry(staff, facts);
    await this.#parts.ledger.append(entry).catch(() => this.#parts.ledger.owe(entry));
  }

  #nowMs(): number {
    return this.#parts.clock.nowMs();
  }
}

/** A signature that somebody was made to give opens a session for the browser it was asked for, and for no other. */
const forSignIn = (key: BrowserKey) => `console sign-in ${keyThumbprint(key)}`;
const forEnrolment = (key: BrowserKey, codeHash: string) =>
  `console enrolment ${keyThumbprint(key)} ${codeHash}`;
