// Cards and status lists verified in Node: the signature itself, between `openCard` and `judgeCard`.

import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { type CardVerdict, judgeCard, openCard } from '../core/card.ts';
import { type CardClaims, encodeClaims } from '../core/card-claims.ts';
import { draftSign1, readSign1 } from '../core/cose.ts';
import { type CareDate, contains } from '../core/period.ts';
import {
  decodeStatusClaims,
  encodeStatusClaims,
  MOST_STATUS_BYTES,
  parseShardName,
  SHARD_BYTES,
  STATUS_LIST_TYPE,
  type StatusList,
  type StatusListClaims,
} from '../core/status-list.ts';
import type { CardKey, TrustList } from '../core/trust-list.ts';

/** A key is made an object once; the list's own object is its name. */
const keyObjects = new WeakMap<CardKey, KeyObject>();

/** Null when the coordinates are no point of the curve: nobody can have signed with such a key. */
function keyObject(key: CardKey): KeyObject | null {
  const known = keyObjects.get(key);
  if (known) return known;
  try {
    const made = createPublicKey({ key: { ...key.jwk }, format: 'jwk' });
    keyObjects.set(key, made);
    return made;
  } catch {
    return null; // the list is the trust root's; a fault in one of its keys must not stop the counter
  }
}

type Signed = { toBeSigned: Uint8Array; signature: Uint8Array };

function holds(key: CardKey, { toBeSigned, signature }: Signed): boolean {
  const object = keyObject(key);
  return (
    object !== null && verify('sha256', toBeSigned, { key: object, dsaEncoding: 'ieee-p1363' }, signature)
  );
}

/** `at` in seconds since 1970, `day` the same moment's day in Paris. */
export type Moment = { readonly at: number; readonly day: CareDate };

/** Everything that can be known of a card without asking anybody. */
export function verifyCard(
  bytes: Uint8Array,
  trust: Pick<TrustList, 'cards'>,
  moment: Moment,
  status: (shard: string) => Pick<StatusList, 'bits'> | null = () => null,
): CardVerdict {
  const card = openCard(bytes, trust);
  if (typeof card === 'string') return { valid: false, reason: card, claims: null };
  return judgeCard(card, holds(card.key, card), moment, status);
}

/** A card signed with an insurer's key (P-256, private). */
export function signCard(claims: CardClaims, key: { kid: Uint8Array; privateKey: KeyObject }): Uint8Array {
  return signed(draftSign1({ kid: key.kid, payload: encodeClaims(claims) }), key.privateKey);
}

/** A Status List Token. */
export function signStatusList(
  claims: StatusListClaims,
  key: { kid: Uint8Array; privateKey: KeyObject },
): Uint8Array {
  const payload = encodeStatusClaims(claims);
  return signed(draftSign1({ kid: key.kid, type: STATUS_LIST_TYPE, payload }), key.privateKey);
}

function signed(draft: ReturnType<typeof draftSign1>, key: KeyObject): Uint8Array {
  return draft.complete(sign('sha256', draft.toBeSigned, { key, dsaEncoding: 'ieee-p1363' }));
}

/** `expired` and `key-…` as for cards; `malformed` also when the list has another length than a shard. */
export type StatusProblem =
  | 'malformed'
  | 'algorithm'
  | 'key-unknown'
  | 'signature'
  | 'insurer'
  | 'key-revoked'
  | 'key-period';

/** The shard a Status List Token holds. How old it may be is for who relies on it to say. */
export function verifyStatusList(
  bytes: Uint8Array,
  trust: Pick<TrustList, 'cards'>,
  day: CareDate,
): StatusList | StatusProblem {
  if (bytes.length > MOST_STATUS_BYTES) return 'malformed';
  const message = readSign1(bytes);
  if (typeof message === 'string') return message;
  if (message.type !== STATUS_LIST_TYPE) return 'malformed';
  const key = trust.cards.get(message.kid);
  if (!key) return 'key-unknown';
  if (!holds(key, message)) return 'signature';
  if (key.revokedOn !== null && day >= key.revokedOn) return 'key-revoked';
  if (!contains(key, day)) return 'key-period';
  const list = statusListBits(bytes);
  if (!list) return 'malformed';
  return parseShardName(list.shard)?.insurer === key.insurer ? list : 'insurer';
}

/** The bits of a list whose signature was verified when it was taken; null when it cannot be read. */
export function statusListBits(token: Uint8Array): StatusList | null {
  const message = readSign1(token);
  const claims = typeof message === 'string' ? null : decodeStatusClaims(message.payload);
  const bits = claims && inflated(claims.deflated);
  if (!claims || !bits) return null;
  const { shard, issuedAt, expires } = claims;
  return { shard, issuedAt, expires, bits };
}

/** Never more than a shard: a few bytes that inflate to gigabytes are refused. */
function inflated(deflated: Uint8Array): Uint8Array | null {
  try {
    const bits = inflateSync(deflated, { maxOutputLength: SHARD_BYTES });
    return bits.length === SHARD_BYTES ? bits : null;
  } catch {
    return null; // not ZLIB, or longer than a shard
  }
}

/** How a key is named on cards: the first 8 bytes of its thumbprint (RFC 7638). */
export function cardKid(jwk: { x: string; y: string }): Uint8Array {
  const thumbprint = hash('sha256', `{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`, 'buffer');
  return thumbprint.subarray(0, 8);
}
