// One claim and what became of it; while it is not being paid it can be taken back by whoever has its engagement number.

import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { euros } from '../../../src/core/money.ts';
import type { Problem } from '../../shared/api-types.ts';
import { dayAndTime, shortDay } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import type { ListedClaim } from '../../shared/settlement-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { PATHS } from '../paths.ts';
import { usePayments } from '../payments/use-payments.ts';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { useLoad } from '../use-load.ts';
import { ClaimStateText } from './claim-state.tsx';
import { paymentOf } from './payment-of.ts';
import { RejectionText } from './rejection-text.tsx';
import { SettlementPage } from './settlement-page.tsx';
import { useText } from './text.ts';

export function OneClaim() {
  const text = useText();
  const { id = '' } = useParams();
  const [result, reload] = useLoad<ListedClaim>(`/v1/claims/${encodeURIComponent(id)}`);
  return (
    <SettlementPage title={text('claim.one')}>
      <p>
        <Link to={PATHS.claims}>{text('claim.all')}</Link>
      </p>
      {result === null ? (
        <p role="status">{text('app.loading')}</p>
      ) : result.ok ? (
        <Shown claim={result.value} onChanged={() => void reload()} />
      ) : (
        <RefusalText problem={result.problem} onRetry={() => void reload()} />
      )}
    </SettlementPage>
  );
}

function Shown({ claim, onChanged }: { claim: ListedClaim; onChanged(): void }) {
  const text = useText();
  const { language } = useLanguage();
  const payments = usePayments();
  const payment = paymentOf(claim.claimId, payments.payments);
  const facts = [
    ['claims.insurer', `${claim.insurer.name} (${claim.insurer.amcNo})`],
    ['claims.received', dayAndTime(claim.receivedAt)],
    ['answer.careDate', shortDay(claim.careDate)],
    ['amount.price', euros(claim.price, language)],
    ['claims.owed', euros(claim.amc, language)],
    ['claim.number', claim.claimId],
    ['payments.advice', payment?.advice ?? null],
  ] as const;
  return (
    <>
      <p className="claim-now">
        <ClaimStateText claim={claim} payment={payment} />
      </p>
      {claim.rejection ? <RejectionText rejection={claim.rejection} /> : null}
      <dl className="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{text(name)}</dt>
              <dd className="figures">{value}</dd>
            </div>
          ),
        )}
      </dl>
      {claim.state === 'accepted' ? <Cancelling claimId={claim.claimId} onChanged={onChanged} /> : null}
    </>
  );
}

function Cancelling({ claimId, onChanged }: { claimId: string; onChanged(): void }) {
  const text = useText();
  const { call } = usePortal();
  const [engagementNo, setEngagementNo] = useState('');
  const [problem, setProblem] = useState<Problem | 'shape' | null>(null);
  const cancel = async () => {
    const no = engagementNo.replaceAll(/[\s-]/g, '').toUpperCase();
    if (no.length !== 26) return setProblem('shape');
    const result = await call('POST', `/v1/claims/${claimId}/cancellation`, { body: { engagementNo: no } });
    setProblem(result.ok ? null : result.problem);
    if (result.ok) onChanged();
  };
  return (
    <form
      className="step cancelling"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void cancel();
      }}
    >
      <h2>{text('claim.cancel.title')}</h2>
      <p>{text('claim.cancel.lead')}</p>
      <div className="sheet">
        <Field
          name="engagementNo"
          label={text('answer.engagement')}
          value={engagementNo}
          onChange={setEngagementNo}
          problem={problem === 'shape' ? text('quote.find.shape') : undefined}
        />
      </div>
      {problem !== null && problem !== 'shape' ? <RefusalText problem={problem} /> : null}
      <div className="actions">
        <Button type="submit" look="danger">
          {text('claim.cancel')}
        </Button>
      </div>
    </form>
  );
}
