// What an insurer orders when it has a card made, and the claims that come of it. There is no place in it for a NIR, a
// name or a member number. Who signs checks an order here, whatever was checked before.

import type { RawBirthDate } from './birth-date.ts';
import { type CardClaims, type CardCover, decodeClaims, encodeClaims } from './card-claims.ts';
import { addMonths } from './card-quarter.ts';
import type { AmcNo, BirthRank, CardHandle, ConvType, Csr } from './ids.ts';
import { parisMidnight } from './paris-day.ts';
import { addDays, type CareDate, isCareDate } from './period.ts';

export type CardOrder = {
  readonly birthDate: RawBirthDate;
  readonly birthRank: BirthRank;
  readonly convType: ConvType;
  readonly csr: Csr | null;
  readonly domains: readonly CardCover[];
  /** First and last day of validity, in Paris. */
  readonly from: CareDate;
  readonly to: CareDate;
};

/** A card lives for two years at most: what it says of its holder's cover grows old. */
export const MOST_CARD_MONTHS = 24;

/** No rule is called so, and a NIR or a member number is: the only free text of an order must not carry one. */
const MANY_DIGITS = /\d{8}/;

/** What is wrong with a card's days on the day it is signed; null when nothing is. */
export function periodProblem({ from, to }: Pick<CardOrder, 'from' | 'to'>, today: CareDate): string | null {
  if (!isCareDate(from) || !isCareDate(to) || from > to) return 'not a period';
  if (to < today) return 'over already';
  if (to >= addMonths(from, MOST_CARD_MONTHS)) return 'longer than two years';
  return null;
}

/** The claims of that order, or null when a card may not say that. */
export function cardClaims(
  order: CardOrder,
  card: { insurer: AmcNo; handle: CardHandle; statusIndex: number },
): CardClaims | null {
  const { from, to, domains, birthDate, birthRank, convType, csr } = order;
  if (domains.some(({ rule }) => MANY_DIGITS.test(rule))) return null;
  const claims = {
    ...card,
    convType,
    csr,
    birthDate,
    birthRank,
    cover: domains,
    notBefore: parisMidnight(from),
    expires: parisMidnight(addDays(to, 1)),
  };
  const read = decodeClaims(encodeClaims(claims));
  // A domain named twice leaves one; a number written in another way comes back changed.
  const isSame = read?.cover.length === domains.length && read.birthDate === birthDate;
  return isSame && read.insurer === card.insurer && read.handle === card.handle ? read : null;
}
