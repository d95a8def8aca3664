// In a tab of its own: to Pro Santé Connect, to sign in once more for the session that is open. The question waits in the
// other tab; nothing of it comes here.

import { useEffect, useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { useText } from '../text.ts';

export function Confirm() {
  const text = useText();
  const { confirmSignIn } = usePortal();
  const [problem, setProblem] = useState<Problem | null>(null);
  const go = async () => {
    setProblem(null);
    setProblem(await confirmSignIn());
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the tab opens
  useEffect(() => void go(), []);
  return (
    <section className="page narrow">
      <h1>{text('confirm.title')}</h1>
      {problem ? (
        <RefusalText problem={problem} onRetry={() => void go()} />
      ) : (
        <p role="status">{text('sign-in.going')}</p>
      )}
    </section>
  );
}
