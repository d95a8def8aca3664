// The claim for a quote that is guaranteed: two numbers of the invoice, and what became of it. Until the operator freezes
// it for payment it can be taken back.

import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { euros } from '../../../src/core/money.ts';
import type { Problem } from '../../shared/api-types.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import type { ClaimAnswer, ClaimAnswers, ClaimRequest } from '../../shared/settlement-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Confirm } from '../../shared/ui/confirm.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { claimPath } from '../paths.ts';
import { RefusalText } from '../refusal-text.tsx';
import { useRequestId } from '../request-id.ts';
import { usePortal } from '../session.tsx';
import { RejectionText } from '../settlement/rejection-text.tsx';
import { useText } from '../settlement/text.ts';
import { type Case, type Guaranteed, useCase } from './case.tsx';

const NUMBER = /^\d{1,9}$/;

export function ClaimPanel({ atHand, guaranteed }: { atHand: Case; guaranteed: Guaranteed }) {
  const text = useText();
  const { claim } = atHand;
  const [problem, setProblem] = useState<Problem | null>(null);
  return (
    <section className="step" aria-labelledby="claim-title">
      <h2 id="claim-title">{text('claim.title')}</h2>
      <div aria-live="polite">{claim ? <Outcome claim={claim} onProblem={setProblem} /> : null}</div>
      {problem ? <RefusalText problem={problem} /> : null}
      {claim?.state === 'accepted' ? null : <Sending guaranteed={guaranteed} onProblem={setProblem} />}
    </section>
  );
}

function Sending({
  guaranteed: { answer, lines },
  onProblem,
}: {
  guaranteed: Guaranteed;
  onProblem(problem: Problem | null): void;
}) {
  const text = useText();
  const { call } = usePortal();
  const { change } = useCase();
  const request = useRequestId();
  const [numbers, setNumbers] = useState({ invoiceNo: '', lotNo: '' });
  const [state, setState] = useState<'idle' | 'wrong' | 'waiting'>('idle');
  const form = useRef<HTMLFormElement>(null);
  const isNumber = (name: keyof typeof numbers) => NUMBER.test(numbers[name].trim());
  const send = async () => {
    const wrong = (['invoiceNo', 'lotNo'] as const).find((name) => !isNumber(name));
    if (wrong) {
      setState('wrong');
      return form.current?.querySelector<HTMLInputElement>(`[name="${wrong}"]`)?.focus();
    }
    setState('waiting');
    const asked = {
      engagementNo: answer.engagementNo,
      invoiceNo: numbers.invoiceNo.trim(),
      lotNo: numbers.lotNo.trim(),
      lines: lines.map((line) => ({
        ...line,
        amcAsked: answer.lines.find(({ lineNo }) => lineNo === line.lineNo)?.amc ?? 0,
      })),
    };
    const body: ClaimRequest = { requestId: request.idFor(asked), ...asked };
    const result = await call<ClaimAnswers>('POST', '/v1/claims', { body });
    setState('idle');
    onProblem(result.ok ? null : result.problem);
    if (!result.ok) return;
    request.answered();
    change({ claim: result.value.claims[0] ?? null });
  };
  const cell = (name: keyof typeof numbers) => ({
    name,
    label: text(`claim.${name}`),
    value: numbers[name],
    inputMode: 'numeric' as const,
    onChange: (value: string) => setNumbers({ ...numbers, [name]: value }),
    problem: state === 'wrong' && !isNumber(name) ? text('claim.number-shape') : undefined,
    cell: 'w-half',
    required: true,
  });
  return (
    <form
      className="claiming"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (state !== 'waiting') void send();
      }}
    >
      <div className="sheet">
        <Field {...cell('invoiceNo')} />
        <Field {...cell('lotNo')} />
      </div>
      <Button type="submit" look="primary">
        {text(state === 'waiting' ? 'claim.sending' : 'claim.send')}
      </Button>
    </form>
  );
}

function Outcome({ claim, onProblem }: { claim: ClaimAnswer; onProblem(problem: Problem | null): void }) {
  const text = useText();
  const { language } = useLanguage();
  const { call } = usePortal();
  const { change } = useCase();
  const { claimId, engagementNo, state, amc, rejection } = claim;
  if (rejection) return <RejectionText rejection={rejection} />;
  const cancel = async () => {
    const body = { engagementNo };
    const result = await call('POST', `/v1/claims/${claimId}/cancellation`, { body });
    onProblem(result.ok ? null : result.problem);
    if (result.ok) change({ claim: { ...claim, state: 'cancelled' } });
  };
  return (
    <div className={`agreement tone-${state === 'accepted' ? 'yes' : 'halt'}`} data-claim={state}>
      <p className="state-line">
        <Icon name={state === 'accepted' ? 'yes' : 'halt'} />
        <strong>{text(`claim.state.${state}`)}</strong>
      </p>
      {state === 'accepted' ? <p>{text('claim.accepted', { amc: euros(amc, language) })}</p> : null}
      {claimId && state === 'accepted' ? (
        <div className="actions">
          <Link className="button button-plain button-small" to={claimPath(claimId)}>
            {text('claim.see')}
          </Link>
          <Confirm
            trigger={text('claim.cancel')}
            title={text('claim.cancel.title')}
            text={text('claim.cancel.text')}
            confirm={text('claim.cancel')}
            cancel={text('app.back')}
            onConfirm={() => void cancel()}
          />
        </div>
      ) : null}
    </div>
  );
}
