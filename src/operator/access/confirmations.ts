// "Confirm that it is you": whoever has a session open proves once more who they are, and the vault binds the same key
// of the same browser anew. It must never wake a locked session, move its end, nor let another person in.

import { sha256Hex } from '../../crypto/digest.ts';
import { keyThumbprint } from '../../crypto/session-proof.ts';
import type { Clock } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { PortalSessions, SignedIn } from './portal-sessions.ts';
import type { PscClient } from './psc-client.ts';
import { sessionEntry } from './session-entry.ts';
import type { SessionRow, SessionStore } from './session-store.ts';
import { FLOW_MS, type PscSignInFlow, type SignInFlows } from './sign-in-flow.ts';
import { refusedAsOurs } from './vault-refusals.ts';

/** Pro Santé Connect's clock and ours. */
const CLOCKS_APART_MS = 30_000;

export type ConfirmationParts = {
  sessions: PortalSessions;
  store: SessionStore;
  psc: PscClient;
  flows: SignInFlows;
  vault: VaultClient;
  ledger: Ledger;
  clock: Clock;
};

export class Confirmations {
  readonly #parts: ConfirmationParts;

  constructor(parts: ConfirmationParts) {
    this.#parts = parts;
  }

  /** Of a call that was proven just now. Throws `session-ended` or `session-locked`. */
  sessionOf(cookie: string): Promise<SessionRow> {
    return this.#parts.sessions.awake(sha256Hex(cookie));
  }

  /** Where the browser goes to sign in once more, whatever Pro Santé Connect remembers of it; and a cookie. */
  async begin({ idHash, key }: SessionRow): Promise<{ redirectTo: string; flowCookie: string }> {
    const { psc, flows, clock } = this.#parts;
    const { redirectTo, flow } = await psc.begin(keyThumbprint(key), 'again');
    const untilMs = clock.nowMs() + FLOW_MS;
    return { redirectTo, flowCookie: flows.sealed({ ...flow, key, untilMs, confirms: idHash }) };
  }

  /** The browser is back. Throws `sign-in-refused` for a sign-in of before this one began, and what `confirm` throws. */
  async comeBack(query: string, flow: PscSignInFlow & { confirms: string }): Promise<void> {
    const { psc, sessions, vault } = this.#parts;
    const { idToken, professional, sid } = await psc.finish(query, flow);
    const session = await sessions.awake(flow.confirms);
    const { key: publicKey } = session;
    const beganAtMs = flow.untilMs - FLOW_MS;
    const bind = async (structure: string) => {
      const bound = await refusedAsOurs(vault.call('bindSession', { idToken, publicKey, structure }));
      // Whoever takes "ask again" out of the address gets the sign-in that Pro Santé Connect remembers.
      if (bound.actor.signedInAt * 1000 < beganAtMs - CLOCKS_APART_MS) throw refusal('sign-in-refused');
      return bound;
    };
    await this.confirm(session, { professional, by: 'psc', sid, bind });
  }

  /**
   * The new binding is entered before it counts. If we crash between the two, the session goes on as it was, and its
   * person confirms once more. Throws `sign-in-refused` for anybody else, `session-ended` when it ended meanwhile.
   */
  async confirm(session: SessionRow, { by, sid, bind }: SignedIn): Promise<void> {
    const { store, ledger } = this.#parts;
    const { session: vaultSession, actor } = await bind(session.structure);
    if (actor.account !== session.account) throw refusal('sign-in-refused');
    await ledger.append(sessionEntry('access.confirmed', actor, by));
    const rebound = { vaultSession, grant: actor.grant, pscSid: sid };
    if (await store.rebind(session.idHash, rebound)) return;
    throw refusal('session-ended', { because: await store.whyEnded(session.idHash) });
  }
}
