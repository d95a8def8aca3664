// Before sign-in: one button, and why there is no password.

import { useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Mark } from '../../shared/ui/icons.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { knownRefusal } from '../refusals.ts';
import { usePortal } from '../session.tsx';
import { useText } from '../text.ts';

const REASONS = ['password', 'key', 'trace'] as const;

export function SignIn({ ended }: { ended: Problem | null }) {
  const text = useText();
  const { signIn } = usePortal();
  const [going, setGoing] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const go = async () => {
    setGoing(true);
    setProblem(null);
    const refusal = await signIn();
    setProblem(refusal);
    if (refusal) setGoing(false);
  };
  const why = ended && knownRefusal(ended.code);
  return (
    <div className="sign-in">
      <section className="sign-in-door">
        {ended ? (
          <Banner tone="caution" title={text(`refusal.${why ?? 'other'}.title`)} urgent>
            {why ? `${text(`refusal.${why}.what`)} ` : null}
            {text(`refusal.${why ?? 'other'}.do`, { code: ended.code })}
          </Banner>
        ) : null}
        <h1>{text('sign-in.title')}</h1>
        <p className="lead">{text('sign-in.lead')}</p>
        <Button look="primary" size="large" autoFocus isDisabled={going} onPress={() => void go()}>
          {text(going ? 'sign-in.going' : 'sign-in.button')}
        </Button>
        {problem ? <RefusalText problem={problem} /> : null}
      </section>
      <div className="sign-in-mark">
        <Mark />
      </div>
      <ul className="sign-in-why">
        {REASONS.map((reason) => (
          <li key={reason}>
            <h2>{text(`sign-in.${reason}.title`)}</h2>
            <p>{text(`sign-in.${reason}.text`)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}
