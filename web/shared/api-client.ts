// The one way a page talks to the operator: JSON in, JSON or a refusal out, each call proven with a fresh nonce.
// Must never log or keep what was sent, and never throw for a refusal: a refusal is an answer to be shown.

import type { Problem, Session } from './api-types.ts';
import type { ProvenCall } from './proof.ts';

export type Refused = { ok: false; problem: Problem };
export type Result<T> = { ok: true; value: T } | Refused;

export type ApiParts = {
  fetch: typeof fetch;
  /** `<nonce>.<signature>`, or null without a key. */
  prove(call: ProvenCall): Promise<string | null>;
  digest(body: string): Promise<string>;
};

export type CallOptions = { body?: unknown; signal?: AbortSignal };
type Method = 'GET' | 'POST' | 'DELETE';

export type Api = {
  /** Sends a proven call. */
  call<T>(method: Method, path: string, options?: CallOptions): Promise<Result<T>>;
  /** Sends a call that needs no proof: sign-in. */
  callBare<T>(method: Method, path: string, options?: CallOptions): Promise<Result<T>>;
  /** Reads the session and refills the nonces. */
  session(): Promise<Result<Session>>;
};

/** Nonces are valid in a window of 8: older ones would be refused. */
const NONCES_KEPT = 8;
const TIMEOUT_MS = 15_000;
/** A nonce of another tab, or from before the server's restart: fetch new ones and try once more. */
const STALE_PROOF = /nonce|proof/;

export function createApi(parts: ApiParts): Api {
  let nonces: string[] = [];

  const keep = (fresh: string[]) => {
    nonces = [...nonces, ...fresh].slice(-NONCES_KEPT);
  };

  async function send<T>(method: Method, path: string, init: RequestInit, signal?: AbortSignal) {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    let response: Response;
    let text: string;
    try {
      response = await parts.fetch(path, {
        ...init,
        method,
        signal: both,
        cache: 'no-store',
        redirect: 'error',
      });
      text = await response.text();
    } catch {
      return refused(signal?.aborted ? 'cancelled' : timeout.aborted ? 'no-answer' : 'unreachable');
    }
    const nonce = response.headers.get('session-nonce');
    if (nonce) keep([nonce]);
    return read<T>(response, text);
  }

  async function session(): Promise<Result<Session>> {
    const result = await send<Session>('GET', '/v1/session', {});
    if (result.ok) {
      nonces = [];
      if ('nonces' in result.value && result.value.nonces) keep(result.value.nonces);
    }
    return result;
  }

  async function nextNonce(): Promise<string | null> {
    if (nonces.length === 0) await session();
    return nonces.shift() ?? null;
  }

  async function once<T>(method: Method, path: string, { body, signal }: CallOptions): Promise<Result<T>> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const nonce = await nextNonce();
    if (nonce === null) return refused('session-ended');
    const proof = await parts.prove({ method, path, bodyDigest: await parts.digest(text), nonce });
    if (proof === null) return refused('session-key-missing');
    const headers = { 'session-proof': proof, ...jsonHeader(body) };
    return send<T>(method, path, body === undefined ? { headers } : { headers, body: text }, signal);
  }

  return {
    session,
    async call<T>(method: Method, path: string, options: CallOptions = {}) {
      const first = await once<T>(method, path, options);
      if (first.ok || first.problem.status !== 401 || !STALE_PROOF.test(first.problem.code)) return first;
      nonces = [];
      return once<T>(method, path, options);
    },
    callBare<T>(method: Method, path: string, { body, signal }: CallOptions = {}) {
      const init = body === undefined ? {} : { headers: jsonHeader(body), body: JSON.stringify(body) };
      return send<T>(method, path, init, signal);
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
