// The keys that sign cards, as trust.json lists them (CONTRACT.md 3.4). The list is signed by the trust root, whose
// holders are two persons; who reads it here has checked that signature, or says that it did not.

import { type AmcNo, parseAmcNo } from './ids.ts';
import { isJsonObject, type Unchecked } from './json-object.ts';
import { isUtcInstant, type UtcInstant } from './paris-day.ts';
import { type CareDate, isCareDate } from './period.ts';

/** One key of an insurer. Days are days in Paris. */
export type CardKey = {
  /** base64url; the first 8 bytes of the key's thumbprint (RFC 7638). */
  readonly kid: string;
  readonly insurer: AmcNo;
  /** P-256, base64url coordinates. */
  readonly jwk: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };
  /** First and last day on which a card of this key may be accepted. */
  readonly from: CareDate;
  readonly to: CareDate;
  /** From this day on none of its cards is accepted, however long they were to last. */
  readonly revokedOn: CareDate | null;
};

export type TrustList = { readonly cards: ReadonlyMap<string, CardKey>; readonly issuedAt: UtcInstant };

const KID = /^[\w-]{1,43}$/;
const COORDINATE = /^[\w-]{43}$/;

/** Null when it is no trust list. One key that cannot be read spoils the list: half a list would refuse good cards. */
export function parseTrustList(value: unknown): TrustList | null {
  if (!isJsonObject(value)) return null;
  const { cards, issuedAt }: Unchecked<'cards' | 'issuedAt'> = value;
  // One form of time only: lists are put in order by it, and a later one may be what revokes a key.
  if (!Array.isArray(cards) || !isUtcInstant(issuedAt)) return null;
  const keys = cards.map(cardKeyOf);
  const known = new Map(keys.flatMap((key) => (key ? [[key.kid, key] as const] : [])));
  return known.size === cards.length ? { cards: known, issuedAt } : null;
}

function cardKeyOf(value: unknown): CardKey | null {
  if (!isJsonObject(value)) return null;
  const { kid, insurer, jwk, from, to, revokedOn = null }: Unchecked<keyof CardKey> = value;
  const amcNo = parseAmcNo(insurer);
  const point = publicPoint(jwk);
  if (typeof kid !== 'string' || !KID.test(kid) || !amcNo || !point) return null;
  if (!isCareDate(from) || !isCareDate(to) || !(revokedOn === null || isCareDate(revokedOn))) return null;
  return { kid, insurer: amcNo, jwk: point, from, to, revokedOn };
}

function publicPoint(jwk: unknown): CardKey['jwk'] | null {
  if (!isJsonObject(jwk)) return null;
  const { kty, crv, x, y, d }: Unchecked<'kty' | 'crv' | 'x' | 'y' | 'd'> = jwk;
  const isPoint = typeof x === 'string' && typeof y === 'string' && COORDINATE.test(x) && COORDINATE.test(y);
  // A list with a private half in it was made by mistake, and its key is worth nothing any more.
  return kty === 'EC' && crv === 'P-256' && isPoint && d === undefined ? { kty, crv, x, y } : null;
}
