// What a browser of the portal signs, and whether it did: one text for browser, operator and vault. ES256 with a key
// that the browser made and cannot give away.

import { createPublicKey, hash, verify } from 'node:crypto';

/** Public key of the browser (P-256), as the members of a JWK. */
export type BrowserKey = { x: string; y: string };

export type SignedCall = { method: string; path: string; body: string; nonce: string };

/** RFC 7638: SHA-256 over the key's required members in their order, base64url. */
export function keyThumbprint({ x, y }: BrowserKey): string {
  return hash('sha256', JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }), 'base64url');
}

/** The exact bytes that the browser signs. `path` includes the query; an empty body counts as such. */
export function signedText({ method, path, body, nonce }: SignedCall): Buffer {
  return Buffer.from(`${method}\n${path}\n${hash('sha256', body, 'base64url')}\n${nonce}`);
}

/** `signature`: IEEE P1363, base64url. Never throws: key and signature come from outside. */
export function isSignedBy(key: BrowserKey, call: SignedCall, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', ...key }, format: 'jwk' });
    const bytes = Buffer.from(signature, 'base64url');
    return verify('sha256', signedText(call), { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes);
  } catch {
    return false; // no point of the curve: nothing is signed by it
  }
}
