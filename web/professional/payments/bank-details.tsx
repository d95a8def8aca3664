// Where the structure is paid: what is in force, what waits and until when, and a change. Must never show a number whole
// that the server has.

import { useState } from 'react';
import { Link } from 'react-router';
import type { BankDetailsReply, ShownAccount } from '../../shared/api-types.ts';
import { nowMs } from '../../shared/clock.ts';
import { remaining } from '../../shared/format.ts';
import { Banner } from '../../shared/ui/banner.tsx';
import { PATHS } from '../paths.ts';
import { RefusalText } from '../refusal-text.tsx';
import { useLoad } from '../use-load.ts';
import { AccountForm } from './account-form.tsx';
import './payments.css';
import { usePaymentsText } from './text.ts';
import { useMoment } from './use-moment.ts';

export function BankDetails() {
  const text = usePaymentsText();
  const [result, reload] = useLoad<BankDetailsReply>('/v1/bank-details');
  const [saved, setSaved] = useState<ShownAccount | null>(null);
  return (
    <section className="page">
      <div className="page-head">
        <h1>{text('account.title')}</h1>
        <Link className="button button-small" to={PATHS.payments}>
          {text('account.back')}
        </Link>
      </div>
      <p className="lead">{text('account.lead')}</p>
      {result === null ? <p role="status">{text('account.loading')}</p> : null}
      {result && !result.ok ? <RefusalText problem={result.problem} onRetry={() => void reload()} /> : null}
      {result?.ok ? <Standing details={result.value} isOwn={saved !== null} /> : null}
      {result?.ok ? (
        <AccountForm
          isFirst={result.value.masked === null && result.value.waiting === null}
          replaces={result.value.waiting !== null}
          saved={saved}
          onSaved={(account) => {
            setSaved(account);
            void reload();
          }}
        />
      ) : null}
    </section>
  );
}

function Standing({ details, isOwn }: { details: BankDetailsReply; isOwn: boolean }) {
  const text = usePaymentsText();
  const moment = useMoment();
  const { masked, inForceFrom, waiting } = details;
  return (
    <>
      <dl className="accounts">
        <div>
          <dt>{text('account.now')}</dt>
          {masked && inForceFrom ? (
            <>
              <dd className="account-number figures">{masked}</dd>
              <dd>{text('account.since', { when: moment(inForceFrom) })}</dd>
            </>
          ) : (
            <dd>{text('account.none')}</dd>
          )}
        </div>
        {waiting ? (
          <div data-waiting="true">
            <dt>{text('account.next')}</dt>
            <dd className="account-number figures">{waiting.masked}</dd>
            <dd>
              <strong>{text('account.from', { when: moment(waiting.inForceFrom) })}</strong>,{' '}
              {text('account.left', { left: left(waiting.inForceFrom) })}.{' '}
              {text(masked ? 'account.until' : 'account.until.none')}
            </dd>
          </div>
        ) : null}
      </dl>
      {waiting && !isOwn ? <NotOurs /> : null}
    </>
  );
}

/** In one piece: it never breaks between a number and its unit. */
const left = (instant: string) => remaining(Date.parse(instant) - nowMs()).replaceAll(' ', '\u00a0');

/** A change that somebody else made is seen here first, while it can still be undone. */
function NotOurs() {
  const text = usePaymentsText();
  return (
    <Banner tone="caution" title={text('alarm.title')}>
      <ol className="alarm-steps">
        <li>{text('alarm.1')}</li>
        <li>{text('alarm.2')}</li>
        <li>{text('alarm.3')}</li>
      </ol>
    </Banner>
  );
}
