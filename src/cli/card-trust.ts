// The trust list as a command is given it: trust.json, and with --root its detached signature (trust.json.jws) too.
// Must never print anything of the root's file: in the demo it holds a private key.

import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isJsonObject, type Unchecked } from '../core/json-object.ts';
import { parseTrustList, type TrustList } from '../core/trust-list.ts';
import { UsageError } from './usage.ts';

export type TrustProblem =
  | 'trust-list-malformed'
  /** No trust.json.jws lies beside it. */
  | 'trust-list-unsigned'
  /** Not signed by this root, or changed since. */
  | 'trust-list-signature';

export async function readTrust(path: string, rootPath: string | null): Promise<TrustList | TrustProblem> {
  const bytes = await readGiven(path);
  if (rootPath !== null) {
    const root = await rootKey(rootPath);
    const signature = await readFile(`${path}.jws`, 'utf8').catch(() => null); // none is the answer
    if (signature === null) return 'trust-list-unsigned';
    if (!isSignedBy(root, bytes, signature.trim())) return 'trust-list-signature';
  }
  return parseTrustList(parsed(bytes.toString('utf8'))) ?? 'trust-list-malformed';
}

/** A file that was named on the command line. */
export async function readGiven(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

async function rootKey(path: string): Promise<KeyObject> {
  const jwk = parsed((await readGiven(path)).toString('utf8'));
  if (isJsonObject(jwk)) {
    const { kty, crv, x, y }: Unchecked<'kty' | 'crv' | 'x' | 'y'> = jwk;
    try {
      if (crv === 'P-256') return createPublicKey({ key: { kty, crv, x, y } as JsonWebKey, format: 'jwk' });
    } catch {
      // said below, without what the file holds
    }
  }
  throw new UsageError(`${path} is no P-256 key in JWK form`);
}

/** `header..signature` (RFC 7515, appendix F) with the header {"alg":"ES256"}, perhaps with a kid. */
function isSignedBy(root: KeyObject, bytes: Buffer, jws: string): boolean {
  const [header = '', payload, signature = '', ...more] = jws.split('.');
  if (payload !== '' || more.length > 0) return false;
  const fields = parsed(Buffer.from(header, 'base64url').toString('utf8'));
  if (!isJsonObject(fields)) return false;
  const { alg, crit, b64 }: Unchecked<'alg' | 'crit' | 'b64'> = fields;
  if (alg !== 'ES256' || crit !== undefined || b64 !== undefined) return false;
  const signed = Buffer.from(`${header}.${bytes.toString('base64url')}`);
  const key = { key: root, dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', signed, key, Buffer.from(signature, 'base64url'));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no JSON is no list and no key
  }
}
