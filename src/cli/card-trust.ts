// The trust list as a command is given it: trust.json, and with --root its detached signature (trust.json.jws) too.
// Must never print anything of the root's file: in the demo it holds a private key.

import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isJsonObject } from '../core/json-object.ts';
import { parseTrustList, type TrustList } from '../core/trust-list.ts';
import { isSignedByRoot, trustRootKey } from '../crypto/trust-file.ts';
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
    if (!isSignedByRoot(bytes, signature, root)) return 'trust-list-signature';
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
  return keyOf(path, trustRootKey);
}

/** The trust root's private key, for the one command that signs with it. */
export function rootPrivateKey(path: string): Promise<KeyObject> {
  return keyOf(path, (jwk) => createPrivateKey({ key: jwk, format: 'jwk' }));
}

async function keyOf(path: string, make: (jwk: JsonWebKey) => KeyObject): Promise<KeyObject> {
  const jwk = parsed((await readGiven(path)).toString('utf8'));
  if (isJsonObject(jwk) && (jwk as JsonWebKey).crv === 'P-256') {
    try {
      return make(jwk as JsonWebKey);
    } catch {
      // said below, without what the file holds
    }
  }
  throw new UsageError(`${path} is no such P-256 key in JWK form`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no JSON is no list and no key
  }
}
