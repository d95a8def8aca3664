// How rows about a person's money are sealed: engagements under the key that comes out of their number, counters under
// one that the vault derives. A row opens at its own place only, and its length says little about what is in it.

import { seal, secretKey, unseal } from '../../crypto/seal.ts';

export type RowKind = 'engagement' | 'counter';

/** Where a row is (32 hexadecimal digits) and its key (base64url, 32 bytes), as the vault gives them. */
export type RowKey = { readonly locator: string; readonly key: string };

/** Sealed texts are padded to a multiple of this, so that a quote of one line looks like a quote of five. */
const PADDED_TO: Readonly<Record<RowKind, number>> = { engagement: 1_024, counter: 256 };

export function sealRow(kind: RowKind, at: RowKey, content: unknown): Buffer {
  const text = JSON.stringify(content);
  const size = Math.ceil(Buffer.byteLength(text) / PADDED_TO[kind]) * PADDED_TO[kind];
  const plain = Buffer.alloc(size, ' '); // JSON allows spaces at its end
  plain.write(text);
  return seal(keyOf(at), plain, aadOf(kind, at));
}

/** Null when key, place or bytes are not the ones it was sealed with. */
export function openRow<T>(kind: RowKind, at: RowKey, sealed: Uint8Array): T | null {
  const plain = unseal(keyOf(at), sealed, aadOf(kind, at));
  return plain && (JSON.parse(plain.toString('utf8')) as T);
}

const keyOf = ({ key }: RowKey) => secretKey(Buffer.from(key, 'base64url'));
const aadOf = (kind: RowKind, { locator }: RowKey) => Buffer.from(`${kind}\n${locator}`);
