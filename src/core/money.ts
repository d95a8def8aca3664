// Amounts in integer euro cents, rates in percent with at most two decimals, halves rounded up (DOMAIN.md 5.3).
// Must never hold a fraction of a cent: what is divided is rounded here, once, and nowhere else.

/** Integer euro cents. Amounts from outside are 0 to MOST_CENTS. */
export type Cents = number;

/** No invoice of care comes near a hundred million euros; a million of them still add up exactly. */
export const MOST_CENTS = 99_999_999;

/** A rate in percent, at most two decimals: 70, 92.5. */
export type Percent = number;

/** "5000 % BR": beyond any contract, and MOST_CENTS times this many hundredths is still an exact integer. */
export const MOST_PERCENT = 5_000;

export function isCents(value: unknown): value is Cents {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_CENTS;
}

export function isPercent(value: unknown, most: Percent = MOST_PERCENT): value is Percent {
  return typeof value === 'number' && value >= 0 && value <= most && Math.round(value * 100) / 100 === value;
}

/**
 * `percent` of an amount, a half cent rounded up. Only integers are multiplied (92.5 % is 9,250 hundredths), and their
 * product stays below 2^53. Its quotient lies at least 1/10,000 under the next integer or on it, which is more than the
 * division can err at this size, so the floor is the true one.
 */
export function shareOf(cents: Cents, percent: Percent): Cents {
  return Math.floor((cents * Math.round(percent * 100) + 5_000) / 10_000);
}

export type Language = 'fr' | 'en';

/** "1 234,50 €" with the spaces that never break, "€1,234.50". */
export function euros(cents: Cents, language: Language): string {
  const whole = String(Math.floor(cents / 100));
  const fraction = String(cents % 100).padStart(2, '0');
  if (language === 'fr') return `${grouped(whole, '\u202f')},${fraction}\u00a0€`;
  return `€${grouped(whole, ',')}.${fraction}`;
}

/** "92,5 %", "92.5%". */
export function percentText(percent: Percent, language: Language): string {
  return language === 'fr' ? `${String(percent).replace('.', ',')}\u00a0%` : `${percent}%`;
}

function grouped(digits: string, separator: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, separator);
}
