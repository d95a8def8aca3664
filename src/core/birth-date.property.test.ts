// Raw birth dates are never changed, and a day is given only when the digits spell it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBirthDate } from './birth-date.ts';

const eightDigits = fc.nat(99_999_999).map((n) => String(n).padStart(8, '0'));

test('any eight digits are kept unchanged, and a day, when given, is spelt by them', () => {
  fc.assert(
    fc.property(eightDigits, (text) => {
      const result = parseBirthDate(text);
      if (!result.ok) throw new Error(result.reason);
      expect(result.birthDate).toBe(text);
      expect(result.isoDate?.replaceAll('-', '') ?? text).toBe(text);
    }),
  );
});

test('every real day of a plausible year is recognised', () => {
  const day = fc.date({ min: new Date('1850-01-01'), max: new Date('2100-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(day, (date) => {
      const isoDate = date.toISOString().slice(0, 10);
      expect(parseBirthDate(isoDate.replaceAll('-', ''))).toMatchObject({ isoDate });
    }),
  );
});

test('any other text is refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^[0-9]{8}$/.test(text));
      expect(parseBirthDate(text).ok).toBe(false);
    }),
  );
});
