// Test support: a browser of the portal with its key, and what it signs.
// It must never be imported by anything that runs in production.

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { type BrowserKey, keyThumbprint, type SignedCall, signedText } from '../crypto/session-proof.ts';
import type { SessionProof } from './protocol.ts';
import { pscToken } from './vault-fixture.ts';

export type Browser = { publicKey: BrowserKey; privateKey: KeyObject };

export function newBrowser(): Browser {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return { publicKey: { x, y }, privateKey };
}

/** An ID token of Pro Santé Connect for a sign-in of that person (IDNPS) in this browser. */
export function idTokenFor(
  professional: string,
  publicKey: BrowserKey,
  more: Record<string, unknown> = {},
): string {
  const nonce = keyThumbprint(publicKey);
  return pscToken(professional, { azp: undefined, aud: 'rempart-test', nonce, ...more });
}

/** A signed call of that session; `more` replaces what is signed, and after that what is shown. */
export function proofBy(
  by: Browser,
  session: string,
  call: Partial<SignedCall> & { body: string },
  more: Partial<SessionProof> = {},
): SessionProof {
  const usual = { method: 'POST', path: '/v1/eligibility', nonce: randomBytes(16).toString('base64url') };
  const signed = { ...usual, ...call };
  const signature = sign('sha256', signedText(signed), { key: by.privateKey, dsaEncoding: 'ieee-p1363' });
  return {
    kind: 'session',
    session,
    publicKey: by.publicKey,
    signature: signature.toString('base64url'),
    ...signed,
    ...more,
  };
}
