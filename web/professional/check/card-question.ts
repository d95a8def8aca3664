// PURE. From a verified card to the request that is sent: the numbers are the card's, domain and day the professional's.

import type { CardClaims } from '../../../src/core/card-claims.ts';
import type { CareDomain } from '../../../src/core/care-domains.ts';
import { toBase64url } from '../../../src/core/text-codes.ts';
import type { EligibilityRequest } from '../../shared/api-types.ts';
import { parisToday } from '../../shared/format.ts';

export type CardQuestion = { domain: CareDomain; careDate: string };

export function cardRequestOf(
  { card, claims }: { card: Uint8Array; claims: CardClaims },
  { domain, careDate }: CardQuestion,
  requestId: string,
): EligibilityRequest {
  return {
    requestId,
    amcNo: claims.insurer,
    convType: claims.convType,
    ...(claims.csr === null ? {} : { csr: claims.csr }),
    careDate,
    domain,
    evidence: { kind: 'card', data: toBase64url(card) },
  };
}

/** The domain asked about first: the one of before if the card has it, else the card's first of this profession. */
export function firstDomain(
  claims: CardClaims,
  domains: readonly CareDomain[],
  before: CareDomain,
): CareDomain {
  const covered = claims.cover.map(({ domain }) => domain);
  return [before, ...domains].find((domain) => covered.includes(domain)) ?? before;
}

/** First and last day on which the card is good. */
export function cardDays({ notBefore, expires }: CardClaims): { from: string; to: string } {
  return { from: parisToday(notBefore * 1000), to: parisToday((expires - 1) * 1000) };
}

/** `YYYYMMDD` as printed on cards; lunar and incomplete dates are shown as they are. */
export function birthDateShown(raw: string): string {
  return `${raw.slice(6)}/${raw.slice(4, 6)}/${raw.slice(0, 4)}`;
}
