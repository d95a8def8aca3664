// The session as the portal knows it: what the server said last, until when it holds, and calls made in its name.
// Must never decide that a session is good: it only notices that one is over, and then asks the server.

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { CallOptions, Method, Result } from '../shared/api-client.ts';
import type { ConfirmSignInReply, Problem, Session } from '../shared/api-types.ts';
import { api } from '../shared/browser-api.ts';
import { nowMs } from '../shared/clock.ts';
import { dropNewKey, endSession, makeSessionKey } from '../shared/session-key.ts';
import { concernsSession } from './refusals.ts';

/** Each proven call moves the end of idleness this far; the server has the last word. */
const IDLE_MS = 15 * 60_000;
const LOOK_EVERY_MS = 5_000;

type State =
  | { kind: 'loading' }
  | { kind: 'failed'; problem: Problem }
  /** `ended`: why the session that was open here is over. */
  | { kind: 'known'; session: Session; idleEndsAtMs: number; ended: Problem | null };

export type OpenSession = Extract<Session, { state: 'open' | 'locked' }>;

export type Portal = {
  state: State;
  refresh(): Promise<void>;
  call<T>(method: Method, path: string, options?: CallOptions): Promise<Result<T>>;
  signIn(): Promise<Problem | null>;
  /** When Pro Santé Connect is away. */
  signInWithPasskey(): Promise<Problem | null>;
  /** To Pro Santé Connect, which asks once more who this is; the session that is open goes on. */
  confirmSignIn(): Promise<Problem | null>;
  /** Leaves the page, or says why the session is still open. */
  signOut(): Promise<Problem | null>;
};

const PortalContext = createContext<Portal | null>(null);

export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (portal === null) throw new Error('usePortal needs a SessionProvider around it');
  return portal;
}

function endOfIdleness(session: Session): number {
  return session.state === 'open' ? Date.parse(session.idleEndsAt) : Number.POSITIVE_INFINITY;
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ kind: 'loading' });

  const refresh = useCallback(async (why: Problem | null = null) => {
    const result = await api.session();
    setState((before) => {
      if (!result.ok) return { kind: 'failed', problem: result.problem };
      const keyMissing = why?.code === 'session-key-missing';
      const session: Session = keyMissing ? { state: 'none' } : result.value;
      const wasOpen =
        before.kind === 'known' && (before.session.state === 'open' || before.session.state === 'locked');
      const ended =
        session.state === 'none' ? endOf(session, wasOpen || keyMissing ? (why ?? ENDED) : null) : null;
      return { kind: 'known', session, idleEndsAtMs: endOfIdleness(session), ended };
    });
  }, []);

  useEffect(() => {
    void refresh();
  }, [refresh]);
  useWatch(state, refresh);

  const call = useCallback<Portal['call']>(
    async (method, path, options) => {
      const result = await api.call(method, path, options);
      if (!result.ok && concernsSession(result.problem.code)) await refresh(result.problem);
      if (result.ok) setState(touched);
      return result as never;
    },
    [refresh],
  );

  const portal = useMemo<Portal>(
    () => ({
      state,
      refresh: () => refresh(),
      call,
      async confirmSignIn() {
        const result = await call<ConfirmSignInReply>('POST', '/v1/session/confirmation/sign-in');
        if (!result.ok) return result.problem;
        leaveFor(result.value.redirectTo);
        return null;
      },
      async signIn() {
        const newKey = await makeSessionKey();
        const { publicKey } = newKey;
        const result = await api.callBare<{ redirectTo: string }>('POST', '/auth/sign-in', {
          body: { publicKey },
        });
        if (!result.ok) {
          await dropNewKey(newKey);
          return result.problem;
        }
        leaveFor(result.value.redirectTo);
        return null;
      },
      async signInWithPasskey() {
        const { publicKey } = await makeSessionKey();
        const problem = await signInByPasskey(publicKey);
        if (problem === null) await refresh();
        return problem;
      },
      async signOut() {
        const result = await api.call<{ redirectTo: string | null } | null>('DELETE', '/v1/session');
        const isOver = result.ok || concernsSession(result.problem.code);
        if (!isOver) return result.problem; // still open on the server: the key is needed to try again
        await endSession();
        if (!result.ok) await refresh(result.problem);
        else if (result.value?.redirectTo) leaveFor(result.value.redirectTo);
        else window.location.assign('/');
        return null;
      },
    }),
    [state, refresh, call],
  );
  return <PortalContext value={portal}>{children}</PortalContext>;
}

/** Why there is no session: what the server says of it, what was seen here, or what the way back brought along. */
function endOf(session: Extract<Session, { state: 'none' }>, seen: Problem | null): Problem | null {
  if (session.because === 'signed-out') return null; // nobody needs to be told what they did
  if (session.because === 'not-entered') return { ...ENDED, code: 'disconnected' }; // the ledger was away
  if (session.because) return { ...ENDED, code: `session-${session.because}` };
  return seen ?? refusedOnTheWayBack();
}

/** The code that came along with the address, when Pro Santé Connect sent the browser back and we said no. */
export function refusedOnTheWayBack(): Problem | null {
  const code = new URLSearchParams(window.location.search).get('refused');
  return code === null ? null : { ...ENDED, code };
}

async function signInByPasskey(publicKey: JsonWebKey): Promise<Problem | null> {
  const options = await api.callBare('POST', '/auth/passkey/options', { body: { publicKey } });
  if (!options.ok) return options.problem;
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const response = await startAuthentication({ optionsJSON: options.value as never }).catch(() => null);
  // The browser's prompt was closed, or no passkey of this site is here.
  if (response === null) return { ...ENDED, code: 'passkey-refused' };
  const result = await api.callBare('POST', '/auth/passkey', { body: response });
  return result.ok ? null : result.problem;
}

const ENDED: Problem = { type: '', title: '', status: 401, code: 'session-ended', detail: '' };

function touched(state: State): State {
  if (state.kind !== 'known' || state.session.state !== 'open') return state;
  const endsAtMs = Date.parse(state.session.endsAt);
  return { ...state, idleEndsAtMs: Math.min(endsAtMs, nowMs() + IDLE_MS) };
}

/** When the session should be over, and when the page is looked at again, the server is asked. */
function useWatch(state: State, refresh: () => Promise<void>): void {
  useEffect(() => {
    if (state.kind !== 'known' || state.session.state === 'none') return;
    const endMs =
      'endsAt' in state.session
        ? Math.min(state.idleEndsAtMs, Date.parse(state.session.endsAt))
        : Number.POSITIVE_INFINITY;
    const look = () => {
      if (nowMs() >= endMs && document.visibilityState === 'visible') void refresh();
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [state, refresh]);
}

/** Only to a page: an address with another scheme would be code. */
function leaveFor(address: string): void {
  const target = new URL(address, window.location.href);
  if (target.protocol === 'https:' || target.protocol === 'http:') window.location.assign(target.href);
}
