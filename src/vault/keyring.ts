// The keyring port: where the vault's keys rest and how they come to life. Imported by the vault alone.
// Every key it hands out is a KeyObject: it cannot be printed, compared with === or serialised.

import type { KeyObject } from 'node:crypto';
import type { AmcNo } from '../core/ids.ts';
import type { EpochKeys } from './derive.ts';

/** The living keys of one insurer. Epochs newest first; two at most (DESIGN.md 3). */
export type InsurerKeys = {
  readonly amcNo: AmcNo;
  /** Makes the record id out of a subject ref; does not change with the epoch. */
  readonly recordId: KeyObject;
  /** Seals what this insurer is told of look-ups; does not change with the epoch. */
  readonly notice: KeyObject;
  /** The insurer's part of what lies behind an engagement (engagements.ts). */
  readonly engagement: KeyObject;
  /** Finds and seals the counters of its people. */
  readonly counter: KeyObject;
  readonly epochs: readonly EpochKeys[];
};

/** Of one insurer: `seal` for what a claim says, `guard` for the tags that find the same claim sent twice. */
export type ClaimKeys = { readonly seal: KeyObject; readonly guard: KeyObject };

/** What stays usable while the vault is locked: the log's signing key, nothing that opens a door. */
export type SigningKeys = { readonly ledger: KeyObject };

/**
 * Guarantees asked of an implementation:
 * - a change is durable before the promise resolves; a crash in between leaves the old state, never a mixture;
 * - `close` forgets every key that opens doors (signing keys stay), `open` brings them back;
 * - a key destroyed by `destroyEpochsBefore` cannot be brought back by anybody who holds only this keyring.
 */
export interface Keyring {
  readonly signing: SigningKeys;
  readonly isOpen: boolean;
  open(): Promise<void>;
  close(): void;
  /** Keys of an insurer, made at first use for insurers the enrolment names. Throws when closed. */
  insurer(amcNo: AmcNo): Promise<InsurerKeys>;
  /** AES-256 key of an insurer's month (`YYYY-MM`) for person tags, made at first use. Usable while locked. */
  tagKey(amcNo: AmcNo, month: string): Promise<KeyObject>;
  /** The same when it is there; null when it was never made or is gone. Usable while locked. */
  keptTagKey(amcNo: AmcNo, month: string): Promise<KeyObject | null>;
  /** ES256 key that signs access tokens, made at first use. Throws when closed: a locked vault lets nobody in. */
  tokenKey(): Promise<KeyObject>;
  /** Derives the doors of engagements, whoever insures. Throws when closed: a locked vault opens none. */
  engagementKey(): KeyObject;
  /** Null when the insurer has no keys (any more). Usable while locked, since a payment run is; never kept meanwhile. */
  claimKeys(amcNo: AmcNo): Promise<ClaimKeys | null>;
  /** Seals bank details. Usable while locked; never kept: the vault asks for it after two persons have signed. */
  bankKey(): Promise<KeyObject>;
  /** Key for idempotent answers and for the tag that recognises the same fields at several insurers. */
  readonly replayKey: KeyObject;
  readonly fieldsKey: KeyObject;
  /** Makes the tags of professionals (derive.ts). */
  readonly professionalKey: KeyObject;
  /** Makes the tags of site and person (known-patients.ts). */
  readonly knownKey: KeyObject;
  /** Notes, for epochs that have none yet, which half their identity doors are made with. */
  noteIdentityChecks(amcNo: AmcNo, checks: ReadonlyMap<number, string>): Promise<void>;
  beginEpoch(amcNo: AmcNo): Promise<number>;
  destroyEpochsBefore(amcNo: AmcNo, epoch: number): Promise<number[]>;
}
