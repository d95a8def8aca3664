// After 15 minutes without a question. Nothing of the patient before is on the screen any more.

import { useRef, useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { type OpenSession, usePortal } from '../session.tsx';
import { useText } from '../text.ts';

type Unlocking = 'idle' | 'waiting' | 'leaving' | 'failed' | 'no-passkey' | Problem;

export function Locked({ session }: { session: OpenSession }) {
  const text = useText();
  const { call, refresh, signIn } = usePortal();
  const [state, setState] = useState<Unlocking>('idle');
  const signInButton = useRef<HTMLButtonElement>(null);

  const unlock = async () => {
    setState('waiting');
    const options = await call<{ allowCredentials?: unknown[] }>('POST', '/v1/session/unlock/options');
    if (!options.ok) return setState(options.problem);
    if (options.value.allowCredentials?.length === 0) {
      setState('no-passkey'); // the browser would offer keys of other people or sites, and every one would be refused
      signInButton.current?.focus();
      return;
    }
    try {
      const { startAuthentication } = await import('@simplewebauthn/browser');
      const response = await startAuthentication({ optionsJSON: options.value as never });
      const result = await call('POST', '/v1/session/unlock', { body: response });
      if (result.ok) await refresh();
      else setState(result.problem);
    } catch {
      setState('failed'); // the browser's prompt was closed, or the key is not one of ours
    }
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
      {state === 'failed' ? (
        <Banner tone="no" urgent>
          {text('locked.failed')}
        </Banner>
      ) : null}
      {typeof state === 'object' ? <RefusalText problem={state} /> : null}
    </section>
  );
}
