// How an insurer lends its half of the identity key to an operator's vault: signed with a card key, sealed to the key
// that this vault shows, which the ledger key has signed. Nobody in between can read it, nor swap either end.

import { type KeyObject, verify } from 'node:crypto';
import { CompactEncrypt, CompactSign, importJWK } from 'jose';
import type { AmcNo } from '../core/ids.ts';

export const IDENTITY_HALF_PURPOSE = 'rempart/v1/identity-half';

/** What an operator's vault shows: coordinates of its P-256 key, base64url. */
export type HalfKey = { readonly x: string; readonly y: string };

/** What the ledger key signs about it. */
export function halfKeyMessage({ x, y }: HalfKey): Uint8Array {
  return Buffer.from(`rempart/v1/identity-half-key\n${x}\n${y}`);
}

/** Is this the key of the vault that holds the ledger key? `signature` in base64. */
export function isVaultsOwn(key: HalfKey, signature: string, ledgerKey: KeyObject): boolean {
  return verify(null, halfKeyMessage(key), ledgerKey, Buffer.from(signature, 'base64'));
}

/** A compact JWE that holds a compact JWS; `signer.kid` as in the trust list. Throws when the key is on no curve. */
export async function wrapIdentityHalf(
  half: { amcNo: AmcNo; bytes: Uint8Array },
  signer: { kid: string; privateKey: KeyObject },
  vaultKey: HalfKey,
): Promise<string> {
  const said = {
    purpose: IDENTITY_HALF_PURPOSE,
    amcNo: half.amcNo,
    half: Buffer.from(half.bytes).toString('base64url'),
    vaultKey: vaultKey.x,
  };
  const jws = await new CompactSign(Buffer.from(JSON.stringify(said)))
    .setProtectedHeader({ alg: 'ES256', kid: signer.kid })
    .sign(signer.privateKey);
  const { x, y } = vaultKey;
  const recipient = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ECDH-ES');
  return new CompactEncrypt(Buffer.from(jws))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(recipient);
}
