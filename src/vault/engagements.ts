// Numbers of engagements and the doors they are (DESIGN.md 3, ADR 0020). A number is 130 random bits in letters and digits
// that cannot be mistaken for one another when read aloud; only the structure that obtained it finds what was promised.
// Must never derive a door for a structure of the caller's choosing.

import type { KeyObject } from 'node:crypto';
import { base64url, lengthPrefixed } from '../lib/bytes.ts';
import { randomSlice } from '../lib/random.ts';
import { prf } from './derive.ts';
import type { NewEngagement, OpenedDoor } from './protocol.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32: no I, L, O, U
const LENGTH = 26;

/** 26 characters. */
export function newEngagementNo(): string {
  // One random byte per character: 256 is a multiple of 32, so all are equally likely.
  let text = '';
  for (const byte of randomSlice(LENGTH)) text += ALPHABET[byte & 31];
  return text;
}

/** `doors`: the platform's engagement key. One PRF gives locator and door key. */
export function engagementDoor(doors: KeyObject, engagementNo: string, structure: string): OpenedDoor {
  const bytes = prf(doors, lengthPrefixed([engagementNo, structure]));
  return {
    kind: 'engagement',
    epoch: 0,
    locator: bytes.toString('hex', 0, 16),
    doorKey: base64url(bytes.subarray(16, 48)),
  };
}

/** The key of what is sealed behind the door (base64url); `ofInsurer`: the insurer's half, gone when its keys are. */
export function engagementKey(
  ofInsurer: KeyObject,
  { locator, doorKey }: Pick<OpenedDoor, 'locator' | 'doorKey'>,
): string {
  return base64url(prf(ofInsurer, lengthPrefixed([locator, doorKey])).subarray(0, 32));
}

/** A number that nobody has yet, and where it would stand for this structure. */
export function newEngagement(
  keys: { doors: KeyObject; ofInsurer: KeyObject },
  structure: string,
): NewEngagement {
  const no = newEngagementNo();
  const door = engagementDoor(keys.doors, no, structure);
  return { no, locator: door.locator, key: engagementKey(keys.ofInsurer, door) };
}
