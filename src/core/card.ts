// Is this a card, and is it good today? The order of the checks, apart from the signature itself, which Node and
// browsers compute in their own ways: `openCard`, then verify, then `judgeCard`. Needs no network (DESIGN.md 7).

import { type CardClaims, decodeClaims } from './card-claims.ts';
import { readSign1 } from './cose.ts';
import { type CareDate, contains } from './period.ts';
import { isRevoked, type StatusList, shardName } from './status-list.ts';
import type { CardKey, TrustList } from './trust-list.ts';

/** Longer codes are not looked at: a card takes about 190 bytes, the longest there can be 584. */
export const MOST_CARD_BYTES = 640;

/** Why a card is not accepted, in the order in which it is found out. */
export const CARD_PROBLEMS = [
  /** More bytes than any card. */
  'too-long',
  /** Not a card, or one that was changed so that it cannot be read. */
  'malformed',
  /** Signed by another method than ES256. */
  'algorithm',
  /** By a key that the trust list does not know. */
  'key-unknown',
  /** Forged or changed. */
  'signature',
  /** Signed, but what it says is incomplete or impossible. */
  'claims',
  /** The card names another insurer than its key belongs to. */
  'insurer',
  /** The insurer's key was revoked. */
  'key-revoked',
  /** The key does not count on this day. */
  'key-period',
  'not-yet-valid',
  'expired',
  /** Its bit in the status list is set. */
  'revoked',
] as const;
export type CardProblem = (typeof CARD_PROBLEMS)[number];

/** A card whose key is known and whose signature is still to be verified. */
export type OpenedCard = {
  readonly key: CardKey;
  readonly toBeSigned: Uint8Array;
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
};

/** `status` null: no list of this card's shard was at hand, so whether it was revoked is not known. */
export type CardVerdict =
  | { readonly valid: true; readonly claims: CardClaims; readonly status: 'not-revoked' | null }
  /** `claims` only when the signature holds: what anybody could have written is not repeated. */
  | { readonly valid: false; readonly reason: CardProblem; readonly claims: CardClaims | null };

export function openCard(bytes: Uint8Array, trust: Pick<TrustList, 'cards'>): OpenedCard | CardProblem {
  if (bytes.length > MOST_CARD_BYTES) return 'too-long';
  const message = readSign1(bytes);
  if (typeof message === 'string') return message;
  if (message.type !== null) return 'malformed';
  const key = trust.cards.get(message.kid);
  if (!key) return 'key-unknown';
  const { toBeSigned, signature, payload } = message;
  return { key, toBeSigned, signature, payload };
}

/** `at` in seconds since 1970, `day` the same moment's day in Paris. `status`: the shard of the card, if there is one. */
export function judgeCard(
  { key, payload }: OpenedCard,
  signatureHolds: boolean,
  moment: { readonly at: number; readonly day: CareDate },
  status: (shard: string) => Pick<StatusList, 'bits'> | null,
): CardVerdict {
  const refused = (reason: CardProblem, claims: CardClaims | null = null): CardVerdict => ({
    valid: false,
    reason,
    claims,
  });
  if (!signatureHolds) return refused('signature');
  const claims = decodeClaims(payload);
  if (!claims) return refused('claims');
  if (claims.insurer !== key.insurer) return refused('insurer', claims);
  if (key.revokedOn !== null && moment.day >= key.revokedOn) return refused('key-revoked', claims);
  if (!contains(key, moment.day)) return refused('key-period', claims);
  if (moment.at < claims.notBefore) return refused('not-yet-valid', claims);
  if (moment.at >= claims.expires) return refused('expired', claims);
  const list = status(shardName(claims.insurer, claims.statusIndex));
  if (list && isRevoked(list, claims.statusIndex)) return refused('revoked', claims);
  return { valid: true, claims, status: list ? 'not-revoked' : null };
}
