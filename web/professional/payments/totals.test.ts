// What transfers add up to: every one is counted once, whatever the bank says of it.

import { expect, it } from 'vitest';
import { totalsOf } from './totals.ts';

it('what is late, came back or is another amount is to be looked at, and no transfer is counted twice', () => {
  const payments = [
    { cents: 1, bank: 'paid' },
    { cents: 20, bank: 'not-seen' },
    { cents: 300, bank: 'late' },
    { cents: 4_000, bank: 'returned' },
    { cents: 50_000, bank: 'other-amount' },
  ] as const;
  expect(totalsOf(payments)).toEqual({ sent: 54_321, seen: 1, open: 20, wrong: 54_300 });
  expect(totalsOf([])).toEqual({ sent: 0, seen: 0, open: 0, wrong: 0 });
});
