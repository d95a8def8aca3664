// What the console knows: who is signed in, and the platform as the server said it last. Asks every two seconds while
// somebody looks. Must never decide that a session is good, nor that an act is done: the server says so.

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { CallOptions, Result } from '../shared/api-client.ts';
import type { Problem } from '../shared/api-types.ts';
import { api } from '../shared/browser-api.ts';
import { endSession, makeSessionKey } from '../shared/session-key.ts';
import type { ConsoleSession, Overview, ToSign } from './console-types.ts';

const ASK_EVERY_MS = 2_000;

type Method = 'GET' | 'POST' | 'DELETE';
export type OpenSession = Extract<ConsoleSession, { state: 'open' }>;

type Known = {
  /** Null until the server has been asked. */
  session: ConsoleSession | null;
  /** Why the session could not be read, or why the one that was open is over. */
  problem: Problem | null;
  overview: Overview | null;
  /** The last look failed; what is shown is older. */
  stale: Problem | null;
};

type Console = Known & {
  refresh(): Promise<void>;
  look(): Promise<void>;
  call<T>(method: Method, path: string, options?: CallOptions): Promise<Result<T>>;
  signIn(): Promise<Problem | null>;
  enrol(code: string, label: string): Promise<Problem | null>;
  /** Says why the session is still open, if it is. */
  signOut(): Promise<Problem | null>;
  /** Asks the authenticator for this person's signature of what that desk proposes, and hands it in. */
  sign(desk: ActDesk, proposal: () => Promise<Result<ToSign>>): Promise<Signed>;
};

/** Whose acts are signed: `/v1/switches/acts`, `/v1/guard/acts`. */
export type ActDesk = 'switches' | 'guard';
/** What became of an act, or why nothing did. */
export type Signed = Problem | 'done' | 'waiting';

const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const known = useContext(ConsoleContext);
  if (known === null) throw new Error('useConsole needs a ConsoleProvider around it');
  return known;
}

const page = (code: string): Problem => ({ type: '', title: '', status: 0, code, detail: '' });
/** The prompt was closed, or the device has no passkey for this console. */
const PROMPT_CLOSED = page('passkey-prompt-closed');

export function ConsoleProvider({ children }: { children: ReactNode }) {
  const [known, setKnown] = useState<Known>({ session: null, problem: null, overview: null, stale: null });

  const refresh = useCallback(async (why: Problem | null = null) => {
    const result = await api.session<ConsoleSession>();
    setKnown((before) => {
      if (!result.ok) return { ...before, problem: result.problem };
      const lostKey = why?.code === 'session-key-missing';
      const session: ConsoleSession = lostKey ? { state: 'none' } : result.value;
      if (session.state === 'open') return { ...before, session, problem: null };
      const because = session.because === 'signed-out' ? undefined : session.because;
      const told = because ? page(`session-${because}`) : before.session?.state === 'open' ? why : null;
      return { session, problem: told, overview: null, stale: null };
    });
  }, []);

  const call = useCallback(
    async <T,>(method: Method, path: string, options?: CallOptions): Promise<Result<T>> => {
      const result = await api.call<T>(method, path, options);
      if (!result.ok && result.problem.code.startsWith('session-')) await refresh(result.problem);
      return result;
    },
    [refresh],
  );

  const look = useCallback(async () => {
    const result = await call<Overview>('GET', '/v1/overview');
    setKnown((before) =>
      result.ok
        ? { ...before, overview: result.value, stale: null }
        : { ...before, stale: before.session?.state === 'open' ? result.problem : null },
    );
  }, [call]);

  useEffect(() => {
    void refresh();
  }, [refresh]);
  useWatch(known.session?.state === 'open', look);

  const value = useMemo<Console>(
    () => ({
      ...known,
      refresh: () => refresh(),
      look,
      call,
      async signIn() {
        const problem = await openSession('/auth/options', '/auth/sign-in', {});
        if (!problem) await refresh();
        return problem;
      },
      async enrol(code, label) {
        const problem = await openSession('/auth/enrolment/options', '/auth/enrolment', { code, label });
        if (!problem) await refresh();
        return problem;
      },
      async signOut() {
        const result = await call('DELETE', '/v1/session');
        // Still open on the server: the key is needed to try again.
        if (!result.ok && !result.problem.code.startsWith('session-')) return result.problem;
        await endSession();
        if (result.ok) await refresh();
        return null;
      },
      async sign(desk, proposal) {
        const asked = await proposal();
        if (!asked.ok) return asked.problem;
        const { id, options } = asked.value;
        const response = await assertion(options);
        if (!response) return PROMPT_CLOSED;
        const path = `/v1/${desk}/acts/${encodeURIComponent(id)}/signature`;
        const signed = await call<{ state: 'done' | 'waiting' }>('POST', path, { body: { response } });
        await look();
        return signed.ok ? signed.value.state : signed.problem;
      },
    }),
    [known, refresh, look, call],
  );
  return <ConsoleContext value={value}>{children}</ConsoleContext>;
}

/** At once, then every two seconds; not while nobody looks, and never two questions at a time. */
function useWatch(isOpen: boolean, look: () => Promise<void>): void {
  const asking = useRef(false);
  useEffect(() => {
    if (!isOpen) return;
    const ask = () => {
      if (asking.current || document.visibilityState !== 'visible') return;
      asking.current = true;
      void look().finally(() => {
        asking.current = false;
      });
    };
    ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [isOpen, look]);
}

/** A new key for this browser, an authenticator's word for it, and the cookie that comes back. */
async function openSession(
  optionsPath: string,
  path: string,
  { code, label }: { code?: string; label?: string },
): Promise<Problem | null> {
  const { publicKey } = await makeSessionKey();
  const asked = await api.callBare<{ challenge: string }>('POST', optionsPath, {
    body: code === undefined ? { publicKey } : { code, publicKey },
  });
  if (!asked.ok) return asked.problem;
  const { challenge } = asked.value;
  const response = await (code === undefined ? assertion(asked.value) : registration(asked.value));
  if (!response) return PROMPT_CLOSED;
  const body = { publicKey, challenge, response, ...(code === undefined ? {} : { code, label }) };
  const opened = await api.callBare('POST', path, { body });
  return opened.ok ? null : opened.problem;
}

async function assertion(options: unknown): Promise<unknown> {
  try {
    const { startAuthentication } = await import('@simplewebauthn/browser');
    return await startAuthentication({ optionsJSON: options as never });
  } catch {
    return null; // closed, too slow, or no passkey of this console on this device
  }
}

async function registration(options: unknown): Promise<unknown> {
  try {
    const { startRegistration } = await import('@simplewebauthn/browser');
    return await startRegistration({ optionsJSON: options as never });
  } catch {
    return null; // closed, too slow, or the authenticator has one already
  }
}
