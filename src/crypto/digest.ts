// PURE. Unkeyed digests, for public things and random numbers only. Never for anything that holds a person's field: nine in
// ten billion NIRs can be tried in hours (TECHNOLOGY.md 6).

import { hash } from 'node:crypto';

/** SHA-256 as hexadecimal text. */
export function sha256Hex(bytes: string | Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/** base64url SHA-256 of a certificate's DER: `x5t#S256` of RFC 8705. */
export function thumbprint(der: Uint8Array): string {
  return hash('sha256', der, 'base64url');
}

/** SHA-256 as base64url text. */
export function sha256Base64url(bytes: string | Uint8Array): string {
  return hash('sha256', bytes, 'base64url');
}
