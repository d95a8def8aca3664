// Amounts in integer euro cents, rates in percent with at most two decimals, halves rounded up (DOMAIN.md 5.3).
// Must never hold a fraction of a cent: what is divided is rounded here, once, and nowhere else.

/** Integer euro cents. Amounts from outside are 0 to MOST_CENTS. */
export type Cents = number;

/** No invoice of care comes near a hundred million euros; a million of them still add up exactly. */
export const MOST_CENTS = 9_999_999_999;

/** A rate in percent, at most two decimals: 70, 92.5. */
export type Percent = number;
