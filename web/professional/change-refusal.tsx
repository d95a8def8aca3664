// A passkey, a software or a bank account that was refused; where only a sign-in of just now is missing, it can be given in place.
// Must never change anything by itself: the person presses the button again.

import type { Problem } from '../shared/api-types.ts';
import { ConfirmYou } from './confirm-you.tsx';
import { RefusalText } from './refusal-text.tsx';

export function ChangeRefusal({ problem, onConfirmed }: { problem: Problem; onConfirmed(): void }) {
  if (problem.code !== 'fresh-sign-in-required') return <RefusalText problem={problem} />;
  return (
    <RefusalText problem={problem} words="fresh-sign-in-change">
      <ConfirmYou ways="psc" onConfirmed={onConfirmed} />
    </RefusalText>
  );
}
