// Laws of deterministic CBOR: what is written is read again, and whatever can be read has no second spelling.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CborError, CborTag, type CborValue, decodeCbor, encodeCbor } from './cbor.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const leaf = fc.oneof(fc.maxSafeInteger(), text, fc.uint8Array({ maxLength: 40 }));
const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.maxSafeInteger(), text), tie('value')), {
        maxLength: 4,
        selector: ([key]) => key,
      })
      .map((entries) => new Map(entries)),
    fc.tuple(fc.maxSafeNat(), tie('value')).map(([tag, inner]) => new CborTag(tag, inner)),
  ),
}));

/** Maps without the order in which they were made. */
function plain(one: CborValue): unknown {
  if (one instanceof Map)
    return [...one]
      .map(([key, inner]) => [typeof key, String(key), plain(inner)])
      .sort((a, b) => (String(a[0]) + String(a[1]) < String(b[0]) + String(b[1]) ? -1 : 1));
  if (one instanceof CborTag) return { tag: one.tag, value: plain(one.value) };
  return Array.isArray(one) ? one.map(plain) : one;
}

test('what was written is read again', () => {
  fc.assert(
    fc.property(value, (one) => {
      expect(plain(decodeCbor(encodeCbor(one)))).toEqual(plain(one));
    }),
  );
});

/** Throws, or spells what it read as it stood there. */
function readsOneSpelling(bytes: Uint8Array): void {
  let read: CborValue;
  try {
    read = decodeCbor(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(CborError);
    return;
  }
  expect(Buffer.from(encodeCbor(read)).equals(bytes)).toBe(true);
}

test('any bytes are refused, or are the one spelling of what they say', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), readsOneSpelling), { numRuns: 5_000 });
});

test('bytes that look like CBOR are refused, or are the one spelling of what they say', () => {
  const heads = fc.constantFrom(
    0x00,
    0x17,
    0x18,
    0x1b,
    0x20,
    0x38,
    0x3b,
    0x40,
    0x41,
    0x58,
    0x60,
    0x61,
    0x78,
    0x80,
    0x81,
    0x82,
    0x98,
    0xa0,
    0xa1,
    0xa2,
    0xb8,
    0xd2,
    0xd8,
    0xf6,
    0xff,
  );
  const bytes = fc.array(fc.oneof(heads, fc.integer({ min: 0, max: 255 })), { maxLength: 30 });
  fc.assert(
    fc.property(
      bytes.map((all) => Uint8Array.from(all)),
      readsOneSpelling,
    ),
    { numRuns: 20_000 },
  );
});

test('good bytes with a few changed are refused, or are the one spelling of what they say', () => {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(value, fc.array(change, { minLength: 1, maxLength: 3 }), (one, changes) => {
      const bytes = encodeCbor(one);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      readsOneSpelling(bytes);
    }),
    { numRuns: 2_000 },
  );
});
