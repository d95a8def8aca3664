// The lent half: only the vault it was wrapped for can read it, and it says by whom and for whom it was made.

import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { compactDecrypt, compactVerify, decodeProtectedHeader } from 'jose';
import { expect, it } from 'vitest';
import type { AmcNo } from '../core/ids.ts';
import { halfKeyMessage, isVaultsOwn, wrapIdentityHalf } from './identity-half.ts';

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const point = (key: KeyObject) => {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { x, y };
};
const AMC = '0999000101' as AmcNo;

it('comes out at the vault it is for, signed by a card key, and nowhere else', async () => {
  const [vault, other, card] = [ec().privateKey, ec().privateKey, ec()];
  const bytes = randomBytes(32);
  const signer = { kid: 'kid-1', privateKey: card.privateKey };
  const jwe = await wrapIdentityHalf({ amcNo: AMC, bytes }, signer, point(vault));
  expect(decodeProtectedHeader(jwe)).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM' });
  const { plaintext } = await compactDecrypt(jwe, vault);
  const jws = Buffer.from(plaintext).toString();
  expect(decodeProtectedHeader(jws)).toEqual({ alg: 'ES256', kid: 'kid-1' });
  const { payload } = await compactVerify(jws, card.publicKey);
  expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
    purpose: 'rempart/v1/identity-half',
    amcNo: AMC,
    half: bytes.toString('base64url'),
    vaultKey: point(vault).x,
  });
  await expect(compactDecrypt(jwe, other)).rejects.toThrow();
});

it('a key counts as the vault’s own only with the ledger key’s signature over exactly this key', () => {
  const ledger = generateKeyPairSync('ed25519');
  const key = point(ec().privateKey);
  const signature = sign(null, halfKeyMessage(key), ledger.privateKey).toString('base64');
  expect(isVaultsOwn(key, signature, ledger.publicKey)).toBe(true);
  expect(isVaultsOwn(point(ec().privateKey), signature, ledger.publicKey)).toBe(false);
  expect(isVaultsOwn({ x: key.y, y: key.x }, signature, ledger.publicKey)).toBe(false);
  expect(isVaultsOwn(key, signature, generateKeyPairSync('ed25519').publicKey)).toBe(false);
  expect(isVaultsOwn(key, '', ledger.publicKey)).toBe(false);
});
