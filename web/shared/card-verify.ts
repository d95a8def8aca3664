// Cards, status lists and the trust list verified in a browser: WebCrypto between `openCard` and `judgeCard`.
// Must never ask anybody: everything that is judged was handed in, so that it works with the network down.

import { type CardVerdict, judgeCard, openCard } from '../../src/core/card.ts';
import { readSign1, type Sign1 } from '../../src/core/cose.ts';
import { type CareDate, contains } from '../../src/core/period.ts';
import {
  decodeStatusClaims,
  parseShardName,
  SHARD_BYTES,
  STATUS_LIST_TYPE,
  type StatusList,
} from '../../src/core/status-list.ts';
import { fromBase64url, toBase64url } from '../../src/core/text-codes.ts';
import { type CardKey, parseTrustList, type TrustList } from '../../src/core/trust-list.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** The public half of a P-256 key. */
export type PublicPoint = Pick<CardKey['jwk'], 'kty' | 'crv' | 'x' | 'y'>;
/** `at` in seconds since 1970, `day` the same moment's day in Paris. */
export type Moment = { readonly at: number; readonly day: CareDate };

async function holds(jwk: PublicPoint, signed: Pick<Sign1, 'toBeSigned' | 'signature'>): Promise<boolean> {
  const { kty, crv, x, y } = jwk;
  // A point that is not on the curve is refused here: such a key signs nothing.
  const key = await crypto.subtle
    .importKey('jwk', { kty, crv, x, y }, ALGORITHM, false, ['verify'])
    .catch(() => null);
  if (key === null) return false;
  return crypto.subtle.verify(SIGNATURE, key, whole(signed.signature), whole(signed.toBeSigned));
}

/** WebCrypto takes no bytes that may be shared with another thread: a copy never is. */
const whole = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

/** `status`: the list of a shard, if there is one; asked only for what the signature vouches for. */
export async function verifyCard(
  bytes: Uint8Array,
  trust: Pick<TrustList, 'cards'>,
  moment: Moment,
  status: (shard: string) => Promise<StatusList | null>,
): Promise<{ verdict: CardVerdict; key: CardKey | null; list: StatusList | null }> {
  const card = openCard(bytes, trust);
  if (typeof card === 'string') {
    return { verdict: { valid: false, reason: card, claims: null }, key: null, list: null };
  }
  const signatureHolds = await holds(card.key.jwk, card);
  // Once to learn which shard it is, once with that shard in hand.
  let shard: string | null = null;
  judgeCard(card, signatureHolds, moment, (name) => {
    shard = name;
    return null;
  });
  const list = shard === null ? null : await status(shard);
  return { verdict: judgeCard(card, signatureHolds, moment, () => list), key: card.key, list };
}

/** The shard a Status List Token holds, or null when it is not one to rely on. How old it may be is said elsewhere. */
export async function verifyStatusList(
  bytes: Uint8Array,
  trust: Pick<TrustList, 'cards'>,
  day: CareDate,
): Promise<StatusList | null> {
  const message = readSign1(bytes);
  if (typeof message === 'string' || message.type !== STATUS_LIST_TYPE) return null;
  const key = trust.cards.get(message.kid);
  if (!key || !(await holds(key.jwk, message))) return null;
  const claims = decodeStatusClaims(message.payload);
  if (!claims || parseShardName(claims.shard)?.insurer !== key.insurer) return null;
  if ((key.revokedOn !== null && day >= key.revokedOn) || !contains(key, day)) return null;
  const bits = await inflated(claims.deflated);
  const { shard, issuedAt, expires } = claims;
  return bits && { shard, issuedAt, expires, bits };
}

/** Never more than a shard: a few bytes that inflate to gigabytes are refused as soon as they exceed it. */
async function inflated(deflated: Uint8Array): Promise<Uint8Array | null> {
  const bits = new Uint8Array(SHARD_BYTES);
  let at = 0;
  const reader = new Blob([whole(deflated)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return at === SHARD_BYTES ? bits : null;
      if (at + value.length > SHARD_BYTES) {
        await reader.cancel();
        return null;
      }
      bits.set(value, at);
      at += value.length;
    }
  } catch {
    return null; // not ZLIB
  }
}

/**
 * The trust list of `/trust.json`, when the root has signed exactly these bytes (`/trust.json.jws`, detached, ES256);
 * otherwise null.
 */
export async function verifyTrustList(
  bytes: Uint8Array,
  jws: string,
  root: PublicPoint,
): Promise<TrustList | null> {
  const [header = '', middle, tail = '', ...more] = jws.trim().split('.');
  const signature = fromBase64url(tail);
  const { alg, crit, b64 } = headerOf(header);
  // `b64` and `crit` change what is signed: nobody of ours writes them.
  if (middle !== '' || more.length > 0 || alg !== 'ES256' || crit !== undefined || b64 !== undefined)
    return null;
  if (signature?.length !== 64) return null;
  const toBeSigned = new TextEncoder().encode(`${header}.${toBase64url(bytes)}`);
  return (await holds(root, { toBeSigned, signature })) ? parseTrustList(jsonOf(bytes)) : null;
}

type JwsHeader = { alg?: unknown; crit?: unknown; b64?: unknown };

function headerOf(encoded: string): JwsHeader {
  const bytes = fromBase64url(encoded);
  const value = bytes && jsonOf(bytes);
  return typeof value === 'object' && value !== null ? (value as JwsHeader) : {};
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null; // no list at all
  }
}

/** A public key as JSON, or null. */
export function publicPointOf(text: string): PublicPoint | null {
  const value = jsonOf(new TextEncoder().encode(text)) as Partial<PublicPoint> | null;
  const isPoint = value?.kty === 'EC' && value.crv === 'P-256' && !!value.x && !!value.y;
  return isPoint ? { kty: 'EC', crv: 'P-256', x: String(value.x), y: String(value.y) } : null;
}
