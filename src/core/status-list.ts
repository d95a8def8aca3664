// Which cards are revoked: one bit per card, in shards that anybody may fetch (Token Status List, in its CWT form).
// A list says nothing of anybody: a card's place in it is random, and only the card tells its place.

import { CborError, type CborValue, decodeCbor, encodeCbor } from './cbor.ts';
import { type AmcNo, parseAmcNo } from './ids.ts';

/** Cards of one shard. A shard is always whole: what is beyond its end cannot be asked. */
export const SHARD_BITS = 2 ** 20;
export const SHARD_BYTES = SHARD_BITS / 8;
/** Longer tokens are not looked at: a shard that cannot be compressed at all, and what stands around it. */
export const MOST_STATUS_BYTES = SHARD_BYTES + 4_096;
export const STATUS_LIST_TYPE = 'application/statuslist+cwt';

const LABEL = { sub: 2, exp: 4, iat: 6, ttl: 65534, list: 65533 } as const;

/** A shard's name: the insurer's number and which of its shards, such as `0999000101-0`. */
export function shardName(insurer: AmcNo, statusIndex: number): string {
  return `${insurer}-${Math.floor(statusIndex / SHARD_BITS)}`;
}

/** A card's place is below 2^32. */
const MOST_SHARDS = 2 ** 32 / SHARD_BITS;

/** Null when the name is not one. */
export function parseShardName(name: string): { insurer: AmcNo; shard: number } | null {
  const [, digits, shard] = /^(\d{10})-(0|[1-9]\d{0,3})$/.exec(name) ?? [];
  const insurer = parseAmcNo(digits);
  const isShard = shard !== undefined && Number(shard) < MOST_SHARDS;
  return insurer && isShard ? { insurer, shard: Number(shard) } : null;
}

/** The claims of a Status List Token; `deflated` is the list in the ZLIB format. Times in seconds since 1970. */
export type StatusListClaims = {
  readonly shard: string;
  readonly issuedAt: number;
  /** Nobody may rely on it from here on. */
  readonly expires: number;
  readonly deflated: Uint8Array;
};

/** A shard that can be asked: `bits` has SHARD_BYTES bytes, the lowest bit of each byte first. */
export type StatusList = {
  readonly shard: string;
  readonly issuedAt: number;
  readonly expires: number;
  readonly bits: Uint8Array;
};

const PATH = '/status-lists/';
/** Seconds after which a fresher list should be fetched: nightly. */
const FETCH_AGAIN_SECONDS = 86_400;

export function encodeStatusClaims({ shard, issuedAt, expires, deflated }: StatusListClaims): Uint8Array {
  return encodeCbor(
    new Map<number, CborValue>([
      [LABEL.sub, `${PATH}${shard}`],
      [LABEL.exp, expires],
      [LABEL.iat, issuedAt],
      [LABEL.ttl, FETCH_AGAIN_SECONDS],
      [
        LABEL.list,
        new Map<string, CborValue>([
          ['bits', 1],
          ['lst', deflated],
        ]),
      ],
    ]),
  );
}

/** Null when the payload is not that of a Status List Token of ours. */
export function decodeStatusClaims(payload: Uint8Array): StatusListClaims | null {
  const claims = decodedMap(payload);
  const list = claims?.get(LABEL.list);
  const sub = claims?.get(LABEL.sub);
  const [issuedAt, expires] = [claims?.get(LABEL.iat), claims?.get(LABEL.exp)];
  if (!(list instanceof Map) || list.get('bits') !== 1 || typeof sub !== 'string') return null;
  const deflated = list.get('lst');
  const shard = sub.startsWith(PATH) ? sub.slice(PATH.length) : '';
  if (!(deflated instanceof Uint8Array) || !parseShardName(shard)) return null;
  if (typeof issuedAt !== 'number' || typeof expires !== 'number') return null;
  return { shard, issuedAt, expires, deflated };
}

function decodedMap(payload: Uint8Array): ReadonlyMap<number | string, CborValue> | null {
  try {
    const value = decodeCbor(payload);
    return value instanceof Map ? value : null;
  } catch (error) {
    if (error instanceof CborError) return null;
    throw error;
  }
}

/** Is the bit of this card set? `statusIndex` counts over all shards of the insurer. */
export function isRevoked(list: Pick<StatusList, 'bits'>, statusIndex: number): boolean {
  const at = statusIndex % SHARD_BITS;
  return (((list.bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
}

export function setRevoked(bits: Uint8Array, statusIndex: number): void {
  const at = statusIndex % SHARD_BITS;
  bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
}
