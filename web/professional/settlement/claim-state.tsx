// Where a claim is on its way to the bank account, in words; a sign beside them for the eye.

import type { Payment } from '../../shared/api-types.ts';
import { shortDay } from '../../shared/format.ts';
import type { ClaimState, ListedClaim } from '../../shared/settlement-types.ts';
import type { Tone } from '../../shared/ui/banner.tsx';
import { useText } from './text.ts';

const TONES: Readonly<Record<ClaimState, Tone>> = {
  accepted: 'yes',
  paying: 'yes',
  paid: 'yes',
  rejected: 'no',
  cancelled: 'halt',
};

export function ClaimStateText({ claim, payment }: { claim: ListedClaim; payment: Payment | null }) {
  const text = useText();
  const { state, paidOn } = claim;
  const isSeen = payment?.bank === 'paid' && payment.bankOn !== null;
  return (
    <span className="claim-state" data-state={isSeen ? 'seen' : state}>
      <span className={`dot tone-${TONES[state]}`} aria-hidden="true" />
      {isSeen
        ? text('claim.seen', { day: shortDay(payment.bankOn ?? '') })
        : state === 'paid' && paidOn
          ? text('claim.paid-on', { day: shortDay(paidOn.slice(0, 10)) })
          : text(`claim.state.${state}`)}
    </span>
  );
}
