// The person's own passkeys: at most two. They unlock a session, and sign in when Pro Santé Connect is away; what needs
// Pro Santé Connect's own word (a passkey, a software) they do not open.

import { useState } from 'react';
import type { AddPasskeyRequest, PasskeysReply, Problem } from '../../shared/api-types.ts';
import { dayAndTime } from '../../shared/format.ts';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Confirm } from '../../shared/ui/confirm.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { ChangeRefusal } from '../change-refusal.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { useText } from '../text.ts';
import { useLoad } from '../use-load.ts';

const MOST = 2;
type Outcome = 'idle' | 'waiting' | 'failed' | 'confirmed' | 'added' | 'removed' | Problem;

export function Passkeys() {
  const text = useText();
  const { call } = usePortal();
  const [result, reload] = useLoad<PasskeysReply>('/v1/passkeys');
  const [outcome, setOutcome] = useState<Outcome>('idle');
  const [label, setLabel] = useState('');
  const passkeys = result?.ok ? result.value.passkeys : null;

  const add = async () => {
    setOutcome('waiting');
    const options = await call('POST', '/v1/passkeys/options');
    if (!options.ok) return setOutcome(options.problem);
    try {
      const { startRegistration } = await import('@simplewebauthn/browser');
      const response = await startRegistration({ optionsJSON: options.value as never });
      const body: AddPasskeyRequest<typeof response> = { label: label.trim(), response };
      const answer = await call('POST', '/v1/passkeys', { body });
      setOutcome(answer.ok ? 'added' : answer.problem);
      if (answer.ok) setLabel('');
      await reload();
    } catch {
      setOutcome('failed'); // the browser's prompt was closed, or the key is registered already
    }
  };
  const remove = async (id: string) => {
    const answer = await call('DELETE', `/v1/passkeys/${encodeURIComponent(id)}`);
    setOutcome(answer.ok ? 'removed' : answer.problem);
    await reload();
  };

  return (
    <section className="page">
      <h1>{text('passkeys.title')}</h1>
      <p className="lead">{text('passkeys.lead')}</p>
      {typeof outcome === 'object' ? (
        <ChangeRefusal problem={outcome} onConfirmed={() => setOutcome('confirmed')} />
      ) : null}
      {outcome === 'confirmed' ? <Banner tone="yes">{text('confirm.done')}</Banner> : null}
      {outcome === 'failed' ? (
        <Banner tone="no" urgent>
          {text('passkeys.failed')}
        </Banner>
      ) : null}
      {outcome === 'added' || outcome === 'removed' ? (
        <Banner tone="yes">{text(`passkeys.${outcome}`)}</Banner>
      ) : null}
      {result && !result.ok ? (
        <RefusalText problem={result.problem} onRetry={() => void reload()} />
      ) : passkeys === null ? (
        <p role="status">{text('app.loading')}</p>
      ) : passkeys.length === 0 ? (
        <p>{text('passkeys.none')}</p>
      ) : (
        <ul className="cards">
          {passkeys.map((passkey) => (
            <li key={passkey.id}>
              <div className="card-text">
                <strong>{passkey.label}</strong>
                <span>
                  {text('passkeys.created', { at: dayAndTime(passkey.createdAt) })},{' '}
                  {passkey.lastUsedAt
                    ? text('passkeys.used', { at: dayAndTime(passkey.lastUsedAt) })
                    : text('passkeys.never')}
                </span>
              </div>
              <Confirm
                trigger={text('passkeys.remove')}
                triggerLabel={text('passkeys.remove.label', { label: passkey.label })}
                title={text('passkeys.remove.title')}
                text={text('passkeys.remove.text', { label: passkey.label })}
                confirm={text('passkeys.remove')}
                cancel={text('app.cancel')}
                onConfirm={() => void remove(passkey.id)}
              />
            </li>
          ))}
        </ul>
      )}
      {passkeys && passkeys.length >= MOST ? (
        <p>{text('passkeys.full')}</p>
      ) : (
        <form
          className="add-passkey"
          onSubmit={(event) => {
            event.preventDefault();
            if (label.trim() !== '') void add();
          }}
        >
          <div className="sheet">
            <Field
              name="label"
              label={text('passkeys.label')}
              hint={text('passkeys.label.hint')}
              value={label}
              onChange={setLabel}
              figures={false}
            />
          </div>
          <Button type="submit" look="primary" isDisabled={label.trim() === '' || outcome === 'waiting'}>
            {text(outcome === 'waiting' ? 'passkeys.waiting' : 'passkeys.add')}
          </Button>
        </form>
      )}
    </section>
  );
}
