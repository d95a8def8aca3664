// A card's bytes out of a file, whatever form they have there: bytes, the text of its code, base64url, or a picture.

import { decodeClaims } from '../core/card-claims.ts';
import { parseCardText } from '../core/card-text.ts';
import { readSign1 } from '../core/cose.ts';
import { fromBase64url } from '../core/text-codes.ts';
import { readGiven } from './card-trust.ts';

export type CardFile =
  | { readonly ok: true; readonly card: Uint8Array }
  | { readonly ok: false; readonly reason: string };

const PICTURES = [Buffer.from('89504e47', 'hex'), Buffer.from('ffd8ff', 'hex')];
/** Of the texts that a card can have; anything longer is taken as bytes, which are too long as well. */
const MOST_TEXT = 20_000;

export async function readCardFile(path: string): Promise<CardFile> {
  const bytes = await readGiven(path);
  if (PICTURES.some((start) => bytes.subarray(0, start.length).equals(start))) {
    const { findCardInPicture } = await import('../symbols/read-picture.ts');
    return findCardInPicture(bytes);
  }
  return { ok: true, card: cardOfText(bytes) ?? bytes };
}

/** Null for bytes: a card itself begins with 0xD2, which no ASCII text does. */
function cardOfText(bytes: Buffer): Uint8Array | null {
  if (bytes.length === 0 || bytes.length > MOST_TEXT || bytes.some((byte) => byte >= 0x80)) return null;
  const text = bytes.toString('latin1').trim();
  return parseCardText(text) ?? fromBase64url(text);
}

/** What a card says of its routing, believed by nobody yet; null when it cannot be read. */
export function routingOf(card: Uint8Array): { amcNo: string; convType: string; csr: string | null } | null {
  const message = readSign1(card);
  const claims = typeof message === 'string' ? null : decodeClaims(message.payload);
  return claims && { amcNo: claims.insurer, convType: claims.convType, csr: claims.csr };
}
