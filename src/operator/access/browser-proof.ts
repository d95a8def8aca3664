// What every listener for people asks of a call: the session's cookie, and a signature of the browser's key over this
// very call with a nonce that counts once. Shared by portal and console; each has its own cookie, keys and nonces.

import type { IncomingHttpHeaders } from 'node:http';
import { type BrowserKey, isSignedBy } from '../../crypto/session-proof.ts';
import { type CookieRules, cookieOf } from '../../http/cookies.ts';
import { refusal } from '../errors.ts';

/** A call as it came: what the browser signed, and its `Session-Proof` header (`<nonce>.<signature>`). */
export type BrowserCall = {
  cookie: string;
  method: string;
  path: string;
  body: string;
  proof: string | undefined;
};

export function browserCall(
  cookie: CookieRules,
  received: { method: string; path: string; body: string },
  headers: IncomingHttpHeaders,
): BrowserCall {
  const proof = headers['session-proof'];
  return {
    ...received,
    cookie: cookieOf(headers.cookie, cookie),
    proof: typeof proof === 'string' ? proof : undefined,
  };
}

/** The signature first: who cannot sign neither uses up a nonce nor ends the session of who can. */
export function signedNonce(key: BrowserKey, call: BrowserCall): { nonce: string; signature: string } {
  const [nonce = '', signature = '', ...more] = (call.proof ?? '').split('.');
  if (nonce === '' || signature === '' || more.length > 0) throw refusal('proof-required');
  if (!isSignedBy(key, { ...call, nonce }, signature)) throw refusal('proof-required');
  return { nonce, signature };
}
