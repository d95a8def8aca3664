// PURE. Account numbers (IBAN, ISO 13616): their check digits, and how they are shown once they are known.
// Must never repair one: an account number is what was typed, without its blanks.

/** Countries of the SEPA area that Rempart pays to, with the length of their numbers. */
const LENGTHS: Readonly<Record<string, number>> = {
  AT: 20,
  BE: 16,
  CH: 21,
  DE: 22,
  ES: 24,
  FR: 27,
  GB: 22,
  IT: 27,
  LU: 20,
  MC: 27,
  NL: 18,
  PT: 25,
};

/** As printed, in groups, or without blanks; null for what is none. */
export function parseIban(printed: unknown): string | null {
  if (typeof printed !== 'string') return null;
  const iban = printed.replaceAll(' ', '');
  const isWritten = /^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban) && LENGTHS[iban.slice(0, 2)] === iban.length;
  return isWritten && remainder(iban) === 1 ? iban : null;
}

/** Country, and the last four characters: enough to recognise one's own, too little to use. */
export function maskedIban(iban: string): string {
  return `${iban.slice(0, 2)}•• •••• ${iban.slice(-4)}`;
}

/** Eight letters or eleven (ISO 9362). */
export function isBic(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(value);
}

/** ISO 7064, mod 97: the first four characters go to the end, letters count from 10. */
function remainder(iban: string): number {
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
