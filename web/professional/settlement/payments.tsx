// Transfers to this structure: when, how much, what the bank shows, and which claims each one pays.

import { Link } from 'react-router';
import { euros } from '../../../src/core/money.ts';
import { shortDay } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import type { Payment } from '../../shared/settlement-types.ts';
import type { Tone } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { claimPath } from '../paths.ts';
import { useText } from '../text.ts';
import { DownloadCsv } from './download-csv.tsx';
import { Listing } from './listing.tsx';
import { SettlementPage } from './settlement-page.tsx';
import { usePayments } from './use-payments.ts';

const TONES: Readonly<Record<Payment['bank'], Tone>> = {
  'not-seen': 'caution',
  late: 'no',
  paid: 'yes',
  returned: 'no',
  'other-amount': 'no',
};

export function Payments() {
  const text = useText();
  const pages = usePayments();
  return (
    <SettlementPage
      title={text('payments.title')}
      lead={text('payments.lead')}
      actions={
        <>
          <DownloadCsv path="/v1/payments.csv" fileName="virements.csv" />
          <Button size="small" onPress={pages.reload}>
            {text('today.refresh')}
          </Button>
        </>
      }
    >
      <Listing pages={pages} empty={text('payments.none')}>
        {(payments) => (
          <ul className="payments">
            {payments.map((payment) => (
              <OnePayment key={payment.advice} payment={payment} />
            ))}
          </ul>
        )}
      </Listing>
    </SettlementPage>
  );
}

function OnePayment({ payment }: { payment: Payment }) {
  const text = useText();
  const { language } = useLanguage();
  const { advice, executeOn, cents, insurerName, claims, list, bank, bankOn } = payment;
  const tone = TONES[bank];
  return (
    <li className={`payment tone-${tone}`} data-bank={bank}>
      <div className="payment-head">
        <div className="card-text">
          <strong>{insurerName}</strong>
          <span>
            {text('payments.on', { day: shortDay(executeOn) })} · <span className="figures">{advice}</span>
          </span>
        </div>
        <p className="payment-amount figures">{euros(cents, language)}</p>
      </div>
      <p className="state-line">
        <Icon name={tone} />
        <span>{text(`payments.bank.${bank}`, { day: bankOn ? shortDay(bankOn) : '' })}</span>
      </p>
      <details>
        <summary>{text('payments.claims', { count: claims })}</summary>
        <ul className="payment-claims">
          {list.map(({ claimId, amc }) => (
            <li key={claimId}>
              <Link className="figures" to={claimPath(claimId)}>
                {claimId.slice(0, 8)}
              </Link>
              <span className="figures">{euros(amc, language)}</span>
            </li>
          ))}
        </ul>
        {list.length < claims ? <p>{text('payments.more-claims', { count: claims - list.length })}</p> : null}
      </details>
    </li>
  );
}
