// PURE byte helpers shared by the processes: length-prefixed fields, uuid text, date arithmetic for the database.
// It must never know what the bytes mean.

/**
 * Joins ASCII fields so that no two different lists give the same bytes: each field is preceded by its
 * length (2 bytes, big-endian). Without the lengths ("1","23") and ("12","3") would be one person.
 */
export function lengthPrefixed(fields: readonly string[]): Buffer {
  let size = 0;
  for (const field of fields) size += 2 + field.length;
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const field of fields) {
    at = bytes.writeUInt16BE(field.length, at);
    at += bytes.write(field, at, 'latin1');
  }
  return bytes;
}

/** 16 bytes as the hexadecimal text PostgreSQL accepts for a uuid column. */
export function uuidText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
}

/** A uuid column as 32 hexadecimal digits: PostgreSQL prints dashes, and nothing else of ours has them. */
export function uuidHex(uuid: string): string {
  return uuid.replaceAll('-', '');
}

/** A uuid column as the 22 characters of base64url in which its 16 bytes go in and out. */
export function uuidBase64url(uuid: string): string {
  return Buffer.from(uuidHex(uuid), 'hex').toString('base64url');
}

/** Base64url without padding. */
export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
