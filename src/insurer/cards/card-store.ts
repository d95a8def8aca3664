// Ports of the card desk's store, one per duty. Cards are added and revoked, never removed: a place that was given away
// is never given again.

import type { CardHandle, SubjectRef } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';

export const REVOCATION_REASONS = ['LOST', 'STOLEN', 'REPLACED', 'ENDED', 'ERROR'] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

export type IssuedCard = {
  handle: CardHandle;
  ref: SubjectRef;
  statusIndex: number;
  from: CareDate;
  to: CareDate;
  kid: string;
};

/** `told`: the operator has confirmed it. */
export type Revocation = { shard: number; reason: RevocationReason; revokedAtMs: number; told: boolean };

/** What the desk may do. */
export interface CardDeskStore {
  /** Who holds that certificate; null when it is unknown or revoked. */
  person(thumbprint: string): Promise<string | null>;
  /** All of them, durable when it resolves, or none. */
  add(cards: readonly IssuedCard[]): Promise<void>;
  /** Durable when it resolves. A second time changes nothing; null when there is no such card. */
  revoke(handle: CardHandle, reason: RevocationReason, atMs: number): Promise<Revocation | null>;
  /** Has the operator confirmed it? */
  isTold(handle: CardHandle): Promise<boolean>;
}

export type ShardState = {
  shard: number;
  /** Seconds since 1970 of the last list that the operator took; null: none. */
  issuedAt: number | null;
  /** Revoked cards of which the operator has not confirmed the end. */
  owed: number;
};

/** What publishing may do: it sees handles and places, no reference of anybody. */
export interface StatusStore {
  shards(): Promise<ShardState[]>;
  /** Some of the handles owed (bounded), and every revoked place of the shard, these included. */
  revoked(shard: number, most: number): Promise<{ owed: CardHandle[]; places: number[] }>;
  /** The operator took that list, and the doors of these handles are gone. One transaction. */
  told(shard: number, issuedAt: number, handles: readonly CardHandle[]): Promise<void>;
}
