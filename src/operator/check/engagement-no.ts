// Engagement numbers: opaque, unguessable, used once (DOMAIN.md 3.3). 128 random bits in letters and digits that
// cannot be mistaken for one another when read aloud.

import { randomSlice } from '../../lib/random.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford's base 32: no I, L, O, U

/** 26 characters. */
export function newEngagementNo(): string {
  let number = BigInt(`0x${randomSlice(16).toString('hex')}`);
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = ALPHABET[Number(number & 31n)] + text;
    number >>= 5n;
  }
  return text;
}
