// The one thing to do next with a quote: have the insurer agree, reserve the amount, send the claim, or serve the next
// patient. What may be done the server has said; this only puts it in order.

import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { Button } from '../../shared/ui/button.tsx';
import { PATHS } from '../paths.ts';
import { RefusalText } from '../refusal-text.tsx';
import { mayRepeat } from '../refusals.ts';
import { useText } from '../settlement/text.ts';
import { AgreementPanel } from './agreement-panel.tsx';
import { type Case, LINES_FORM, useCase } from './case.tsx';
import { ClaimPanel } from './claim-panel.tsx';
import type { Desk } from './use-desk.ts';
import type { Known } from './use-terms.ts';

const FIRST_OF = {
  agreement: '.asking input, .asking button',
  guarantee: '[data-guarantee]',
  claim: '[name="invoiceNo"]',
  done: '[data-done]',
} as const;

export function NextStep({
  atHand,
  known,
  desk,
  onGuarantee,
}: {
  atHand: Case;
  known: Known;
  desk: Desk;
  onGuarantee(): void;
}) {
  const text = useText();
  const navigate = useNavigate();
  const { close } = useCase();
  const { guaranteed, claim } = atHand;
  const steps = useRef<HTMLDivElement>(null);
  const need = atHand.agreement?.state ?? known.terms.pec;
  const wantsAgreement = need !== null || desk.problem?.code === 'prior-agreement-needed';
  const hasAgreement = need === 'accepted';
  const isNext = !wantsAgreement || hasAgreement;
  const stage =
    claim?.state === 'accepted' ? 'done' : desk.isAsGuaranteed ? 'claim' : isNext ? 'guarantee' : 'agreement';
  // The button that was pressed has gone with its stage: the keys go on where the next one begins.
  useEffect(() => {
    if (document.activeElement !== document.body) return;
    steps.current?.querySelector<HTMLElement>(FIRST_OF[stage])?.focus();
  }, [stage]);
  return (
    <div className="next-steps" ref={steps} data-stage={stage}>
      {wantsAgreement && !guaranteed ? <AgreementPanel atHand={atHand} known={known} desk={desk} /> : null}
      {desk.problem ? (
        <RefusalText
          problem={desk.problem}
          onRetry={mayRepeat(desk.problem.code) ? onGuarantee : undefined}
        />
      ) : null}
      {desk.isAsGuaranteed ? null : (
        <Button
          look={isNext ? 'primary' : 'plain'}
          size="large"
          data-guarantee=""
          type="submit"
          form={LINES_FORM}
        >
          {text(
            desk.isSending ? 'quote.guaranteeing' : guaranteed ? 'quote.guarantee-again' : 'quote.guarantee',
          )}
        </Button>
      )}
      {guaranteed && desk.isAsGuaranteed ? <ClaimPanel atHand={atHand} guaranteed={guaranteed} /> : null}
      <div className="actions">
        {desk.quote && desk.lines.length > 0 ? (
          <Button onPress={() => window.print()}>{text('quote.print')}</Button>
        ) : null}
        <Button
          look={stage === 'done' ? 'primary' : 'plain'}
          data-done=""
          onPress={() => {
            close();
            void navigate(PATHS.check);
          }}
        >
          {text('answer.next')}
        </Button>
      </div>
    </div>
  );
}
