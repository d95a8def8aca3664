// The one way a page talks to the operator: JSON in, JSON or a refusal out, each call proven with a fresh nonce.
// Must never log or keep what was sent, and never throw for a refusal: a refusal is an answer to be shown.

import type { NoncesReply, Problem, Session } from './api-types.ts';
import type { NonceStore } from './nonce-store.ts';
import type { ProvenCall } from './proof.ts';

export type Refused = { ok: false; problem: Problem };
export type Result<T> = { ok: true; value: T } | Refused;

export type ApiParts = {
  fetch: typeof fetch;
  /** `<nonce>.<signature>`, or null without a key. */
  prove(call: ProvenCall): Promise<string | null>;
  digest(body: string): Promise<string>;
  /** The session of this browser's cookie is bound to that key. */
  adoptKey(thumbprint: string): Promise<void>;
  nonces: NonceStore;
};

/** `file`: what comes is kept as it is, a Blob; refusals are still read. */
export type CallOptions = { body?: unknown; signal?: AbortSignal; file?: boolean };
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export type Api = {
  /** Sends a proven call. */
  call<T>(method: Method, path: string, options?: CallOptions): Promise<Result<T>>;
  /** Sends a call that needs no proof: sign-in. */
  callBare<T>(method: Method, path: string, options?: CallOptions): Promise<Result<T>>;
  /** Reads what the session is, in the words of that application; proves nothing. */
  session<Known = Session>(): Promise<Result<Known>>;
};

const TIMEOUT_MS = 15_000;
/** Nonces from before the server's restart, or lost with an answer: ask for new ones and try once more. */
const NO_NONCE = 'nonce-unknown';
/** Signed with another key than the session's: this browser does not hold that one. */
const WRONG_KEY = 'proof-required';

export function createApi(parts: ApiParts): Api {
  const { nonces } = parts;

  async function send<T>(
    method: Method,
    path: string,
    init: RequestInit,
    { signal, file = false }: CallOptions = {},
  ): Promise<Result<T>> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    let response: Response;
    let came: string | Blob;
    try {
      response = await parts.fetch(path, {
        ...init,
        method,
        signal: both,
        cache: 'no-store',
        redirect: 'error',
      });
      came = file && response.ok ? await response.blob() : await response.text();
    } catch {
      return refused(signal?.aborted ? 'cancelled' : timeout.aborted ? 'no-answer' : 'unreachable');
    }
    const nonce = response.headers.get('session-nonce');
    if (nonce) await nonces.keep(nonce);
    return typeof came === 'string' ? read<T>(response, came) : { ok: true, value: came as T };
  }

  async function session<Known = Session>(): Promise<Result<Known>> {
    const result = await send<Known>('GET', '/v1/session', {});
    const key = result.ok ? (result.value as { key?: string }).key : undefined; // a session that is none has no key
    if (key !== undefined) await parts.adoptKey(key);
    return result;
  }

  async function prove<T>(
    nonce: string,
    { method, path, body, ...options }: { method: Method; path: string } & CallOptions,
  ): Promise<Result<T>> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const proof = await parts.prove({ method, path, bodyDigest: await parts.digest(text), nonce });
    if (proof === null) return refused('session-key-missing');
    const headers = { 'session-proof': proof, ...jsonHeader(body) };
    const init = body === undefined ? { headers } : { headers, body: text };
    const result = await send<T>(method, path, init, options);
    // For the person it is the same: only signing in again helps.
    return !result.ok && result.problem.code === WRONG_KEY ? refused('session-key-missing') : result;
  }

  /** With a nonce that no other tab has; `nonce-unknown` when there is none. */
  function attempt<T>(call: { method: Method; path: string } & CallOptions): Promise<Result<T>> {
    return nonces.together(async () => {
      const nonce = await nonces.take();
      return nonce === null ? refused(NO_NONCE) : prove<T>(nonce, call);
    });
  }

  /** While no other call is under way: new nonces make those of before worthless, also in other tabs. */
  function renew(): Promise<Refused | null> {
    return nonces.alone(async () => {
      if (!(await nonces.isEmpty())) return null; // another tab was quicker
      const known = await session();
      if (!known.ok) return known;
      if (!('challenge' in known.value)) return refused('session-ended', 401);
      const renewed = await prove<NoncesReply>(known.value.challenge, {
        method: 'POST',
        path: '/v1/session/nonces',
      });
      if (!renewed.ok) return renewed;
      await nonces.replace(renewed.value.nonces);
      return null;
    });
  }

  return {
    session,
    async call<T>(method: Method, path: string, options: CallOptions = {}) {
      const call = { method, path, ...options };
      const first = await attempt<T>(call);
      if (first.ok || first.problem.code !== NO_NONCE) return first;
      // What the server does not know it will not know of the others either; an empty store needs no emptying.
      if (first.problem.status !== 0) await nonces.replace([]);
      return (await renew()) ?? attempt<T>(call);
    },
    callBare<T>(method: Method, path: string, { body, signal }: CallOptions = {}) {
      const init = body === undefined ? {} : { headers: jsonHeader(body), body: JSON.stringify(body) };
      return send<T>(method, path, init, signal ? { signal } : {});
    },
  };
}

function jsonHeader(body: unknown): Record<string, string> {
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

/** Refusals that the page itself knows, in the shape of the server's. */
export function refused(code: string, status = 0): Refused {
  return { ok: false, problem: { type: `urn:rempart:page:${code}`, title: '', status, code, detail: '' } };
}

function read<T>(response: Response, text: string): Result<T> {
  const value = parsed(text);
  if (response.ok && value !== undefined) return { ok: true, value: value as T };
  if (isProblem(value)) return { ok: false, problem: value };
  return refused('bad-answer', response.status);
}

/** Undefined for what is no JSON; null for an empty body (204). */
function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's error page, for instance: told as bad-answer
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && typeof (value as Problem).code === 'string';
}
