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
export function ConfirmYou({
  ways,
  inDialog = false,
  onConfirmed,
}: {
  /** Only what helps is offered. */
  ways: 'any' | 'passkey' | 'psc';
  /** There the button itself has the focus; beside a message its region has it, and Enter presses the button. */
  inDialog?: boolean;
  onConfirmed(): void;
}) {
  const text = useText();
  const { call } = usePortal();
  const [state, setState] = useState<State>('idle');
  const otherWay = useRef<HTMLAnchorElement>(null);
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
    if (state === 'waiting') return;
    setState('waiting');
    const touched = await touchPasskey(call, '/v1/session/confirmation');
    if (touched === 'done') return latest.current();
    setState(touched);
  };
  useEffect(() => {
    if (state === 'no-passkey') otherWay.current?.focus();
  }, [state]);

  const hasNone = state === 'no-passkey';
  const offersTouch = ways !== 'psc' && !hasNone;
  const other = ways === 'passkey' ? 'add' : 'sign-in';
  return (
    <div className="confirm-you">
      <div className="actions">
        {offersTouch ? (
          <Button
            look="primary"
            size="large"
            {...(inDialog ? { autoFocus: true } : { keys: '⏎', 'data-enter': '' })}
            onPress={() => void touch()}
          >
            {text(state === 'waiting' ? 'locked.waiting' : 'confirm.passkey')}
          </Button>
        ) : null}
        {!offersTouch || ways === 'any' ? (
          <a
            ref={otherWay}
            className={`button button-${offersTouch ? 'plain' : 'primary'} button-large`}
            href={other === 'sign-in' ? PATHS.confirm : PATHS.passkeys}
            target="_blank"
            rel="noopener"
          >
            {text(`confirm.${other}`)}
          </a>
        ) : null}
      </div>
      {other === 'sign-in' ? <p className="confirm-kept">{text('confirm.kept')}</p> : null}
      {hasNone ? (
        <Banner tone="caution" urgent>
          {text(`confirm.no-passkey.${other}`)}
        </Banner>
      ) : null}
      {state === 'closed' ? (
        <Banner tone="no" urgent>
          {text(`confirm.closed.${other}`)}
        </Banner>
      ) : null}
      {typeof state === 'object' ? <RefusalText problem={state} /> : null}
    </div>
  );
}
