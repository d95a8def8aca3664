// The Paris day against the time zone data of the platform.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UtcInstant } from './paris-day.ts';
import { isUtcInstant, parisDay } from './paris-day.ts';

// `sv-SE` writes dates as YYYY-MM-DD.
const PARIS = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' });

test('the Paris day is that of the time zone database, from 1996 to 2037', () => {
  const instants = fc.date({
    min: new Date('1996-01-01T00:00:00Z'),
    max: new Date('2037-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instants, (instant) => {
      expect(parisDay(instant.toISOString() as UtcInstant)).toBe(PARIS.format(instant));
    }),
    { numRuns: 2_000 },
  );
});

test('every hour around the clock changes of forty years is right', () => {
  for (let year = 1996; year <= 2036; year += 1) {
    for (const month of [2, 9]) {
      for (let hour = 0; hour < 10 * 24; hour += 1) {
        const instant = new Date(Date.UTC(year, month, 23, hour));
        expect(parisDay(instant.toISOString() as UtcInstant)).toBe(PARIS.format(instant));
      }
    }
  }
});

test('any text is judged without an error', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(typeof isUtcInstant(value)).toBe('boolean');
    }),
  );
});
