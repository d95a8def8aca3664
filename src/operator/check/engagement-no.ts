// Engagement numbers: opaque, unguessable, used once (DOMAIN.md 3.3). 130 random bits in letters and digits that
// cannot be mistaken for one another when read aloud.

import { randomSlice } from '../../lib/random.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32: no I, L, O, U

/** 26 characters. */
export function newEngagementNo(): string {
  // 26 characters of 5 bits each, one random byte per character: 256 is a multiple of 32, so all are equally likely.
  let text = '';
  for (const byte of randomSlice(26)) text += ALPHABET[byte & 31];
  return text;
}
