// Asking the insurer to agree before the care, and what it said. A machine may accept; what it does not waits for a person
// at the insurer, and this page never makes it look otherwise.

import { useState } from 'react';
import { AGE_GROUPS, type AgeGroup, EARS } from '../../../src/core/frequency.ts';
import type { Problem } from '../../shared/api-types.ts';
import type { Agreement, AgreementRequest, Ear, EquipmentAsked } from '../../shared/settlement-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Choice } from '../../shared/ui/choice.tsx';
import { Confirm } from '../../shared/ui/confirm.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { useRequestId } from '../request-id.ts';
import { usePortal } from '../session.tsx';
import { AgreementFacts } from '../settlement/agreement-facts.tsx';
import { useText } from '../settlement/text.ts';
import { type Case, useCase } from './case.tsx';
import type { Desk } from './use-desk.ts';
import type { Known } from './use-terms.ts';

/** States after which one may ask, for the first time or again. */
const ASKABLE = new Set(['needed', 'refused', 'cancelled', 'lapsed']);

export function AgreementPanel({ atHand, known, desk }: { atHand: Case; known: Known; desk: Desk }) {
  const text = useText();
  const { call } = usePortal();
  const { change } = useCase();
  const [problem, setProblem] = useState<Problem | null>(null);
  const { agreement } = atHand;
  const state = agreement?.state ?? known.terms.pec ?? 'needed';

  const read = async (method: 'GET' | 'DELETE') => {
    if (agreement === null) return known.reload();
    const result = await call<Agreement>(method, `/v1/prior-agreements/${agreement.priorAgreementId}`);
    setProblem(result.ok ? null : result.problem);
    if (result.ok) change({ agreement: result.value });
  };
  return (
    <section className="step" data-agreement={state} aria-labelledby="agreement-title">
      <h2 id="agreement-title">{text('agreement.title')}</h2>
      <div aria-live="polite">
        {agreement ? (
          <AgreementFacts agreement={agreement} />
        ) : (
          <p>{text(`agreement.need.${needOf(state)}`)}</p>
        )}
      </div>
      {problem ? <RefusalText problem={problem} /> : null}
      {ASKABLE.has(state) ? <Asking atHand={atHand} desk={desk} onProblem={setProblem} /> : null}
      <div className="actions">
        {state === 'pending' ? (
          <Button onPress={() => void read('GET')}>{text('agreement.refresh')}</Button>
        ) : null}
        {agreement && (state === 'pending' || state === 'accepted') ? (
          <Confirm
            trigger={text('agreement.cancel')}
            title={text('agreement.cancel.title')}
            text={text('agreement.cancel.text')}
            confirm={text('agreement.cancel')}
            cancel={text('app.back')}
            onConfirm={() => void read('DELETE')}
          />
        ) : null}
      </div>
    </section>
  );
}

const NEEDS = ['needed', 'pending', 'accepted', 'refused'] as const;
const needOf = (state: string) => NEEDS.find((need) => need === state) ?? 'needed';

function Asking({
  atHand: { engagement },
  desk,
  onProblem,
}: {
  atHand: Case;
  desk: Desk;
  onProblem(problem: Problem | null): void;
}) {
  const text = useText();
  const { call } = usePortal();
  const { change } = useCase();
  const request = useRequestId();
  const [age, setAge] = useState<AgeGroup | null>(null);
  const [sight, setSight] = useState<'changed' | 'same' | null>(null);
  const [ears, setEars] = useState<Ear | 'both' | null>(null);
  const [state, setState] = useState<'idle' | 'missing' | 'waiting'>('idle');
  const { domain, engagementNo } = engagement;

  const equipment = (): EquipmentAsked | null | 'missing' => {
    if (domain === 'OPTI') return age && sight ? { age, sightChanged: sight === 'changed' } : 'missing';
    if (domain === 'AUDI') return ears ? { ears: ears === 'both' ? [...EARS] : [ears] } : 'missing';
    return null;
  };
  const ask = async () => {
    if (state === 'waiting') return;
    const about = equipment();
    if (about === 'missing' || !desk.isComplete) return setState('missing');
    setState('waiting');
    const asked = { engagementNo, lines: [...desk.lines], ...(about ? { equipment: about } : {}) };
    const body: AgreementRequest = { requestId: request.idFor(asked), ...asked };
    const result = await call<Agreement>('POST', '/v1/prior-agreements', { body });
    setState('idle');
    onProblem(result.ok ? null : result.problem);
    if (!result.ok) return;
    request.answered();
    desk.forget();
    change({ agreement: result.value });
  };
  const owed = (given: unknown) =>
    state === 'missing' && given === null ? text('problem.missing') : undefined;
  return (
    <div className="asking">
      {domain === 'OPTI' ? (
        <>
          <Choice
            label={text('agreement.age')}
            value={age}
            onChange={(chosen) => setAge(chosen)}
            options={AGE_GROUPS.map((value) => ({ value, label: text(`agreement.age.${value}`) }))}
            problem={owed(age)}
          />
          <Choice
            label={text('agreement.sight')}
            value={sight}
            onChange={(chosen) => setSight(chosen)}
            options={(['same', 'changed'] as const).map((value) => ({
              value,
              label: text(`agreement.sight.${value}`),
            }))}
            problem={owed(sight)}
          />
        </>
      ) : null}
      {domain === 'AUDI' ? (
        <Choice
          label={text('agreement.ears')}
          value={ears}
          onChange={(chosen) => setEars(chosen)}
          options={(['both', ...EARS] as const).map((value) => ({
            value,
            label: text(`agreement.ears.${value}`),
          }))}
          problem={owed(ears)}
        />
      ) : null}
      {state === 'missing' && !desk.isComplete ? (
        <p className="field-problem" role="alert">
          {text('agreement.lines-first')}
        </p>
      ) : null}
      <Button look="primary" size="large" onPress={() => void ask()}>
        {text(state === 'waiting' ? 'agreement.asking' : 'agreement.ask')}
      </Button>
    </div>
  );
}
