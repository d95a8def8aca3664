// The structure's transfers, newest first: who paid how much, when the bank showed it, and which claims each pays.

import { Link } from 'react-router';
import type { Payment } from '../../shared/api-types.ts';
import { euros } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { PATHS } from '../paths.ts';
import { RefusalText } from '../refusal-text.tsx';
import { useDownload } from '../use-download.ts';
import './payments.css';
import { PaymentItem } from './payment-item.tsx';
import { usePaymentsText } from './text.ts';
import { totalsOf } from './totals.ts';
import { usePayments } from './use-payments.ts';
import { WaitingClaims } from './waiting-claims.tsx';

export function Payments() {
  const text = usePaymentsText();
  const { payments, hasMore, problem, isReading, reload, retry, more } = usePayments();
  const table = useDownload('/v1/payments.csv', 'paiements-rempart.csv');
  return (
    <section className="page">
      <div className="page-head">
        <h1>{text('title')}</h1>
        <div className="actions">
          <Link className="button button-small" to={PATHS.bankDetails}>
            {text('account.link')}
          </Link>
          <Button size="small" onPress={table.download}>
            {text(table.state === 'busy' ? 'csv.busy' : 'csv')}
          </Button>
          <Button size="small" onPress={reload}>
            {text('refresh')}
          </Button>
        </div>
      </div>
      <p className="lead">{text('lead')}</p>
      {table.state === 'done' ? <Banner tone="yes">{text('csv.done')}</Banner> : null}
      {typeof table.state === 'object' ? <RefusalText problem={table.state} /> : null}
      <WaitingClaims />
      {payments && payments.length > 0 ? <Totals payments={payments} hasMore={hasMore} /> : null}
      {payments ? <Transfers payments={payments} /> : null}
      {problem ? (
        <RefusalText problem={problem} onRetry={retry} />
      ) : payments === null ? (
        <p role="status">{text('loading')}</p>
      ) : null}
      {hasMore && !problem ? (
        <div className="actions">
          <Button onPress={more} isDisabled={isReading}>
            {text(isReading ? 'more.busy' : 'more')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function Transfers({ payments }: { payments: Payment[] }) {
  const text = usePaymentsText();
  if (payments.length === 0) {
    return (
      <Banner tone="halt" title={text('none.title')}>
        {text('none.text')}
      </Banner>
    );
  }
  return (
    <ul className="transfers" aria-label={text('list')}>
      {payments.map((payment) => (
        <PaymentItem key={payment.advice} payment={payment} />
      ))}
    </ul>
  );
}

function Totals({ payments, hasMore }: { payments: Payment[]; hasMore: boolean }) {
  const text = usePaymentsText();
  const { language } = useLanguage();
  const totals = totalsOf(payments);
  const shown = (['sent', 'seen', 'open', 'wrong'] as const).filter(
    (name) => name !== 'wrong' || totals.wrong > 0,
  );
  return (
    <section className="totals" aria-labelledby="totals">
      <h2 id="totals">{hasMore ? text('totals.shown', { count: payments.length }) : text('totals.all')}</h2>
      <dl className="facts">
        {shown.map((name) => (
          <div key={name} data-total={name}>
            <dt>{text(`totals.${name}`)}</dt>
            <dd className="figures">{euros(totals[name], language)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
