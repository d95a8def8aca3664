// The verbs of an insurer's vault: what goes in and out of its socket. Types only; the insurer's process imports nothing
// else of that vault but this and the client.

import type { CardOrder } from '../../core/card-order.ts';
import type { AmcNo, CardHandle } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import type { HalfKey } from '../../crypto/identity-half.ts';
import type { Approval } from '../protocol.ts';

export type InsurerVaultState = {
  insurer: AmcNo;
  locked: boolean;
  /** Names the present lock; an approval is for this one only. Null when unlocked. */
  lockId: string | null;
  journalNo: number;
  /** How many cards may still be signed today (Paris). */
  cardsLeft: number;
};

/** A card key as the trust list is to name it. */
export type CardKeyFacts = {
  kid: string;
  jwk: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
  /** First and last day on which a card of this key may be accepted. */
  from: CareDate;
  to: CareDate;
};

export type SignedCard = {
  handle: CardHandle;
  statusIndex: number;
  kid: string;
  /** The card's bytes, base64url. */
  card: string;
};

/** Request and reply of each verb. */
export type InsurerVerbs = {
  state: { in: Record<string, never>; out: InsurerVaultState };
  /** Every card key there is, oldest first; the last is that of the next quarter, made early. Also while locked. */
  cardKeys: { in: Record<string, never>; out: { keys: CardKeyFacts[] } };
  /** All or none. Handle and place in the status lists are the vault's own making, new each time. */
  signCards: { in: { cards: CardOrder[] }; out: { cards: SignedCard[] } };
  /** bytes in: the list in the ZLIB format; bytes out: the Status List Token. Times in seconds since 1970. */
  signStatusList: { in: { shard: string; issuedAt: number; expires: number }; out: { ok: true } };
  /** The insurer's half of the identity key, for that key of an operator's vault and nobody else. */
  wrapIdentityHalf: { in: { key: HalfKey; signature: string }; out: { jwe: string } };
  lock: { in: { by: string; reason: string }; out: { lockId: string } };
  unlock: { in: { approvals: Approval[] }; out: { ok: true } };
};
export type InsurerVerb = keyof InsurerVerbs;

export type InsurerVaultRefusal =
  | 'locked'
  | 'bad-call'
  | 'approval-refused'
  /** The day's cards are used up. */
  | 'cards-spent'
  /** A card may not say that, or not for so long. */
  | 'card-refused'
  /** Another insurer's shard, a time that is not now, or no list at all. */
  | 'list-refused'
  /** Not the key of the operator's vault that the enrolment names. */
  | 'half-refused';
