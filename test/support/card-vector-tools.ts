// What the makers of card vectors share: worthless keys, raw CBOR in any spelling, and signatures that come out the same
// each time (RFC 6979, by the foreign COSE library). Nothing of `src/core/cbor.ts` is used, so that a fault in it shows.

import { createECDH, createHash } from 'node:crypto';
import { ECDSAKey } from '@ldclabs/cose-ts/ecdsa';
import { cardKid } from '../../src/crypto/card-signature.ts';

export type Bytes = Uint8Array;
export const bytes = (...parts: (Bytes | number)[]): Bytes =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : part))));
export const hex = (text: string): Bytes => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** A head in `width` bytes after the first (0, 1, 2, 4 or 8); the shortest unless told. */
export function head(major: number, value: number, width?: 0 | 1 | 2 | 4 | 8): Bytes {
  const least = value < 24 ? 0 : value < 2 ** 8 ? 1 : value < 2 ** 16 ? 2 : value < 2 ** 32 ? 4 : 8;
  const used = width ?? least;
  if (used === 0) return bytes((major << 5) | value);
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(value));
  return bytes((major << 5) | (24 + Math.log2(used)), number.subarray(8 - used));
}

export const int = (value: number): Bytes => (value >= 0 ? head(0, value) : head(1, -1 - value));
export const bstr = (value: Bytes): Bytes => bytes(head(2, value.length), value);
export const tstr = (value: string): Bytes => bytes(head(3, Buffer.byteLength(value)), Buffer.from(value));
export const array = (...items: Bytes[]): Bytes => bytes(head(4, items.length), ...items);
/** Entries as they stand: who writes them sorts them, or does not. */
export const map = (...entries: [Bytes, Bytes][]): Bytes => bytes(head(5, entries.length), ...entries.flat());
export const tag = (number: number, value: Bytes): Bytes => bytes(head(6, number), value);
export const float64 = (value: number): Bytes => {
  const number = Buffer.alloc(8);
  number.writeDoubleBE(value);
  return bytes(0xfb, number);
};

export type TestKey = {
  readonly kid: Bytes;
  readonly insurer: string;
  readonly jwk: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
  /** Printed in the vectors on purpose. */
  readonly d: string;
  readonly secret: ECDSAKey;
};

/** The key of a name: anybody can make it again, so it is worth nothing. */
export function testKey(name: string, insurer: string): TestKey {
  const d = createHash('sha256').update(`rempart worthless test key: ${name}`).digest();
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } as const;
  return {
    kid: new Uint8Array(cardKid(jwk)),
    insurer,
    jwk,
    d: d.toString('base64url'),
    secret: ECDSAKey.fromSecret(new Uint8Array(d)),
  };
}

export const ALG: [Bytes, Bytes] = [int(1), int(-7)];
export const kidEntry = (kid: Bytes): [Bytes, Bytes] => [int(4), bstr(kid)];
export const sigStructure = (
  header: Bytes,
  payload: Bytes,
  context = 'Signature1',
  aad: Bytes = new Uint8Array(0),
) => array(tstr(context), bstr(header), bstr(aad), bstr(payload));

/** Everything of a message can be another thing than it should be. */
export type Envelope = {
  key: TestKey;
  payload: Bytes;
  /** The content of the protected header. */
  header?: Bytes;
  /** The unprotected header as CBOR. */
  open?: Bytes;
  signature?: (good: Bytes) => Bytes;
  toBeSigned?: Bytes;
  wrap?: (header: Bytes, open: Bytes, payload: Bytes, signature: Bytes) => Bytes;
};

export const sign1 = (header: Bytes, open: Bytes, payload: Bytes, signature: Bytes): Bytes =>
  tag(18, array(bstr(header), open, bstr(payload), bstr(signature)));

export function message(envelope: Envelope): Bytes {
  const { key, payload, open = map(), signature = (good: Bytes) => good, wrap = sign1 } = envelope;
  const header = envelope.header ?? map(ALG, kidEntry(key.kid));
  const good = key.secret.sign(envelope.toBeSigned ?? sigStructure(header, payload));
  return wrap(header, open, payload, signature(new Uint8Array(good)));
}

export const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
export const bigOf = (value: Bytes): bigint => BigInt(`0x${Buffer.from(value).toString('hex')}`);
export const thirtyTwo = (value: bigint): Bytes => hex(value.toString(16).padStart(64, '0'));
/** The other signature that holds for the same bytes. */
export const malleated = (signature: Bytes): Bytes =>
  bytes(signature.subarray(0, 32), thirtyTwo(ORDER - bigOf(signature.subarray(32))));
export function flipped(value: Bytes, at: number, bit = 0): Bytes {
  const copy = value.slice();
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}
