// How much is paid: the engagement that a check has opened, or one whose number somebody has at hand.

import { useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import type { EngagementReply } from '../../shared/settlement-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { useText } from '../settlement/text.ts';
import '../settlement/settlement.css';
import { useCase } from './case.tsx';
import { QuoteDesk } from './quote-desk.tsx';
import { useTerms } from './use-terms.ts';

export function QuoteScreen() {
  const { atHand } = useCase();
  return atHand ? <Opened key={atHand.engagement.engagementNo} /> : <FindEngagement />;
}

function Opened() {
  const text = useText();
  const { atHand, close } = useCase();
  const known = useTerms(atHand?.engagement.engagementNo ?? '');
  if (atHand === null) return null;
  if (known.kind === 'known') return <QuoteDesk atHand={atHand} known={known} />;
  return (
    <section className="page">
      <h1>{text('quote.title')}</h1>
      {known.kind === 'loading' ? (
        <p role="status">{text('quote.loading')}</p>
      ) : (
        <RefusalText problem={known.problem} onRetry={known.retry}>
          <div className="actions">
            <Button onPress={close}>{text('quote.other-engagement')}</Button>
          </div>
        </RefusalText>
      )}
    </section>
  );
}

/** Without a check of just now: the number comes from the invoice software or from yesterday's paper. */
function FindEngagement() {
  const text = useText();
  const { call } = usePortal();
  const { open } = useCase();
  const [typed, setTyped] = useState('');
  const [state, setState] = useState<'idle' | 'waiting' | 'shape' | Problem>('idle');
  const find = async () => {
    const no = typed.replaceAll(/[\s-]/g, '').toUpperCase();
    if (!/^[0-9A-HJKMNP-TV-Z]{26}$/.test(no)) return setState('shape');
    setState('waiting');
    const found = await call<EngagementReply>('GET', `/v1/engagements/${no}`);
    if (!found.ok) return setState(found.problem);
    const { engagementNo, domain, careDate, guaranteeUntil } = found.value;
    open({ engagementNo, domain, careDate, guaranteeUntil });
  };
  return (
    <section className="page">
      <h1>{text('quote.title')}</h1>
      <p className="lead">{text('quote.find.lead')}</p>
      <form
        className="find"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (state !== 'waiting') void find();
        }}
      >
        <div className="sheet">
          <Field
            name="engagementNo"
            label={text('answer.engagement')}
            hint={text('quote.find.hint')}
            value={typed}
            onChange={(value) => {
              setTyped(value);
              if (state === 'shape') setState('idle');
            }}
            problem={state === 'shape' ? text('quote.find.shape') : undefined}
          />
        </div>
        <Button type="submit" look="primary" size="large">
          {text('quote.find.button')}
        </Button>
      </form>
      {typeof state === 'object' ? <RefusalText problem={state} /> : null}
    </section>
  );
}
