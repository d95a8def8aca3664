// COSE_Sign1 with ES256 as cards and status lists use it (RFC 9052 section 4.2): taken apart, and put together.
// Nothing is verified here: who has a signature's key verifies `toBeSigned`.

import { CborError, CborTag, type CborValue, decodeCbor, encodeCbor } from './cbor.ts';
import { toBase64url } from './text-codes.ts';

const TAG_SIGN1 = 18;
const ALG = 1;
const KID = 4;
const TYPE = 16;
const ES256 = -7;
const SIGNATURE_BYTES = 64;
const NOTHING = new Uint8Array(0);

export type Sign1 = {
  /** Names the key, base64url. */
  readonly kid: string;
  /** Header 16; null when there is none. */
  readonly type: string | null;
  readonly payload: Uint8Array;
  readonly toBeSigned: Uint8Array;
  /** r || s. Two signatures can stand for one card: never identify anything by it. */
  readonly signature: Uint8Array;
};

/** `malformed`: not a COSE_Sign1 in its one spelling; `algorithm`: another one than ES256. */
export type Sign1Problem = 'malformed' | 'algorithm';

export function readSign1(bytes: Uint8Array): Sign1 | Sign1Problem {
  const parts = partsOf(bytes);
  if (!parts) return 'malformed';
  const { protectedBytes, header, payload, signature } = parts;
  if (header.get(ALG) !== ES256) return 'algorithm';
  const kid = header.get(KID);
  const type = header.get(TYPE);
  // alg, kid and perhaps a type: one entry more is one that is not known.
  const isKnown = header.size === (type === undefined ? 2 : 3);
  if (!isKnown || !(kid instanceof Uint8Array) || kid.length === 0 || kid.length > 32) return 'malformed';
  if (!(type === undefined || typeof type === 'string') || signature.length !== SIGNATURE_BYTES)
    return 'malformed';
  return {
    kid: toBase64url(kid),
    type: type ?? null,
    payload,
    toBeSigned: sigStructure(protectedBytes, payload),
    signature,
  };
}

function partsOf(bytes: Uint8Array) {
  try {
    const outer = decodeCbor(bytes);
    if (!(outer instanceof CborTag) || outer.tag !== TAG_SIGN1 || !Array.isArray(outer.value)) return null;
    const [protectedBytes, open, payload, signature, ...more] = outer.value as CborValue[];
    // Nothing may stand where the signature does not reach.
    if (more.length > 0 || !(open instanceof Map) || open.size > 0) return null;
    if (!isBytes(protectedBytes) || !isBytes(payload) || !isBytes(signature)) return null;
    const header = decodeCbor(protectedBytes);
    return header instanceof Map ? { protectedBytes, header, payload, signature } : null;
  } catch (error) {
    if (error instanceof CborError) return null;
    throw error;
  }
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

function sigStructure(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', protectedBytes, NOTHING, payload]);
}

/** What a signer needs: the bytes to sign, and how the signature (r || s, 64 bytes) completes the message. */
export function draftSign1(input: { kid: Uint8Array; type?: string; payload: Uint8Array }): {
  toBeSigned: Uint8Array;
  complete(signature: Uint8Array): Uint8Array;
} {
  const header = new Map<number, CborValue>([
    [ALG, ES256],
    [KID, input.kid],
  ]);
  if (input.type !== undefined) header.set(TYPE, input.type);
  const protectedBytes = encodeCbor(header);
  return {
    toBeSigned: sigStructure(protectedBytes, input.payload),
    complete: (signature) =>
      encodeCbor(new CborTag(TAG_SIGN1, [protectedBytes, new Map(), input.payload, signature])),
  };
}
