// One transfer as a line that unfolds: what the bank says of it in words, and the claims it pays.

import type { Payment } from '../../shared/api-types.ts';
import { euros, shortDay } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import type { Tone } from '../../shared/ui/banner.tsx';
import { usePaymentsText } from './text.ts';

const TONES: Readonly<Record<Payment['bank'], Tone>> = {
  paid: 'yes',
  'not-seen': 'halt',
  late: 'caution',
  returned: 'no',
  'other-amount': 'caution',
};

export function PaymentItem({ payment }: { payment: Payment }) {
  const text = usePaymentsText();
  const { language } = useLanguage();
  const { advice, executeOn, cents, insurerName, insurer, bank, bankOn, claims } = payment;
  const tone = TONES[bank];
  return (
    <li>
      <details className="transfer" data-bank={bank}>
        <summary>
          <span className="transfer-day figures">{shortDay(executeOn)}</span>
          <strong className="transfer-from">{insurerName}</strong>
          <strong className="transfer-amount figures">{euros(cents, language)}</strong>
          <span className="transfer-bank">
            <span className={`dot tone-${tone}`} aria-hidden="true" />
            {text(`bank.${bank}`, { day: bankOn ? shortDay(bankOn) : '' })}
          </span>
        </summary>
        <div className="transfer-more">
          <p>{text(`about.${bank}`)}</p>
          <dl className="facts">
            <div>
              <dt>{text('reference')}</dt>
              <dd className="figures">{advice}</dd>
            </div>
            <div>
              <dt>{text('insurer')}</dt>
              <dd className="figures">{insurer}</dd>
            </div>
          </dl>
          <h3>{claims === 1 ? text('claims.one') : text('claims', { count: claims })}</h3>
          <Claims payment={payment} />
        </div>
      </details>
    </li>
  );
}

function Claims({ payment: { list, claims } }: { payment: Payment }) {
  const text = usePaymentsText();
  const { language } = useLanguage();
  return (
    <>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">{text('claims.id')}</th>
            <th scope="col" className="right">
              {text('claims.amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map(({ claimId, amc }) => (
            <tr key={claimId}>
              <th scope="row" className="figures thumbprint">
                {claimId}
              </th>
              <td className="figures right">{euros(amc, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {claims > list.length ? <p className="quiet">{text('claims.first', { count: list.length })}</p> : null}
    </>
  );
}
