// PURE. Which transfer pays a claim.

import type { Payment } from '../../shared/api-types.ts';

/** Among those that have come; an older claim may be paid by one that has not. */
export function paymentOf(claimId: string, payments: readonly Payment[] | null): Payment | null {
  return payments?.find(({ list }) => list.some((one) => one.claimId === claimId)) ?? null;
}
