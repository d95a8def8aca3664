// A card as it lies in a file: the signed bytes themselves, the text of its printed code, or base64url.

import { readFile } from 'node:fs/promises';
import { decodeClaims } from '../core/card-claims.ts';
import { parseCardText } from '../core/card-text.ts';
import { readSign1 } from '../core/cose.ts';
import { fromBase64url } from '../core/text-codes.ts';

/** First byte of a COSE_Sign1 with its tag. */
const TAGGED = 0xd2;

/** Bytes that are no card in any of these forms come back as they are: who asks says why they are refused. */
export async function readCardFile(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  if (bytes[0] === TAGGED) return bytes;
  const text = bytes.toString('latin1');
  return parseCardText(text) ?? fromBase64url(text.trim()) ?? bytes;
}

/** What a card says of its routing, believed by nobody yet; null when it cannot be read. */
export function routingOf(card: Uint8Array): { amcNo: string; convType: string; csr: string | null } | null {
  const message = readSign1(card);
  const claims = typeof message === 'string' ? null : decodeClaims(message.payload);
  return claims && { amcNo: claims.insurer, convType: claims.convType, csr: claims.csr };
}
