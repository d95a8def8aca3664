// After 15 minutes without a question. Nothing of the patient before is on the screen any more.

import { useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { type OpenSession, usePortal } from '../session.tsx';
import { useText } from '../text.ts';

export function Locked({ session }: { session: OpenSession }) {
  const text = useText();
  const { call, refresh, signIn } = usePortal();
  const [state, setState] = useState<'idle' | 'waiting' | 'failed' | Problem>('idle');

  const unlock = async () => {
    setState('waiting');
    const options = await call('POST', '/v1/session/unlock/options');
    if (!options.ok) return setState(options.problem);
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

  return (
    <section className="page narrow locked">
      <h1>{text('locked.title')}</h1>
      <p className="lead">
        {text('locked.lead', { name: session.who.name, structure: session.account.structure.name })}
      </p>
      <div className="stack">
        <Button
          look="primary"
          size="large"
          autoFocus
          isDisabled={state === 'waiting'}
          onPress={() => void unlock()}
        >
          {text(state === 'waiting' ? 'locked.waiting' : 'locked.passkey')}
        </Button>
        <Button size="large" onPress={() => void signIn()}>
          {text('locked.sign-in')}
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
