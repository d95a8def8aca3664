// Laws of the NIR key, against a second computation written with big integers.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Nir } from './nir.ts';
import { checkNir, isFictitiousNir, nirKey, parseNir } from './nir.ts';

const padded = (min: number, max: number, width: number) =>
  fc.integer({ min, max }).map((n) => String(n).padStart(width, '0'));
const digits = (width: number) => padded(0, 10 ** width - 1, width);
const month = fc.oneof(padded(1, 12, 2), padded(20, 99, 2));
const numericDepartment = padded(1, 99, 2);
const department = fc.oneof({ weight: 3, arbitrary: numericDepartment }, fc.constantFrom('2A', '2B'));
const first13With = (dept: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom(...'123478'), digits(2), month, dept, digits(3), digits(3))
    .map((parts) => parts.join(''));

function keyByBigInt(first13: string): string {
  const number = BigInt(first13.replace('2A', '19').replace('2B', '18'));
  return String(97n - (number % 97n)).padStart(2, '0');
}

const withKey = (first13: string) => first13 + keyByBigInt(first13);
const anyNir = first13With(department).map(withKey);
const numericNir = first13With(numericDepartment).map(withKey);

test('the key is 97 minus the remainder, with 2A as 19 and 2B as 18', () => {
  // The letter can only stand in place 7, so the replacement above cannot hit another place.
  fc.assert(
    fc.property(first13With(department), (first13) => {
      expect(nirKey(first13)).toBe(keyByBigInt(first13));
    }),
  );
});

test('every well-formed number is accepted and its parts spell it again', () => {
  fc.assert(
    fc.property(anyNir, (nir) => {
      const result = parseNir(nir);
      if (!result.ok) throw new Error(result.reason);
      const { sexCode, year, month: m, department: d, commune, order, key } = result.parts;
      expect([sexCode, year, m, d, commune, order, key].join('')).toBe(nir);
    }),
  );
});

test('one wrong digit anywhere is always noticed', () => {
  fc.assert(
    fc.property(numericNir, fc.nat(14), fc.integer({ min: 1, max: 9 }), (nir, place, shift) => {
      const wrong = String((Number(nir[place]) + shift) % 10);
      expect(checkNir(nir.slice(0, place) + wrong + nir.slice(place + 1))).not.toBeNull();
    }),
  );
});

test('two neighbouring digits swapped are always noticed', () => {
  fc.assert(
    fc.property(numericNir, fc.nat(11), (nir, place) => {
      fc.pre(nir[place] !== nir[place + 1]);
      const swapped = `${nir.slice(0, place)}${nir[place + 1]}${nir[place]}${nir.slice(place + 2)}`;
      expect(checkNir(swapped)).not.toBeNull();
    }),
  );
});

test('any text gets an answer, the same from the check and the parser', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ minLength: 15, maxLength: 15 }),
    anyNir.map((nir) => ` ${nir.slice(1)}`),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      const result = parseNir(candidate);
      expect(result.ok ? null : result.reason).toBe(checkNir(candidate));
    }),
  );
});

test('a number is fictitious exactly when its commune is 991 to 998', () => {
  const commune = fc.oneof(padded(980, 999, 3), digits(3));
  const nirs = fc.tuple(department, commune).map(([d, c]) => withKey(`18505${d}${c}001`));
  fc.assert(
    fc.property(nirs, (nir) => {
      const result = parseNir(nir);
      if (!result.ok) throw new Error(result.reason);
      const { commune: c } = result.parts;
      expect(isFictitiousNir(nir as Nir)).toBe(c.length === 3 && c >= '991' && c <= '998');
    }),
  );
});
