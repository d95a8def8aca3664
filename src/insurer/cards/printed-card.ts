// PURE. What stands on a printed card: what its signed code says, and what only paper says (name, member number). It must
// never print a NIR, nor anything that contradicts the code.

import { decodeClaims } from '../../core/card-claims.ts';
import { shownClaims } from '../../core/card-shown.ts';
import { readSign1 } from '../../core/cose.ts';
import { isMemberNo, isRuleId, isSubjectRef } from '../../core/ids.ts';
import { isJsonObject, type Unchecked } from '../../core/json-object.ts';
import { namesAPerson } from '../../core/names-a-person.ts';

/** What the insurer knows of a card's holder and the code does not say. */
export type Holder = {
  readonly name: string;
  /** Null: the label is printed, the field stays empty. */
  readonly memberNo: string | null;
  /** Contrat responsable. */
  readonly responsible: boolean;
};

/** The same on all cards of a run. */
export type Issuer = {
  readonly name: string;
  /** Printed for whoever cannot read the code. */
  readonly phone: string | null;
  /** What a rule means at the counter: “100 %”, “PEC”. A rule without a word is printed as it is. */
  readonly rules: Readonly<Record<string, string>>;
};

export type PrintedCard = {
  readonly card: Uint8Array;
  readonly holder: Holder;
  /** First and last day. */
  readonly period: readonly [from: string, to: string];
  readonly amcNo: string;
  readonly convType: string;
  readonly csr: string;
  readonly memberNo: string;
  readonly birthDate: string;
  readonly birthRank: number;
  readonly cover: readonly { readonly domain: string; readonly rule: string }[];
};

/** Null for bytes that are no card. Whether its signature holds is for whoever shows it: it was signed a moment ago. */
export function printedCard(card: Uint8Array, holder: Holder, { rules }: Issuer): PrintedCard | null {
  const message = readSign1(card);
  const claims = typeof message === 'string' ? null : decodeClaims(message.payload);
  if (!claims) return null;
  const { insurer, convType, csr, birthDate, birthRank, domains, from, to } = shownClaims(claims);
  return {
    card,
    holder,
    period: [frenchDay(from.replaceAll('-', '')), frenchDay(to.replaceAll('-', ''))],
    amcNo: insurer,
    convType,
    csr: csr ?? '',
    memberNo: holder.memberNo ?? '',
    birthDate: frenchDay(birthDate),
    birthRank,
    cover: domains.map(({ domain, rule }) => ({ domain, rule: rules[rule] ?? rule })),
  };
}

/** YYYYMMDD as people write it; also months that no calendar has, which are in use. */
const frenchDay = (digits: string) => `${digits.slice(6)}/${digits.slice(4, 6)}/${digits.slice(0, 4)}`;

/** The first member that is wrong in a line of a file of holders; null when none is. */
export function wrongHolderMember(value: object): string | null {
  const { ref, name, memberNo, responsible, ...rest }: Unchecked<keyof Holder | 'ref'> = value;
  if (!isSubjectRef(ref)) return 'ref';
  if (!isHolderName(name)) return 'name';
  if (memberNo !== null && !isMemberNo(memberNo)) return 'memberNo';
  if (typeof responsible !== 'boolean') return 'responsible';
  return Object.keys(rest)[0] ?? null;
}

/** One line that fits. */
export const isPrintable = (text: string, mostLetters = 60): boolean =>
  /^[^\p{Cc}]+$/u.test(text) && text.length <= mostLetters;

export const isHolderName = (value: unknown): value is string =>
  typeof value === 'string' && isPrintable(value) && !namesAPerson(value);

/** The words for rules, as a file gives them; null when they cannot be printed. */
export function rulesOf(value: unknown): Issuer['rules'] | null {
  if (!isJsonObject(value)) return null;
  const isRight = Object.entries(value).every(
    ([rule, word]) => isRuleId(rule) && typeof word === 'string' && isPrintable(word, 20),
  );
  return isRight ? (value as Issuer['rules']) : null;
}
