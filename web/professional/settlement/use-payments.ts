// The structure's transfers, and which of them pays a claim.

import type { Payment, PaymentsReply } from '../../shared/settlement-types.ts';
import { type Pages, usePages } from './use-pages.ts';

/** As many as the server gives at once; fewer: there are no more. */
const AT_ONCE = 20;

export function usePayments(): Pages<Payment> {
  return usePages('/v1/payments', ({ payments }: PaymentsReply) => ({
    items: payments,
    next: payments.length < AT_ONCE ? null : (payments.at(-1)?.advice ?? null),
  }));
}

/** Among those that have come; an older claim may be paid by one that has not. */
export function paymentOf(claimId: string, payments: readonly Payment[] | null): Payment | null {
  return payments?.find(({ list }) => list.some((one) => one.claimId === claimId)) ?? null;
}
