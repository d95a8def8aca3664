// The short identifiers of the trade: each has one written form, checked once at the border (DOMAIN.md 2.2, 2.3, 3.2).
// Must never trim or change case, and never accept two spellings of one value: doors are derived from these texts.
import type { Brand } from './brand.ts';

/** Tells twins apart who share opener NIR and birth date (rang gemellaire). */
export type BirthRank = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
/** Number of a complementary insurer, left-padded to 10 digits so that two prints of it compare equal. */
export type AmcNo = Brand<'AmcNo'>;
/** Number the insurer printed on the member's card: 1 to 20 digits and upper-case letters. */
export type MemberNo = Brand<'MemberNo'>;
/** Convention type: two characters of a free table (RO, AC, VM...). */
export type ConvType = Brand<'ConvType'>;
/** Secondary routing criterion as a card shows it: never a pattern. */
export type Csr = Brand<'Csr'>;
/** The insurer's opaque reference of one insured person: base64url of 16 random bytes. */
export type SubjectRef = Brand<'SubjectRef'>;
/** The random 16 bytes of one signed card, base64url. */
export type CardHandle = Brand<'CardHandle'>;
/** Names a rule of a product, such as R1. */
export type RuleId = Brand<'RuleId'>;
/** Names a product of an insurer, such as CONFORT-2. */
export type ProductCode = Brand<'ProductCode'>;

const AMC_NO_PRINTED = /^\d{8,10}$/;
// 22 characters carry 132 bits: of the last one only two bits are used, hence A, Q, g or w. Anything else
// would be a second spelling of the same 16 bytes.
const SIXTEEN_BYTES = /^[A-Za-z0-9_-]{21}[AQgw]$/;

type Guard<T extends string> = (value: unknown) => value is T;

function shaped<T extends string>(shape: RegExp): Guard<T> {
  return (value): value is T => typeof value === 'string' && shape.test(value);
}

function orNull<T extends string>(guard: Guard<T>): (value: unknown) => T | null {
  return (value) => (guard(value) ? value : null);
}

export const isMemberNo: Guard<MemberNo> = shaped(/^[A-Z0-9]{1,20}$/);
export const isConvType: Guard<ConvType> = shaped(/^[A-Z0-9]{2}$/);
export const isCsr: Guard<Csr> = shaped(/^[A-Z0-9]{1,9}$/);
export const isSubjectRef: Guard<SubjectRef> = shaped(SIXTEEN_BYTES);
export const isCardHandle: Guard<CardHandle> = shaped(SIXTEEN_BYTES);
export const isRuleId: Guard<RuleId> = shaped(/^[A-Z0-9_-]{1,20}$/);
export const isProductCode: Guard<ProductCode> = shaped(/^[A-Z0-9_-]{1,20}$/);

/** Lower case is refused, not raised: see the head of this file. */
export const parseMemberNo: (value: unknown) => MemberNo | null = orNull(isMemberNo);
export const parseConvType: (value: unknown) => ConvType | null = orNull(isConvType);
/** A `?` belongs to routing tables only; on a card it is malformed. No CSR is `null`, never an empty text. */
export const parseCsr: (value: unknown) => Csr | null = orNull(isCsr);
export const parseSubjectRef: (value: unknown) => SubjectRef | null = orNull(isSubjectRef);
export const parseCardHandle: (value: unknown) => CardHandle | null = orNull(isCardHandle);
export const parseRuleId: (value: unknown) => RuleId | null = orNull(isRuleId);
export const parseProductCode: (value: unknown) => ProductCode | null = orNull(isProductCode);

/** The JSON number 1 to 9. The text "1" is refused: one value, one spelling. */
export function isBirthRank(value: unknown): value is BirthRank {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 9;
}

export function parseBirthRank(value: unknown): BirthRank | null {
  return isBirthRank(value) ? value : null;
}

/** 8 to 10 digits as printed, padded. No Luhn check: several numbers in use fail it (DOMAIN.md 2.3). */
export function parseAmcNo(value: unknown): AmcNo | null {
  if (typeof value !== 'string' || !AMC_NO_PRINTED.test(value)) return null;
  return value.padStart(10, '0') as AmcNo;
}
