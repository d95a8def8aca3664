// Engagements (docs/adr/0020): what was promised lies behind a door that only the number opens, and only for the structure
// that obtained it; counters of what was used lie where an insurer's key says. Must never keep a number, nor make a content
// key of one half: a stolen database opens neither with all keys.

import { type KeyObject, randomBytes } from 'node:crypto';
import { base64url, lengthPrefixed } from '../lib/bytes.ts';
import { prf } from './derive.ts';
import type { InsurerKeys } from './keyring.ts';
import type { NewEngagement, SealedPlace } from './protocol.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32: no I, L, O, U
const NUMBER_CHARACTERS = 26;

type EngagementDoor = { readonly locator: Buffer; readonly doorKey: Buffer };

/** One key for all insurers: a number must not say whose member it concerns. Another structure gets another door. */
export function engagementDoor(key: KeyObject, engagementNo: string, structure: string): EngagementDoor {
  const bytes = prf(key, lengthPrefixed([engagementNo, structure]));
  return { locator: bytes.subarray(0, 16), doorKey: bytes.subarray(16, 48) };
}

/** Seals what lies behind the door: nobody makes it without the number, nor without the insurer's own key. */
export function contentKey({ engagement }: InsurerKeys, { locator, doorKey }: EngagementDoor): Buffer {
  return prf(engagement, Buffer.concat([locator, doorKey])).subarray(0, 32);
}

/** A number that nobody has yet, with the place where its promise is kept. */
export function newEngagement(doorKey: KeyObject, keys: InsurerKeys, structure: string): NewEngagement {
  const no = newEngagementNo();
  const door = engagementDoor(doorKey, no, structure);
  return { no, locator: door.locator.toString('hex'), key: base64url(contentKey(keys, door)) };
}

/** Where a person's counter is, and what seals it. `recordId`: 32 hexadecimal digits, so no two pairs give the same bytes. */
export function counterPlace({ counter }: InsurerKeys, recordId: string, name: string): SealedPlace {
  const bytes = prf(counter, Buffer.from(recordId + name, 'latin1'));
  return { locator: bytes.toString('hex', 0, 16), key: base64url(bytes.subarray(16, 48)) };
}

/** 130 random bits: one byte per character, and 256 is a multiple of 32, so all are equally likely. */
function newEngagementNo(): string {
  let text = '';
  for (const byte of randomBytes(NUMBER_CHARACTERS)) text += ALPHABET[byte & 31];
  return text;
}
