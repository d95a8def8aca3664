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
  /** Replaced: it signs nothing any more. Whether its cards are still believed, the trust list says. */
  retired: boolean;
};

export type SignedCard = {
  handle: CardHandle;
  statusIndex: number;
  kid: string;
  /** The card's bytes, base64url. */
  card: string;
};

/** Kids that the operator's trust list names as good: one of these signs rather than another. Null: not known. */
type Listed = { listed: readonly string[] | null };

/** Request and reply of each verb. */
export type InsurerVerbs = {
  state: { in: Record<string, never>; out: InsurerVaultState };
  /** Every card key there is, oldest first; the last is that of the next quarter, made early. Also while locked. */
  cardKeys: { in: Record<string, never>; out: { keys: CardKeyFacts[] } };
  /** All or none. Handle and place in the status lists are the vault's own making, new each time. */
  signCards: { in: { cards: CardOrder[] } & Listed; out: { cards: SignedCard[] } };
  /** bytes in: the list in the ZLIB format; bytes out: the Status List Token. Times in seconds since 1970. */
  signStatusList: {
    in: { shard: string; issuedAt: number; expires: number } & Listed;
    out: { ok: true };
  };
  /** The insurer's half of the identity key, for that key of an operator's vault and nobody else. */
  wrapIdentityHalf: { in: { key: HalfKey; signature: string } & Listed; out: { jwe: string } };
  /** For a key that may be in other hands: it never signs again, a new one of its quarter does. Again: changes nothing. */
  replaceCardKey: { in: { kid: string }; out: { keys: CardKeyFacts[] } };
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
  /** There is no card key of that kid. */
  | 'card-key-unknown'
  /** The key was replaced while this was being signed: ask again. */
  | 'card-key-replaced'
  /** A card may not say that, or not for so long. */
  | 'card-refused'
  /** Another insurer's shard, a time that is not now, or no list at all. */
  | 'list-refused'
  /** Not the key of the operator's vault that the enrolment names. */
  | 'half-refused';
