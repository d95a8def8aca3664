// A card's claims as people and other programs read them: in `card verify`, on paper and in the test vectors.
// Must never say more than the card does.

import type { CardClaims, CardCover } from './card-claims.ts';
import { parisDay, type UtcInstant } from './paris-day.ts';
import type { CareDate } from './period.ts';
import { SHARD_BITS, shardName } from './status-list.ts';

export type ShownClaims = Pick<
  CardClaims,
  'insurer' | 'convType' | 'csr' | 'handle' | 'birthDate' | 'birthRank' | 'notBefore' | 'expires'
> & {
  readonly domains: readonly CardCover[];
  /** First and last day in Paris, both included. */
  readonly from: CareDate;
  readonly to: CareDate;
  /** The list that may revoke the card, and which bit of it. */
  readonly statusList: { readonly shard: string; readonly index: number };
};

export function shownClaims(claims: CardClaims): ShownClaims {
  const { insurer, convType, csr, handle, birthDate, birthRank, notBefore, expires } = claims;
  return {
    insurer,
    convType,
    csr,
    handle,
    birthDate,
    birthRank,
    domains: claims.cover,
    from: parisDayOf(notBefore),
    to: parisDayOf(expires - 1),
    notBefore,
    expires,
    statusList: { shard: shardName(insurer, claims.statusIndex), index: claims.statusIndex % SHARD_BITS },
  };
}

/** Of seconds since 1970. What lies beyond the last day that can be written is shown as that day. */
export function parisDayOf(seconds: number): CareDate {
  return parisDay(new Date(Math.min(seconds, LAST_SECOND) * 1000).toISOString() as UtcInstant);
}

/** 9999-12-31, noon. */
const LAST_SECOND = 253_402_257_600;
