// The NIR against the shared vectors, which other languages can run too.
import { describe, expect, test } from 'vitest';
import vectors from '../../test/vectors/nir.json' with { type: 'json' };
import type { Nir } from './nir.ts';
import { checkNir, isFictitiousNir, isNir, nirKey, parseNir } from './nir.ts';

describe('vectors', () => {
  test.each(vectors.valid)('accepts: $label', ({ nir, expected }) => {
    expect(parseNir(nir)).toEqual({ ok: true, nir, parts: expected });
    expect(checkNir(nir)).toBeNull();
    expect(nirKey(nir.slice(0, 13))).toBe(expected.key);
  });

  test.each(vectors.invalid)('refuses for $reason: $label', ({ nir, reason }) => {
    expect(parseNir(nir)).toEqual({ ok: false, reason });
    expect(checkNir(nir)).toBe(reason);
    expect(isNir(nir)).toBe(false);
  });
});

test.each([null, undefined, 185, ['1'], { length: 15 }])('%j is not a NIR', (value) => {
  expect(isNir(value)).toBe(false);
});

test.each(['', '185057512345', '18505751234567', '1850575I23456', '185052C004036', '18505 5123456'])(
  'no key is made for the malformed text "%s", and the message does not repeat it',
  (first13) => {
    expect(() => nirKey(first13)).toThrow('nirKey needs the first 13 characters of a NIR');
  },
);

describe('fictitious numbers', () => {
  const withKey = (first13: string) => `${first13}${nirKey(first13)}` as Nir;

  test.each([
    ['1850575', '991', true, 'first commune that does not exist'],
    ['1850575', '998', true, 'last commune that does not exist'],
    ['2850596', '995', true, 'former territory'],
    ['285052A', '993', true, 'Corsica'],
    ['1850599', '994', true, 'abroad: 99994 is no country either'],
    ['1850575', '990', false, 'used where the commune is not known'],
    ['1850575', '999', false, 'used where the commune is not known'],
    ['1850575', '123', false, 'a commune of Paris'],
    ['1850575', '919', false, 'a real number range'],
    ['1850597', '991', false, 'overseas 979, commune 91: two characters'],
    ['1850598', '998', false, 'overseas 989, commune 98: two characters'],
    ['1850597', '199', false, 'overseas 971, commune 99'],
  ])('%s…%s… is fictitious: %s (%s)', (start, commune, fictitious, _why) => {
    expect(isFictitiousNir(withKey(`${start}${commune}001`))).toBe(fictitious);
  });
});
