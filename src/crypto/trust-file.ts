// trust.json and the trust root's signature over it (CONTRACT.md 3.4): read together, believed only together.

import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTrustList, type TrustList } from '../core/trust-list.ts';

/** The public half of a trust root, whatever else the JWK holds. */
export function trustRootKey({ kty, crv, x, y }: JsonWebKey): KeyObject {
  return createPublicKey({ key: { kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' }, format: 'jwk' });
}

/** Null when the root did not sign exactly these bytes, or they are no trust list. */
export function openTrustList(text: Buffer, jws: string, root: KeyObject): TrustList | null {
  return isSignedByRoot(text, jws, root) ? parseTrustList(parsed(text.toString('utf8'))) : null;
}

/** `header..signature` (RFC 7515, appendix F), ES256. */
export function isSignedByRoot(text: Buffer, jws: string, root: KeyObject): boolean {
  const [header = '', nothing, signature = '', ...more] = jws.trim().split('.');
  if (nothing !== '' || more.length > 0 || !isPlainEs256(header)) return false;
  const signed = Buffer.from(`${header}.${text.toString('base64url')}`);
  const key = { key: root, dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', signed, key, Buffer.from(signature, 'base64url'));
}

/** A header that asks for more than it is understood to ask (`crit`, `b64`) is not believed (RFC 7515 4.1.11). */
function isPlainEs256(header: string): boolean {
  const said = parsed(Buffer.from(header, 'base64url').toString('utf8'));
  if (typeof said !== 'object' || said === null) return false;
  return (said as { alg?: unknown }).alg === 'ES256' && !('crit' in said) && !('b64' in said);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Reads both files when one of them has changed since `known`; null when neither has. */
export async function readTrustFiles(
  directory: string,
  known: string,
): Promise<{ version: string; text: Buffer; jws: string } | null> {
  const paths = [join(directory, 'trust.json'), join(directory, 'trust.json.jws')] as const;
  const facts = await Promise.all(paths.map((path) => stat(path)));
  const version = facts.map(({ ino, size, mtimeMs, ctimeMs }) => [ino, size, mtimeMs, ctimeMs]).join(' ');
  if (version === known) return null;
  const [text, jws] = await Promise.all([readFile(paths[0]), readFile(paths[1], 'utf8')]);
  return { version, text, jws };
}
