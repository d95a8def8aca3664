// Bytes as text: as Node writes base64url, as RFC 4648 writes base32, and no text has the bytes of another.

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fromBase32, fromBase64url, toBase32, toBase64url } from './text-codes.ts';

const anyBytes = fc.uint8Array({ maxLength: 200 });

test('base64url is the one that Node writes, both ways', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const text = Buffer.from(bytes).toString('base64url');
      expect(toBase64url(bytes)).toBe(text);
      expect(fromBase64url(text)).toEqual(bytes);
    }),
  );
});

/** By a second computation: five bits at a time of one big number. */
function base32ByBigInt(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}

test('base32 is that of RFC 4648, both ways', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(toBase32(bytes)).toBe(base32ByBigInt(bytes));
      expect(fromBase32(toBase32(bytes))).toEqual(bytes);
    }),
  );
});

test.each([
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('RFC 4648 writes %s as %s', (bytes, text) => {
  expect(toBase32(Buffer.from(bytes))).toBe(text);
});

test('a text is refused, or is the one spelling of its bytes', () => {
  const near = (alphabet: string) =>
    fc
      .array(fc.constantFrom(...alphabet, '=', ' ', 'a', '1', '\u{1F600}'), { maxLength: 24 })
      .map((all) => all.join(''));
  fc.assert(
    fc.property(near('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), (text) => {
      const bytes = fromBase32(text);
      if (bytes) expect(toBase32(bytes)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(near('ABCxyz019-_'), (text) => {
      const bytes = fromBase64url(text);
      if (bytes) expect(toBase64url(bytes)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

describe('refused', () => {
  it.each(['A', 'AAA', 'AAAAAA', 'AB', 'my', 'MY======', 'M Y', 'M1', 'MZ\n', '\u{1F600}A'])(
    '%j as base32',
    (text) => {
      expect(fromBase32(text)).toBeNull();
    },
  );
  it.each(['A', 'AB', 'AAB', 'AA==', 'A+', 'A/', 'A A', 'é'])('%j as base64url', (text) => {
    expect(fromBase64url(text)).toBeNull();
  });
});
