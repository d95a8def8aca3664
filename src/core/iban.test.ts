// The examples of the registry of the IBAN; every single wrong character and every swapped pair is noticed.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIban, maskIban, readIban } from './iban.ts';

const GOOD = [
  'FR1420041010050500013M02606',
  'DE89370400440532013000',
  'BE68539007547034',
  'MC5811222000010123456789030',
  'NO9386011117947',
  'MT84MALT011000012345MTLCAST001S',
];

describe('an IBAN', () => {
  it.each(GOOD)('%s is one', (iban) => expect(isIban(iban)).toBe(true));

  it.each([
    ['', 'nothing'],
    ['FR1420041010050500013M0260', 'too short'],
    ['FR1420041010050500013M026061', 'too long'],
    ['fr1420041010050500013m02606', 'another spelling'],
    ['FR14 2004 1010 0505 0001 3M02 606', 'spaces'],
    ['US64SVBKUS6S3300958879', 'no country of SEPA'],
    ['BR1500000000000010932840814P2', 'no country of SEPA'],
    ['FR1420041010050500013M02606\n', 'a line end'],
    ['constructor', 'no country'],
  ])('%j is none: %s', (text) => expect(isIban(text)).toBe(false));

  it('is read as people type it', () => {
    expect(readIban(' fr14 2004 1010 0505 0001 3M02 606')).toBe('FR1420041010050500013M02606');
    expect(readIban('FR14 2004 1010 0505 0001 3M02 607')).toBeNull();
  });

  it('is shown by country and the last four', () => {
    expect(maskIban('FR1420041010050500013M02606')).toBe('FRxx •••• 2606');
  });

  it('with one other digit, or with two different neighbours swapped, is none', () => {
    const iban = fc.constantFrom(...GOOD);
    fc.assert(
      fc.property(iban, fc.nat(40), fc.nat(9), (one, at, digit) => {
        const i = 4 + (at % (one.length - 5));
        const [a = '', b = ''] = [one[i], one[i + 1]];
        const swapped = one.slice(0, i) + b + a + one.slice(i + 2);
        const changed = one.slice(0, i) + digit + one.slice(i + 1);
        expect(isIban(swapped)).toBe(a === b);
        if (/\d/.test(a)) expect(isIban(changed)).toBe(a === String(digit));
      }),
    );
  });
});
