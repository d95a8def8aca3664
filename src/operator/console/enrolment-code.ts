// A one-time code: how it is made, written and recognised. 100 bits, so it cannot be guessed however often one tries.

import { sha256Hex } from '../../crypto/digest.ts';
import { randomSlice } from '../../lib/random.ts';

/** Without I, L, O and U, which are misread (Crockford). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 20;
export const CODE_MINUTES = 15;

/** Grouped for whoever reads it aloud or types it: `7Q4K-…`, five groups of four. */
export function newEnrolmentCode(): string {
  const letters = Array.from(randomSlice(LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('');
  return (letters.match(/.{4}/g) ?? []).join('-');
}

/** The digest under which it is known; small letters, blanks and misread letters are forgiven. */
export function enrolmentCodeHash(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return sha256Hex(`rempart staff enrolment ${letters}`);
}
