// Deterministic CBOR: the examples of RFC 8949 that cards need, and everything that must not be read.

import { describe, expect, it } from 'vitest';
import { CborError, CborTag, type CborValue, decodeCbor, encodeCbor } from './cbor.ts';

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** RFC 8949, appendix A, and the ends of each width. */
const EXAMPLES: [CborValue, string][] = [
  [0, '00'],
  [23, '17'],
  [24, '1818'],
  [255, '18ff'],
  [256, '190100'],
  [65_535, '19ffff'],
  [65_536, '1a00010000'],
  [4_294_967_295, '1affffffff'],
  [4_294_967_296, '1b0000000100000000'],
  [Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
  [-1, '20'],
  [-24, '37'],
  [-25, '3818'],
  [-65_537, '3a00010000'],
  [Number.MIN_SAFE_INTEGER, '3b001ffffffffffffe'],
  ['', '60'],
  ['IETF', '6449455446'],
  ['ü', '62c3bc'],
  ['\u{10151}', '64f0908591'],
  ['\uFEFFa', '64efbbbf61'],
  [new Uint8Array(0), '40'],
  [bytesOf('01020304'), '4401020304'],
  [[], '80'],
  [[1, [2, 3], [4, 5]], '8301820203820405'],
  [new Map(), 'a0'],
  [
    new Map<number | string, CborValue>([
      ['b', [2, 3]],
      ['a', 1],
      [-1, 2],
      [10, 3],
    ]),
    'a40a032002616101616282' + '0203',
  ],
  [new CborTag(18, [1]), 'd28101'],
];

describe('values', () => {
  it.each(EXAMPLES)('%j is written as %s and read again', (value, hex) => {
    expect(hexOf(encodeCbor(value))).toBe(hex);
    expect(decodeCbor(bytesOf(hex))).toEqual(value);
  });

  it('longer than the first room of the writer', () => {
    const long = [new Uint8Array(10_000).fill(7), 'x'.repeat(5_000)];
    expect(decodeCbor(encodeCbor(long))).toEqual(long);
  });

  it.each([
    [1.5],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [2 ** 53],
    [new CborTag(-1, 0)],
    [new CborTag(1.5, 0)],
    ['\ud800'],
    [new Map([['\udfff', 1]])],
  ] as [CborValue][])('%j cannot be written', (value) => {
    expect(() => encodeCbor(value)).toThrow(CborError);
  });

  it('a text that begins with a mark of byte order keeps it', () => {
    expect(decodeCbor(bytesOf('63efbbbf'))).toBe('\uFEFF');
  });
});

const REFUSED: [string, string][] = [
  ['nothing', ''],
  ['a head without its number', '18'],
  ['a head of eight bytes that ends early', '1b00000000000000'],
  ['bytes that end early', '4401'],
  ['a text that ends early', '6441'],
  ['an array that ends early', '8201'],
  ['a map that ends early', 'a101'],
  ['a tag around nothing', 'd2'],
  ['bytes after the end', '0000'],
  ['23 in two bytes', '1817'],
  ['255 in three bytes', '1900ff'],
  ['65,535 in five bytes', '1a0000ffff'],
  ['4,294,967,295 in nine bytes', '1b00000000ffffffff'],
  ['-1 in two bytes', '3800'],
  ['a length in two bytes', '580100'],
  ['an array of one in two bytes', '980100'],
  ['a map of none in two bytes', 'b800'],
  ['a tag in two bytes', 'd81200'],
  ['2^53', '1b0020000000000000'],
  ['2^64 - 1', '1bffffffffffffffff'],
  ['-2^53, which no number holds exactly', '3b001fffffffffffff'],
  ['-2^64', '3bffffffffffffffff'],
  ['four gigabytes announced', '5affffffff'],
  ['2^53 - 1 items announced', '9b001fffffffffffff'],
  ['2^53 - 1 entries announced', 'bb001fffffffffffff'],
  ['2^64 - 1 characters announced', '7bffffffffffffffff'],
  ['reserved heads', '1c'],
  ['an indefinite array', '9f01ff'],
  ['an indefinite map', 'bf0101ff'],
  ['indefinite bytes', '5f4101ff'],
  ['an indefinite text', '7f6161ff'],
  ['a break alone', 'ff'],
  ['false', 'f4'],
  ['null', 'f6'],
  ['undefined', 'f7'],
  ['a simple value', 'f0'],
  ['half of a float', 'f97e00'],
  ['a float', 'fa47c35000'],
  ['a double', 'fb3ff199999999999a'],
  ['a key twice', 'a201010102'],
  ['keys that are not sorted', 'a202010101'],
  ['a negative key before a positive one', 'a220010101'],
  ['a text key before a number', 'a2616101' + '0101'],
  ['a key of bytes', 'a1410101'],
  ['a key that is an array', 'a18001'],
  ['a key that is a map', 'a1a001'],
  ['a text that is not UTF-8', '62c328'],
  ['a long text that is not UTF-8', `7819${'c328'.repeat(12)}41`],
  ['an overlong spelling in UTF-8', '62c080'],
  ['half a character in UTF-8', '63eda080'],
];

describe('refused', () => {
  it.each(REFUSED)('%s', (_what, hex) => {
    expect(() => decodeCbor(bytesOf(hex))).toThrow(CborError);
  });

  it.each(['81', 'd2', 'a101', 'a1'])('10 KB of %s, one in the other', (hex) => {
    expect(() => decodeCbor(bytesOf(hex.repeat(10_240 / (hex.length / 2))))).toThrow('nested too deep');
  });

  it('nine levels are too deep, eight are not', () => {
    expect(decodeCbor(bytesOf(`${'81'.repeat(8)}00`))).toBeDefined();
    expect(() => decodeCbor(bytesOf(`${'81'.repeat(9)}00`))).toThrow('nested too deep');
  });
});
