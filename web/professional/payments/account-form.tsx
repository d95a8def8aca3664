// Another account: holder, number, code of the bank. Must never keep what was typed once the server has it.

import { useRef, useState } from 'react';
import type { Problem, ShownAccount } from '../../shared/api-types.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { ChangeRefusal } from '../change-refusal.tsx';
import { serverSentence } from '../refusals.ts';
import { usePortal } from '../session.tsx';
import { useText } from '../text.ts';
import {
  ACCOUNT_FIELDS,
  type AccountField,
  fieldOf,
  groupedIban,
  NOTHING_TYPED,
  problemsOf,
  requestOf,
} from './account-typed.ts';
import { usePaymentsText } from './text.ts';
import { useMoment } from './use-moment.ts';

type Outcome = 'idle' | 'wrong' | 'sending' | 'confirmed' | Problem;

export function AccountForm({
  isFirst,
  replaces,
  saved,
  onSaved,
}: {
  isFirst: boolean;
  replaces: boolean;
  /** Here, just now. */
  saved: ShownAccount | null;
  onSaved(account: ShownAccount): void;
}) {
  const text = usePaymentsText();
  const portalText = useText();
  const moment = useMoment();
  const { language } = useLanguage();
  const { call } = usePortal();
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const [outcome, setOutcome] = useState<Outcome>('idle');
  const form = useRef<HTMLFormElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const problem = typeof outcome === 'object' ? outcome : null;
  const refusedField = problem && fieldOf(problem);

  const focus = (field: AccountField) =>
    form.current?.querySelector<HTMLInputElement>(`[name="${field}"]`)?.focus();
  const send = async () => {
    const wrong = problemsOf(typed);
    const first = ACCOUNT_FIELDS.find((field) => wrong[field]);
    if (first) {
      setOutcome('wrong');
      return focus(first);
    }
    setOutcome('sending');
    const result = await call<ShownAccount>('PUT', '/v1/bank-details', { body: requestOf(typed) });
    if (result.ok) {
      setTyped(NOTHING_TYPED);
      setOutcome('idle');
      return onSaved(result.value);
    }
    setOutcome(result.problem);
    const field = fieldOf(result.problem);
    if (field) focus(field);
  };
  const problemAt = (field: AccountField) => {
    if (problem && refusedField === field) return serverSentence(problem, language);
    const wrong = outcome === 'wrong' ? problemsOf(typed)[field] : undefined;
    return wrong && text(`problem.${wrong}`);
  };
  const cell = (field: AccountField) => ({
    name: field,
    label: text(`change.${field}`),
    hint: text(`change.${field}.hint`),
    value: typed[field],
    onChange: (value: string) => {
      setTyped((before) => ({ ...before, [field]: value }));
      if (refusedField) setOutcome('idle');
    },
    problem: problemAt(field),
  });

  return (
    <form
      ref={form}
      className="account-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (outcome !== 'sending') void send();
      }}
    >
      <h2>{text(isFirst ? 'change.first' : 'change.title')}</h2>
      <p>{text('change.lead')}</p>
      {replaces ? <p>{text('change.replaces')}</p> : null}
      <div className="sheet">
        <Field {...cell('holder')} figures={false} required />
        <Field
          {...cell('iban')}
          required
          cell="w-iban"
          onBlur={() => setTyped((before) => ({ ...before, iban: groupedIban(before.iban) }))}
        />
        <Field {...cell('bic')} cell="w-bic" />
      </div>
      {problem && !refusedField ? (
        <ChangeRefusal
          problem={problem}
          onConfirmed={() => {
            setOutcome('confirmed');
            button.current?.focus();
          }}
        />
      ) : null}
      {saved && outcome === 'idle' ? (
        <Banner tone="yes">
          {text('change.done', { masked: saved.masked, when: moment(saved.inForceFrom) })}
        </Banner>
      ) : null}
      {outcome === 'confirmed' ? <Banner tone="yes">{portalText('confirm.done')}</Banner> : null}
      <Button type="submit" look="primary" buttonRef={button} isDisabled={outcome === 'sending'}>
        {text(outcome === 'sending' ? 'change.sending' : 'change.send')}
      </Button>
    </form>
  );
}
