// The log's name and public key as the vault knows them: origin and vkey (C2SP signed-note).

import { createPublicKey, type KeyObject } from 'node:crypto';
import { encodeVkey, keyId, rawPublicKey } from '../operator/ledger/note.ts';

export type LogIdentity = { readonly origin: string; readonly vkey: string; readonly id: Buffer };

/** Origin and verifier key of the log whose private key this is. */
export function logIdentity(origin: string, privateKey: KeyObject): LogIdentity {
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  return { origin, vkey: encodeVkey(origin, publicKey), id: keyId(origin, publicKey) };
}
