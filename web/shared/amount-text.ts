// PURE. Amounts and rates as people type them, in either language: `12,50` and `12.50` are the same.
// Must never guess: what is not understood is null, and the field says so.

import { type Cents, isCents, isPercent, type Percent } from '../../src/core/money.ts';

const NUMBER = /^(\d{1,8})(?:[.,](\d{0,2}))?$/;

function hundredths(typed: string): number | null {
  const [, whole, fraction = ''] = NUMBER.exec(typed.replace(/[\s\u00a0\u202f€%]/g, '')) ?? [];
  return whole === undefined ? null : Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
}

export function centsOf(typed: string): Cents | null {
  const cents = hundredths(typed);
  return isCents(cents) ? cents : null;
}

/** At most 100 %. */
export function percentOf(typed: string): Percent | null {
  const found = hundredths(typed);
  const percent = found === null ? null : found / 100;
  return isPercent(percent, 100) ? percent : null;
}

/** `12,50`: as it would be typed. */
export function typedCents(cents: Cents): string {
  return `${Math.floor(cents / 100)},${String(cents % 100).padStart(2, '0')}`;
}

/** `92,5`: as it would be typed. */
export function typedPercent(percent: Percent): string {
  return String(percent).replace('.', ',');
}
