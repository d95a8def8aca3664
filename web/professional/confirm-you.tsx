// "Confirm that it is you", in place: a passkey here, or Pro Santé Connect in a tab of its own, so that nothing on this
// screen is lost. Must never keep a question anywhere but in the memory of the page that asks it.

import { useEffect, useRef, useState } from 'react';
import { Banner } from '../shared/ui/banner.tsx';
import { Button } from '../shared/ui/button.tsx';
import { onConfirmed as listenConfirmed } from './confirmed.ts';
import { PATHS } from './paths.ts';
import { RefusalText } from './refusal-text.tsx';
import { usePortal } from './session.tsx';
import { useText } from './text.ts';
import { type Touch, touchPasskey } from './touch-passkey.ts';

type State = 'idle' | 'waiting' | Exclude<Touch, 'done'>;

/** `onConfirmed` is called once. */
export function ConfirmYou({ onConfirmed }: { onConfirmed(): void }) {
  const text = useText();
  const { call } = usePortal();
  const [state, setState] = useState<State>('idle');
  const signInLink = useRef<HTMLAnchorElement>(null);
  const latest = useRef(onConfirmed);
  useEffect(() => {
    latest.current = onConfirmed;
  });
  useEffect(() => {
    const stop = listenConfirmed(() => {
      stop();
      latest.current();
    });
    return stop;
  }, []);

  const touch = async () => {
    setState('waiting');
    const touched = await touchPasskey(call, '/v1/session/confirmation');
    if (touched === 'done') return latest.current();
    setState(touched);
    if (touched === 'no-passkey') signInLink.current?.focus();
  };

  const hasNone = state === 'no-passkey';
  return (
    <div className="confirm-you">
      <div className="actions">
        {hasNone ? null : (
          <Button
            look="primary"
            size="large"
            keys="⏎"
            data-enter=""
            isDisabled={state === 'waiting'}
            onPress={() => void touch()}
          >
            {text(state === 'waiting' ? 'locked.waiting' : 'confirm.passkey')}
          </Button>
        )}
        <a
          ref={signInLink}
          className={`button button-${hasNone ? 'primary' : 'plain'} button-large`}
          href={PATHS.confirm}
          target="_blank"
          rel="noopener"
        >
          {text('confirm.sign-in')}
        </a>
      </div>
      <p className="confirm-kept">{text('confirm.kept')}</p>
      {hasNone ? (
        <Banner tone="caution" urgent>
          {text('confirm.no-passkey')}
        </Banner>
      ) : null}
      {state === 'closed' ? (
        <Banner tone="no" urgent>
          {text('confirm.closed')}
        </Banner>
      ) : null}
      {typeof state === 'object' ? <RefusalText problem={state} /> : null}
    </div>
  );
}
