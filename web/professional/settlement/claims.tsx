// The structure's claims, newest first: what each is worth and how far it is. No name: the invoice has it.

import { useState } from 'react';
import { Link } from 'react-router';
import { euros } from '../../../src/core/money.ts';
import type { Payment } from '../../shared/api-types.ts';
import { dayAndTime, shortDay } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import {
  CLAIM_STATES,
  type ClaimState,
  type ClaimsReply,
  type ListedClaim,
} from '../../shared/settlement-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Choice } from '../../shared/ui/choice.tsx';
import { claimPath } from '../paths.ts';
import { usePayments } from '../payments/use-payments.ts';
import { ClaimStateText } from './claim-state.tsx';
import { DownloadCsv } from './download-csv.tsx';
import { Listing } from './listing.tsx';
import { paymentOf } from './payment-of.ts';
import { SettlementPage } from './settlement-page.tsx';
import { useText } from './text.ts';
import { usePages } from './use-pages.ts';

export function Claims() {
  const text = useText();
  const [state, setState] = useState<ClaimState | 'all'>('all');
  const path = state === 'all' ? '/v1/claims' : `/v1/claims?state=${state}`;
  const pages = usePages(path, ({ claims, next }: ClaimsReply) => ({ items: claims, next }));
  const payments = usePayments();
  return (
    <SettlementPage
      title={text('claims.title')}
      lead={text('claims.lead')}
      actions={
        <>
          <DownloadCsv path="/v1/claims.csv" fileName="demandes.csv" />
          <Button
            size="small"
            onPress={() => {
              pages.reload();
              payments.reload();
            }}
          >
            {text('today.refresh')}
          </Button>
        </>
      }
    >
      <Choice
        label={text('claims.filter')}
        value={state}
        onChange={(chosen) => setState(chosen)}
        options={(['all', ...CLAIM_STATES] as const).map((value) => ({
          value,
          label: text(`claims.filter.${value}`),
        }))}
      />
      <Listing pages={pages} empty={text(state === 'all' ? 'claims.none' : 'claims.none-so')}>
        {(claims) => <ClaimTable claims={claims} payments={payments.payments} />}
      </Listing>
    </SettlementPage>
  );
}

function ClaimTable({
  claims,
  payments,
}: {
  claims: readonly ListedClaim[];
  payments: readonly Payment[] | null;
}) {
  const text = useText();
  const { language } = useLanguage();
  return (
    <table className="list stacked">
      <thead>
        <tr>
          <th scope="col">{text('claims.received')}</th>
          <th scope="col">{text('answer.careDate')}</th>
          <th scope="col">{text('claims.insurer')}</th>
          <th scope="col" className="right">
            {text('claims.owed')}
          </th>
          <th scope="col">{text('claims.state')}</th>
        </tr>
      </thead>
      <tbody>
        {claims.map((claim) => (
          <tr key={claim.claimId}>
            <th scope="row" className="figures">
              <Link to={claimPath(claim.claimId)}>{dayAndTime(claim.receivedAt)}</Link>
            </th>
            <td className="figures" data-label={text('answer.careDate')}>
              {shortDay(claim.careDate)}
            </td>
            <td data-label={text('claims.insurer')}>{claim.insurer.name}</td>
            <td className="figures right" data-label={text('claims.owed')}>
              {euros(claim.amc, language)}
            </td>
            <td data-label={text('claims.state')}>
              <ClaimStateText claim={claim} payment={paymentOf(claim.claimId, payments)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
