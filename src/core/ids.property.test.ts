// One value, one spelling: the texts from which doors are derived have no second form.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAmcNo, parseSubjectRef } from './ids.ts';

const base64urlChars = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

test('any 16 bytes make a reference that is accepted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const ref = Buffer.from(bytes).toString('base64url');
      expect(parseSubjectRef(ref)).toBe(ref);
    }),
  );
});

test('22 base64url characters are a reference exactly when encoding their bytes spells them again', () => {
  fc.assert(
    fc.property(fc.string({ unit: base64urlChars, minLength: 22, maxLength: 22 }), (text) => {
      const spelledAgain = Buffer.from(text, 'base64url').toString('base64url');
      expect(parseSubjectRef(text)).toBe(spelledAgain === text ? text : null);
    }),
  );
});

test('all prints of an AMC number compare equal, and padding twice changes nothing', () => {
  fc.assert(
    fc.property(fc.nat(99_999_999), fc.integer({ min: 8, max: 10 }), (number, width) => {
      const printed = parseAmcNo(String(number).padStart(width, '0'));
      expect(printed).toBe(parseAmcNo(String(number).padStart(10, '0')));
      expect(parseAmcNo(printed)).toBe(printed);
    }),
  );
});
