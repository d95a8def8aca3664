// PURE. What the transfers shown add up to, by what the bank says of them. Amounts in cents.

import type { Payment } from '../../shared/api-types.ts';

export type Totals = { sent: number; seen: number; open: number; wrong: number };

/** `wrong`: somebody has to look at them. */
export function totalsOf(payments: readonly Pick<Payment, 'cents' | 'bank'>[]): Totals {
  const sum = (...states: Payment['bank'][]) =>
    payments.filter(({ bank }) => states.includes(bank)).reduce((total, { cents }) => total + cents, 0);
  const seen = sum('paid');
  const open = sum('not-seen');
  const wrong = sum('late', 'returned', 'other-amount');
  return { sent: seen + open + wrong, seen, open, wrong };
}
