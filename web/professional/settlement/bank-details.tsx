// Where this structure is paid: shown masked, changed after "confirm that it is you", in force 72 hours later.
// Must never keep an account number longer than it takes to send it.

import { useRef, useState } from 'react';
import { readIban } from '../../../src/core/iban.ts';
import type { Problem } from '../../shared/api-types.ts';
import { dayAndTime } from '../../shared/format.ts';
import type {
  BankDetailsReply,
  BankDetailsRequest,
  ShownBankDetails,
} from '../../shared/settlement-types.ts';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { ChangeRefusal } from '../change-refusal.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { useText } from '../text.ts';
import { useLoad } from '../use-load.ts';
import { SettlementPage } from './settlement-page.tsx';

export function BankDetails() {
  const text = useText();
  const [result, reload] = useLoad<BankDetailsReply>('/v1/bank-details');
  return (
    <SettlementPage title={text('bank.title')} lead={text('bank.lead')}>
      {result === null ? (
        <p role="status">{text('app.loading')}</p>
      ) : result.ok ? (
        <>
          <Known details={result.value} />
          <Changing onChanged={() => void reload()} />
        </>
      ) : (
        <RefusalText problem={result.problem} onRetry={() => void reload()} />
      )}
    </SettlementPage>
  );
}

function Known({ details: { masked, inForceFrom, waiting } }: { details: BankDetailsReply }) {
  const text = useText();
  return (
    <dl className="bank">
      <div>
        <dt>{text('bank.in-force')}</dt>
        <dd>
          {masked ? <span className="bank-no figures">{masked}</span> : text('bank.none')}
          {inForceFrom ? <span>{text('bank.since', { at: dayAndTime(inForceFrom) })}</span> : null}
        </dd>
      </div>
      {waiting ? (
        <div className="bank-waiting">
          <dt>{text('bank.waiting')}</dt>
          <dd>
            <span className="bank-no figures">{waiting.masked}</span>
            <span>{text('bank.from', { at: dayAndTime(waiting.inForceFrom) })}</span>
            <span>{text('bank.not-you')}</span>
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

const EMPTY = { holder: '', iban: '', bic: '' };

function Changing({ onChanged }: { onChanged(): void }) {
  const text = useText();
  const { call } = usePortal();
  const form = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState(EMPTY);
  const [state, setState] = useState<'idle' | 'wrong' | 'waiting' | 'confirmed' | ShownBankDetails | Problem>(
    'idle',
  );
  const iban = readIban(typed.iban);
  const isWrong = { holder: typed.holder.trim() === '', iban: iban === null };
  const send = async () => {
    if (isWrong.holder || iban === null) {
      setState('wrong');
      return form.current
        ?.querySelector<HTMLInputElement>(`[name="${isWrong.holder ? 'holder' : 'iban'}"]`)
        ?.focus();
    }
    setState('waiting');
    const bic = typed.bic.replaceAll(/\s/g, '').toUpperCase();
    const body: BankDetailsRequest = { holder: typed.holder.trim(), iban, ...(bic === '' ? {} : { bic }) };
    const result = await call<ShownBankDetails>('PUT', '/v1/bank-details', { body });
    setState(result.ok ? result.value : result.problem);
    if (!result.ok) return;
    setTyped(EMPTY);
    onChanged();
  };
  const cell = (name: keyof typeof EMPTY) => ({
    name,
    label: text(`bank.${name}`),
    value: typed[name],
    onChange: (value: string) => {
      setTyped({ ...typed, [name]: value });
      if (state === 'wrong' || state === 'confirmed') setState('idle');
    },
  });
  const problem = typeof state === 'object' && 'code' in state ? state : null;
  const done = typeof state === 'object' && 'masked' in state ? state : null;
  return (
    <form
      className="step bank-change"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (state !== 'waiting') void send();
      }}
    >
      <h2>{text('bank.change')}</h2>
      <ul className="steps">
        {(['1', '2', '3'] as const).map((fact) => (
          <li key={fact}>{text(`bank.fact.${fact}`)}</li>
        ))}
      </ul>
      <div className="sheet">
        <Field
          {...cell('holder')}
          figures={false}
          problem={state === 'wrong' && isWrong.holder ? text('problem.missing') : undefined}
          required
        />
        <Field
          {...cell('iban')}
          hint={text('bank.iban.hint')}
          problem={state === 'wrong' && isWrong.iban ? text('bank.iban.wrong') : undefined}
          required
        />
        <Field {...cell('bic')} hint={text('check.optional')} />
      </div>
      {problem ? <ChangeRefusal problem={problem} onConfirmed={() => setState('confirmed')} /> : null}
      {state === 'confirmed' ? <Banner tone="yes">{text('confirm.done')}</Banner> : null}
      {done ? (
        <Banner tone="yes">
          {text('bank.done', { masked: done.masked, at: dayAndTime(done.inForceFrom) })}
        </Banner>
      ) : null}
      <div className="actions">
        <Button type="submit" look="primary" size="large">
          {text('bank.send')}
        </Button>
      </div>
    </form>
  );
}
