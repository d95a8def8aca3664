// What somebody pasted to enrol a certificate: a PEM, a thumbprint, something else, or a private key.
// Must never send a private key anywhere; it is refused here, before any call.

import { base64url } from '../shared/proof.ts';

export type Pasted = { kind: 'empty' | 'unreadable' | 'private-key' } | { kind: 'ready'; thumbprint: string };

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;
const HEX_THUMBPRINT = /^[0-9a-f]{64}$/i;
const BASE64URL_THUMBPRINT = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export async function readPasted(text: string): Promise<Pasted> {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  if (/PRIVATE KEY/.test(trimmed)) return { kind: 'private-key' };
  const body = CERTIFICATE.exec(trimmed)?.[1];
  if (body !== undefined) return fromPem(body);
  const hex = trimmed.replaceAll(/[:\s]/g, '');
  if (HEX_THUMBPRINT.test(hex)) return ofThumbprint(base64url(bytesOfHex(hex)));
  return BASE64URL_THUMBPRINT.test(trimmed) ? ofThumbprint(trimmed) : { kind: 'unreadable' };
}

function ofThumbprint(thumbprint: string): Pasted {
  return { kind: 'ready', thumbprint };
}

async function fromPem(body: string): Promise<Pasted> {
  let der: Uint8Array<ArrayBuffer>;
  try {
    der = Uint8Array.from(atob(body.replaceAll(/\s/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return { kind: 'unreadable' }; // cut off in the middle of a group
  }
  const thumbprint = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', der)));
  return ofThumbprint(thumbprint);
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
