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
  const { signIn, signInWithPasskey } = usePortal();
  const [going, setGoing] = useState<'psc' | 'passkey' | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const go = async (way: 'psc' | 'passkey') => {
    setGoing(way);
    setProblem(null);
    const refusal = await (way === 'psc' ? signIn() : signInWithPasskey());
    setProblem(refusal);
    if (refusal) setGoing(null);
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
        <Button
          look="primary"
          size="large"
          autoFocus
          isDisabled={going !== null}
          onPress={() => void go('psc')}
        >
          {text(going === 'psc' ? 'sign-in.going' : 'sign-in.button')}
        </Button>
        <p className="sign-in-other">
          <span>{text('sign-in.passkey.when')}</span>{' '}
          <Button size="small" isDisabled={going !== null} onPress={() => void go('passkey')}>
            {text(going === 'passkey' ? 'locked.waiting' : 'sign-in.passkey')}
          </Button>
        </p>
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
