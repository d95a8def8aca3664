// What a signed card says of its holder, and how it is written: a CBOR Web Token with whole-number labels (RFC 8392).
// Must never hold a NIR, a name or a number that leads to one: the handle is 16 random bytes that mean nothing
// outside Rempart (DESIGN.md 7). docs/card-format.md explains this to strangers.

import { isRawBirthDate, type RawBirthDate } from './birth-date.ts';
import { CARE_DOMAINS, type CareDomain, careDomainRank } from './care-domains.ts';
import { CborError, type CborValue, decodeCbor, encodeCbor } from './cbor.ts';
import {
  type AmcNo,
  type BirthRank,
  type CardHandle,
  type ConvType,
  type Csr,
  isBirthRank,
  isConvType,
  isCsr,
  isRuleId,
  parseAmcNo,
  type RuleId,
} from './ids.ts';
import { fromBase64url, toBase64url } from './text-codes.ts';

/** A care domain the holder is covered for, and the rule that says how much is paid. */
export type CardCover = { readonly domain: CareDomain; readonly rule: RuleId };

export type CardClaims = {
  readonly insurer: AmcNo;
  readonly convType: ConvType;
  readonly csr: Csr | null;
  readonly handle: CardHandle;
  readonly birthDate: RawBirthDate;
  readonly birthRank: BirthRank;
  /** In the order of the domains' numbers; at least one. */
  readonly cover: readonly CardCover[];
  /** Seconds since 1970: valid from here on. */
  readonly notBefore: number;
  /** Seconds since 1970: no longer valid from here on. */
  readonly expires: number;
  /** Place of this card in its insurer's status lists, chosen at random. */
  readonly statusIndex: number;
};

/** Labels registered for CWT, and one of the range for private use whose map holds what only cards have. */
const LABEL = { insurer: 1, expires: 4, notBefore: 5, handle: 7, card: -65537 } as const;
const CARD = { convType: 1, csr: 2, birthDate: 3, birthRank: 4, cover: 5, statusIndex: 6 } as const;

const LABELS = Object.keys(LABEL).length;
const CARD_LABELS = Object.keys(CARD).length;

const HANDLE_BYTES = 16;
/** 4,096 shards of 2^20 cards: sixty cards for each person of the country, of one insurer. */
const MOST_STATUS_INDEX = 2 ** 32 - 1;

/**
 * A domain's number on cards is its place in CARE_DOMAINS, from 1. Printed cards live for a year: a number is never
 * given to another domain (a test holds them).
 */
export const domainNumber = (domain: CareDomain): number => careDomainRank(domain) + 1;

export function encodeClaims(claims: CardClaims): Uint8Array {
  const card = new Map<number, CborValue>([
    [CARD.convType, claims.convType],
    [CARD.birthDate, Number(claims.birthDate)],
    [CARD.birthRank, claims.birthRank],
    [CARD.cover, new Map(claims.cover.map(({ domain, rule }) => [domainNumber(domain), rule]))],
    [CARD.statusIndex, claims.statusIndex],
  ]);
  if (claims.csr !== null) card.set(CARD.csr, claims.csr);
  return encodeCbor(
    new Map<number, CborValue>([
      [LABEL.insurer, claims.insurer],
      [LABEL.expires, claims.expires],
      [LABEL.notBefore, claims.notBefore],
      [LABEL.handle, fromBase64url(claims.handle) ?? new Uint8Array(0)],
      [LABEL.card, card],
    ]),
  );
}

/** Null when a label is missing, unknown, or holds what it may not. */
export function decodeClaims(payload: Uint8Array): CardClaims | null {
  const map = mapOf(decoded(payload));
  const card = mapOf(map?.get(LABEL.card));
  if (!map || !card) return null;
  const handle = map.get(LABEL.handle);
  const times = { notBefore: map.get(LABEL.notBefore), expires: map.get(LABEL.expires) };
  const insurer = insurerOf(map.get(LABEL.insurer));
  const cover = coverOf(card.get(CARD.cover));
  const birthDate = birthDateOf(card.get(CARD.birthDate));
  const convType = card.get(CARD.convType);
  const csr = card.get(CARD.csr) ?? null;
  const birthRank = card.get(CARD.birthRank);
  const statusIndex = card.get(CARD.statusIndex);
  if (!insurer || !cover || !birthDate || !isConvType(convType) || !(csr === null || isCsr(csr))) return null;
  if (!(handle instanceof Uint8Array) || handle.length !== HANDLE_BYTES || !isBirthRank(birthRank))
    return null;
  if (!isCount(times.notBefore) || !isCount(times.expires) || times.notBefore >= times.expires) return null;
  if (!isCount(statusIndex) || statusIndex > MOST_STATUS_INDEX) return null;
  // Every label but the CSR has been found to be there: one entry more is one that is not known.
  if (map.size !== LABELS || card.size !== (csr === null ? CARD_LABELS - 1 : CARD_LABELS)) return null;
  return {
    insurer,
    convType,
    csr,
    handle: toBase64url(handle) as CardHandle,
    birthDate,
    birthRank,
    cover,
    notBefore: times.notBefore,
    expires: times.expires,
    statusIndex,
  };
}

type CborMap = ReadonlyMap<number | string, CborValue>;

function decoded(bytes: Uint8Array): CborValue | null {
  try {
    return decodeCbor(bytes);
  } catch (error) {
    if (error instanceof CborError) return null;
    throw error;
  }
}

function mapOf(value: CborValue | null | undefined): CborMap | null {
  return value instanceof Map ? value : null;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** On a card the number stands in its padded form only. */
function insurerOf(value: CborValue | undefined): AmcNo | null {
  return typeof value === 'string' && value.length === 10 ? parseAmcNo(value) : null;
}

/** Eight digits as a number: leading zeros come back. */
function birthDateOf(value: CborValue | undefined): RawBirthDate | null {
  const text = isCount(value) ? String(value).padStart(8, '0') : '';
  return isRawBirthDate(text) ? text : null;
}

function coverOf(value: CborValue | undefined): CardCover[] | null {
  const map = mapOf(value);
  if (!map || map.size === 0) return null;
  const cover: CardCover[] = [];
  for (const [number, rule] of map) {
    // The text "1" would be the number 1 in arithmetic, and so a second spelling of PHAR.
    const domain = typeof number === 'number' ? CARE_DOMAINS[number - 1] : undefined;
    if (domain === undefined || !isRuleId(rule)) return null;
    cover.push({ domain, rule });
  }
  return cover;
}
