// How doors, record ids, fingerprints and tags come out of an insurer's keys (DESIGN.md 3).
// Runs in the vault only. It must never return a key derived for one purpose to a caller of another.

import { createHmac, hash, hkdfSync, type KeyObject } from 'node:crypto';
import { secretKey } from '../crypto/seal.ts';
import { lengthPrefixed } from '../lib/bytes.ts';

/** The doors there are; the numbers are what the database stores. */
export const DOOR_KINDS = { card: 1, member: 2, identity: 3, engagement: 4 } as const;
export type DoorKind = keyof typeof DOOR_KINDS;
/** Those that lead to a record of an epoch; what lies behind an engagement outlives feeds (engagements.ts). */
export type RecordDoorKind = Exclude<DoorKind, 'engagement'>;

/** Every purpose a derived key can have: one table, so that no two uses share a key by accident. */
const PURPOSES = {
  cardDoor: 'rempart/v1/door/card',
  memberDoor: 'rempart/v1/door/member',
  identityHalf: 'rempart/v1/door/identity-half',
  engagementDoor: 'rempart/v1/door/engagement',
  engagementTerms: 'rempart/v1/engagement-terms',
  counter: 'rempart/v1/counter',
  claim: 'rempart/v1/claim',
  claimGuard: 'rempart/v1/claim-guard',
  bankDetails: 'rempart/v1/bank-details',
  fingerprint: 'rempart/v1/fingerprint',
  recordId: 'rempart/v1/record-id',
  replay: 'rempart/v1/replay',
  knownPatient: 'rempart/v1/known-patient',
  notice: 'rempart/v1/notice',
  fieldsTag: 'rempart/v1/fields-tag',
  professionalTag: 'rempart/v1/professional-tag',
} as const;
export type Purpose = keyof typeof PURPOSES;

/** HKDF-SHA-256 of a master secret for one purpose, wrapped once. */
export function purposeKey(master: KeyObject, purpose: Purpose): KeyObject {
  return secretKey(Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), PURPOSES[purpose], 64)));
}

/** 64 bytes of PRF (HMAC-SHA-512) over bytes that the caller has made unambiguous. */
export function prf(key: KeyObject, input: Uint8Array): Buffer {
  return createHmac('sha512', key).update(input).digest();
}

/** The keys of one insurer's epoch, derived once and kept as objects that cannot be printed. */
export type EpochKeys = {
  readonly epoch: number;
  /** `identity` null: the insurer's half is not at hand, or this epoch was made with another one. */
  readonly doors: Readonly<Record<Exclude<RecordDoorKind, 'identity'>, KeyObject>> & {
    readonly identity: KeyObject | null;
  };
  /** The operator's half of the identity key: derives no door by itself (identity-halves.ts). */
  readonly identityHalf: KeyObject;
  /** Which half of the insurer this epoch's identity doors were made with; null: none yet. */
  readonly identityCheck: string | null;
  readonly fingerprint: KeyObject;
};

export function epochKeys(epoch: number, master: KeyObject, identityCheck: string | null = null): EpochKeys {
  return {
    epoch,
    doors: {
      card: purposeKey(master, 'cardDoor'),
      member: purposeKey(master, 'memberDoor'),
      identity: null,
    },
    identityHalf: purposeKey(master, 'identityHalf'),
    identityCheck,
    fingerprint: purposeKey(master, 'fingerprint'),
  };
}

/** What a door is made of: where to find it, the key that opens its link, and a secret for the owner tag. */
export type Door = {
  readonly kind: RecordDoorKind;
  readonly epoch: number;
  /** 16 bytes: the primary key in `doors`. */
  readonly locator: Buffer;
  /** 32 bytes: opens `sealed_link`. */
  readonly doorKey: Buffer;
  /** 16 bytes that never leave the vault. */
  readonly ownerSecret: Buffer;
};

/** Can doors of this kind be derived in this epoch, now? */
export function hasDoor(keys: EpochKeys, kind: RecordDoorKind): boolean {
  return keys.doors[kind] !== null;
}

/** One 64-byte PRF gives locator, door key and owner secret. `fields` are the canonical fields of DESIGN.md 3. */
export function deriveDoor(keys: EpochKeys, kind: RecordDoorKind, fields: readonly string[]): Door {
  const key = keys.doors[kind];
  if (!key) throw new Error('an identity door needs the insurer’s half: ask `hasDoor` first');
  const bytes = prf(key, lengthPrefixed(fields));
  return {
    kind,
    epoch: keys.epoch,
    locator: bytes.subarray(0, 16),
    doorKey: bytes.subarray(16, 48),
    ownerSecret: bytes.subarray(48, 64),
  };
}

export type Beneficiary = { nir: string; birthDate: string; birthRank: number };

/** Canonical fields of a member door: member number, NIR, birth date, birth rank. */
export function memberFields(memberNo: string, person: Beneficiary): string[] {
  return [memberNo, person.nir, person.birthDate, String(person.birthRank)];
}

/** Canonical field of a card door: the handle on the card, base64url. */
export function cardFields(handle: string): string[] {
  return [handle];
}

/** Canonical fields of an identity door: NIR, birth date, birth rank. */
export function identityFields(person: Beneficiary): string[] {
  return [person.nir, person.birthDate, String(person.birthRank)];
}

/** The same professional at all sites, for budgets and journal, without the national number: 12 digits are soon tried. */
export function professionalTag(key: KeyObject, nationalNumber: string): string {
  return prf(key, lengthPrefixed([nationalNumber])).toString('base64url', 0, 9);
}

/**
 * Whose door this is, as 8 bytes that mean nothing without the vault: tells a feed that rewrites its own door
 * from one that takes another ref's, without showing which doors lead to the same record.
 */
export function ownerTag(door: Door, subjectRef: string): bigint {
  const digest = hash(
    'sha256',
    Buffer.concat([door.ownerSecret, Buffer.from(subjectRef, 'latin1')]),
    'buffer',
  );
  return digest.readBigInt64BE(0);
}

/** Additional data of a link: a link moved to another insurer, kind, epoch or locator does not open. */
export function linkAad(amcNo: string, kind: DoorKind, epoch: number, locator: Uint8Array): Buffer {
  const aad = Buffer.allocUnsafe(10 + 1 + 2 + 16);
  aad.write(amcNo, 0, 'latin1');
  aad.writeUInt8(DOOR_KINDS[kind], 10);
  aad.writeUInt16BE(epoch, 11);
  aad.set(locator.subarray(0, 16), 13);
  return aad;
}

/** Additional data of a record: insurer and record id. */
export function recordAad(amcNo: string, recordId: Uint8Array): Buffer {
  const aad = Buffer.allocUnsafe(26);
  aad.write(amcNo, 0, 'latin1');
  aad.set(recordId.subarray(0, 16), 10);
  return aad;
}
