// The structure's prior agreements, newest first: how far each is, why, how much and until when. Nobody's identity.

import { useState } from 'react';
import { euros } from '../../../src/core/money.ts';
import type { Problem } from '../../shared/api-types.ts';
import { dayAndTime } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import type { Agreement, AgreementsReply } from '../../shared/settlement-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Confirm } from '../../shared/ui/confirm.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { AgreementFacts } from './agreement-facts.tsx';
import { Listing } from './listing.tsx';
import { SettlementPage } from './settlement-page.tsx';
import { useText } from './text.ts';
import { usePages } from './use-pages.ts';

export function Agreements() {
  const text = useText();
  const { call } = usePortal();
  const [problem, setProblem] = useState<Problem | null>(null);
  const pages = usePages('/v1/prior-agreements', ({ priorAgreements, next }: AgreementsReply) => ({
    items: priorAgreements,
    next,
  }));
  const cancel = async (id: string) => {
    const result = await call('DELETE', `/v1/prior-agreements/${id}`);
    setProblem(result.ok ? null : result.problem);
    pages.reload();
  };
  return (
    <SettlementPage
      title={text('agreements.title')}
      lead={text('agreements.lead')}
      actions={
        <Button size="small" onPress={pages.reload}>
          {text('today.refresh')}
        </Button>
      }
    >
      {problem ? <RefusalText problem={problem} /> : null}
      <Listing pages={pages} empty={text('agreements.none')}>
        {(agreements) => (
          <ul className="payments">
            {agreements.map((agreement) => (
              <OneAgreement
                key={agreement.priorAgreementId}
                agreement={agreement}
                onCancel={() => void cancel(agreement.priorAgreementId)}
              />
            ))}
          </ul>
        )}
      </Listing>
    </SettlementPage>
  );
}

function OneAgreement({ agreement, onCancel }: { agreement: Agreement; onCancel(): void }) {
  const text = useText();
  const { language } = useLanguage();
  const { priorAgreementId, domain, state, amc, askedAt } = agreement;
  return (
    <li className="payment" data-agreement={state}>
      <div className="payment-head">
        <div className="card-text">
          <strong>{text(`domain.${domain}`)}</strong>
          <span>
            {text('agreements.asked', { at: dayAndTime(askedAt) })} ·{' '}
            <span className="figures">{priorAgreementId.slice(0, 8)}</span>
          </span>
        </div>
        <p className="payment-amount figures">{euros(amc, language)}</p>
      </div>
      <AgreementFacts agreement={agreement} />
      {state === 'pending' || state === 'accepted' ? (
        <div className="actions">
          <Confirm
            trigger={text('agreement.cancel')}
            title={text('agreement.cancel.title')}
            text={text('agreement.cancel.text')}
            confirm={text('agreement.cancel')}
            cancel={text('app.back')}
            onConfirm={onCancel}
          />
        </div>
      ) : null}
    </li>
  );
}
