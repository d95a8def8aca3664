// After 15 minutes without a question. Nothing of the patient before is on the screen any more.

import { useRef, useState } from 'react';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { type OpenSession, usePortal } from '../session.tsx';
import { useText } from '../text.ts';
import { type Touch, touchPasskey } from '../touch-passkey.ts';

type Unlocking = 'idle' | 'waiting' | 'leaving' | Exclude<Touch, 'done'>;

export function Locked({ session }: { session: OpenSession }) {
  const text = useText();
  const { call, refresh, signIn } = usePortal();
  const [state, setState] = useState<Unlocking>('idle');
  const signInButton = useRef<HTMLButtonElement>(null);

  const unlock = async () => {
    setState('waiting');
    const touched = await touchPasskey(call, '/v1/session/unlock');
    if (touched === 'done') return refresh();
    setState(touched);
    if (touched === 'no-passkey') signInButton.current?.focus();
  };
  const leave = async () => {
    setState('leaving');
    const problem = await signIn();
    if (problem) setState(problem);
  };

  const isBusy = state === 'waiting' || state === 'leaving';
  const hasNone = state === 'no-passkey';
  return (
    <section className="page narrow locked">
      <h1>{text('locked.title')}</h1>
      <p className="lead">
        {text('locked.lead', { name: session.who.name, structure: session.account.structure.name })}
      </p>
      {hasNone ? (
        <Banner tone="caution" urgent>
          {text('locked.no-passkey')}
        </Banner>
      ) : null}
      <div className="stack">
        {hasNone ? null : (
          <Button look="primary" size="large" autoFocus isDisabled={isBusy} onPress={() => void unlock()}>
            {text(state === 'waiting' ? 'locked.waiting' : 'locked.passkey')}
          </Button>
        )}
        <Button
          look={hasNone ? 'primary' : 'plain'}
          size="large"
          buttonRef={signInButton}
          isDisabled={state === 'leaving'}
          onPress={() => void leave()}
        >
          {text(state === 'leaving' ? 'sign-in.going' : 'locked.sign-in')}
        </Button>
      </div>
      {state === 'closed' ? (
        <Banner tone="no" urgent>
          {text('locked.failed')}
        </Banner>
      ) : null}
      {typeof state === 'object' ? <RefusalText problem={state} /> : null}
    </section>
  );
}
