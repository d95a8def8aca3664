// PURE. International bank account numbers (ISO 13616) of the countries that SEPA reaches: shape, length and check digits.
// Must never be shown whole once it is stored: `maskIban` is what people see of it.

/** Characters, by country. */
const LENGTHS: Readonly<Record<string, number>> = {
  ...{ AD: 24, AL: 28, AT: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24 },
  ...{ FI: 18, FR: 27, GB: 22, GI: 23, GR: 27, HR: 21, HU: 28, IE: 22, IS: 26, IT: 27, LI: 21, LT: 20 },
  ...{ LU: 20, LV: 21, MC: 27, MD: 24, ME: 22, MK: 19, MT: 31, NL: 18, NO: 15, PL: 28, PT: 25, RO: 24 },
  ...{ RS: 22, SE: 24, SI: 19, SK: 24, SM: 27, VA: 22 },
};
const SHAPE = /^[A-Z]{2}\d{2}[A-Z0-9]+$/;

/** In its one written form: upper case, no spaces. */
export function isIban(text: string): boolean {
  if (!SHAPE.test(text) || LENGTHS[text.slice(0, 2)] !== text.length) return false;
  let rest = 0;
  for (const letter of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(letter, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** As people type it, in groups and either case; null when it is none. */
export function readIban(typed: string): string | null {
  const text = typed.replace(/[ \u00a0\u202f]/g, '').toUpperCase();
  return isIban(text) ? text : null;
}

/** Country and the last four: enough to recognise one's own account. */
export const maskIban = (iban: string): string => `${iban.slice(0, 2)}xx •••• ${iban.slice(-4)}`;
