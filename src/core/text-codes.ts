// Bytes as text without a platform's help, because cards are read in browsers too: base64url and base32 (RFC 4648).
// Must never accept a second spelling: no padding, no other case, no bits beyond the last byte.

type Code = { readonly alphabet: string; readonly bits: number };
const BASE64URL: Code = {
  alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  bits: 6,
};
const BASE32: Code = { alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', bits: 5 };

export const toBase64url = (bytes: Uint8Array): string => encode(BASE64URL, bytes);
export const toBase32 = (bytes: Uint8Array): string => encode(BASE32, bytes);
/** Null when the text is not base64url of any bytes. */
export const fromBase64url = (text: string): Uint8Array | null => decode(BASE64URL, text);
/** Null when the text is not base32 of any bytes. */
export const fromBase32 = (text: string): Uint8Array | null => decode(BASE32, text);

function encode({ alphabet, bits }: Code, bytes: Uint8Array): string {
  const mask = (1 << bits) - 1;
  let text = '';
  let held = 0;
  let count = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    held = (held << 8) | (bytes[i] ?? 0);
    count += 8;
    for (; count >= bits; count -= bits) text += alphabet[(held >> (count - bits)) & mask];
    held &= (1 << count) - 1;
  }
  return count === 0 ? text : text + alphabet[(held << (bits - count)) & mask];
}

function decode({ alphabet, bits }: Code, text: string): Uint8Array | null {
  const length = Math.floor((text.length * bits) / 8);
  const bytes = new Uint8Array(length);
  let held = 0;
  let count = 0;
  let at = 0;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) return null;
    held = (held << bits) | value;
    count += bits;
    if (count >= 8) {
      count -= 8;
      bytes[at] = held >> count;
      at += 1;
      held &= (1 << count) - 1;
    }
  }
  // A whole character too many, or bits set where no byte is left.
  return count >= bits || held !== 0 ? null : bytes;
}
