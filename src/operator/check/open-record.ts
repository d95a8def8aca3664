// From the doors the vault opened to the rights behind them. Somebody unknown takes the same steps as somebody known,
// with a decoy, so that neither the number of reads nor their cost tells them apart (DESIGN.md I5).

import type { KeyObject } from 'node:crypto';
import type { Rights } from '../../core/entitlement.ts';
import type { AmcNo } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import { secretKey, unseal } from '../../crypto/seal.ts';
import { randomSlice } from '../../lib/random.ts';
import { linkAad, recordAad } from '../../vault/derive.ts';
import type { OpenedDoor } from '../../vault/protocol.ts';
import type { Access, RightsReader, SealedRecord } from './rights-reader.ts';

export type OpenedRecord = { recordId: string; rights: Rights; closedOn: CareDate | null };

/** Version byte of a sealed record. */
const RECORD_VERSION = 0x01;

/**
 * The way to the record behind the first door that opens one; a decoy when none does: no door, or a link that does
 * not open. All of these are the same to the asker.
 */
export async function openDoors(
  reader: RightsReader,
  access: Access,
  amcNo: AmcNo,
  doors: readonly OpenedDoor[],
): Promise<Link> {
  const links = await Promise.all(doors.map((door) => reader.link(access, door.locator)));
  const opened = doors.flatMap((door, i) => openLink(amcNo, door, links[i] ?? null));
  return opened[0] ?? decoy();
}

/** The record at the end of that way; null for a decoy, and for a record rewritten since. */
export async function openRecord(
  reader: RightsReader,
  access: Access,
  amcNo: AmcNo,
  link: Link,
): Promise<OpenedRecord | null> {
  const record = await reader.record(access, link.recordId);
  return readRecord(amcNo, link, record ?? DECOY_RECORD);
}

/** Leads to a record: its id (32 hexadecimal digits) and the key of its present writing. */
export type Link = { recordId: string; recordKey: KeyObject; isDecoy: boolean };

function openLink(amcNo: AmcNo, door: OpenedDoor, sealed: Buffer | null): Link[] {
  const key = secretKey(Buffer.from(door.doorKey, 'base64url'));
  const aad = linkAad(amcNo, door.kind, door.epoch, Buffer.from(door.locator, 'hex'));
  const plain = unseal(key, sealed ?? DECOY_LINK, aad);
  if (!plain) return [];
  return [
    { recordId: plain.toString('hex', 0, 16), recordKey: secretKey(plain.subarray(16, 48)), isDecoy: false },
  ];
}

function readRecord(amcNo: AmcNo, { recordId, recordKey }: Link, record: SealedRecord): OpenedRecord | null {
  const plain = unseal(recordKey, record.sealed, recordAad(amcNo, Buffer.from(recordId, 'hex')));
  if (!plain || plain[0] !== RECORD_VERSION) return null;
  return { recordId, rights: JSON.parse(plain.toString('utf8', 1)) as Rights, closedOn: record.closedOn };
}

/** Bytes of the usual lengths that open with no key. */
const DECOY_LINK = randomSlice(92);
const DECOY_RECORD: SealedRecord = { sealed: randomSlice(540), closedOn: null };

function decoy(): Link {
  return { recordId: randomSlice(16).toString('hex'), recordKey: secretKey(randomSlice(32)), isDecoy: true };
}
