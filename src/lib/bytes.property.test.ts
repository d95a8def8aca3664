// Laws of the byte helpers: no two lists of fields are one text, and texts of bytes come back as those bytes.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { base64url, lengthPrefixed, uuidText } from './bytes.ts';

/** Few letters and digits, so that two lists often join to the same text. */
const field = fc.oneof(
  fc.string({ unit: fc.constantFrom('1', '2', '\0', '\u0001'), maxLength: 4 }),
  fc.string({ unit: 'binary-ascii', maxLength: 300 }),
);
const fields = fc.array(field, { maxLength: 5 });

/** Two ways of sharing out the same letters. */
const shared = fc
  .tuple(
    fc.string({ unit: fc.constantFrom('1', '2', '\0', '\u0001'), maxLength: 8 }),
    fc.nat(255),
    fc.nat(255),
  )
  .map(([text, ...cuts]) => cuts.map((cut) => split(text, cut)) as [string[], string[]]);

/** Cuts before each letter whose bit is set. */
function split(text: string, cuts: number): string[] {
  const parts = [''];
  for (const [i, letter] of [...text].entries()) {
    if ((cuts >> i) & 1) parts.push('');
    parts[parts.length - 1] += letter;
  }
  return parts;
}

it('two different lists of fields never give the same bytes, however their letters are shared out', () => {
  fc.assert(
    fc.property(fc.oneof(shared, fc.tuple(fields, fields)), ([one, other]) => {
      const same = lengthPrefixed(one).equals(lengthPrefixed(other));
      expect(same).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    {
      numRuns: 500,
      examples: [
        [
          [
            ['1', '23'],
            ['12', '3'],
          ],
        ],
        [
          [
            ['', '1'],
            ['1', ''],
          ],
        ],
        [[[], ['']]],
        [[['1', '2'], ['1\0\u00012']]], // as if a length were part of the text
        [[['1', '2'], ['1\0\u00002']]],
      ],
    },
  );
});

it('the bytes of a list can be read back field by field', () => {
  fc.assert(
    fc.property(fields, (list) => {
      const bytes = lengthPrefixed(list);
      const read: string[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = bytes.readUInt16BE(at);
        read.push(bytes.toString('latin1', at + 2, at + 2 + length));
        at += 2 + length;
      }
      expect(read).toEqual(list);
    }),
  );
});

it('a field too long for its length is refused, not cut', () => {
  expect(lengthPrefixed(['x'.repeat(65_535)])).toHaveLength(65_537);
  expect(() => lengthPrefixed(['x'.repeat(65_536)])).toThrow(RangeError);
});

it('a uuid and a base64url text come back as their bytes, wherever in a buffer they stood', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(9), (bytes, at) => {
      const within = Buffer.concat([Buffer.alloc(at, 0xee), bytes, Buffer.alloc(3, 0xee)]).subarray(
        at,
        at + 16,
      );
      const text = uuidText(within);
      expect(Buffer.from(text, 'hex')).toEqual(Buffer.from(bytes));
      expect(base64url(within)).toMatch(/^[A-Za-z0-9_-]{22}$/);
      expect(Buffer.from(base64url(within), 'base64url')).toEqual(Buffer.from(bytes));
    }),
  );
});
