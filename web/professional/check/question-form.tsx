// The question as a form sheet, its fields in the order of the card: routing, member, person, care.

import type { RefObject } from 'react';
import { IDENTITY_REASONS } from '../../shared/api-types.ts';
import { groupNir } from '../../shared/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Choice } from '../../shared/ui/choice.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { useText } from '../text.ts';
import { birthDateOf, compact, dayOf, type Field as FieldName, problemsOf, typedDay } from './question.ts';
import { looksScanned, type ScanReason } from './scan.ts';
import type { Check } from './use-check.ts';

export function QuestionForm({
  check,
  formRef,
  scan,
  scanProblem,
  isMain,
  onScan,
  onSubmit,
  onClear,
}: {
  check: Check;
  formRef: RefObject<HTMLFormElement | null>;
  scan: string;
  scanProblem: ScanReason | null;
  /** Something was typed, or is to be corrected: asking is what is expected next. */
  isMain: boolean;
  onScan(value: string): void;
  onSubmit(): void;
  onClear(): void;
}) {
  const text = useText();
  const { draft, edit, phase } = check;
  const cell = (name: FieldName) => cellOf(check, name, text);
  return (
    <form
      className="question"
      ref={formRef}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <h2 className="question-title">{text('check.typing')}</h2>
      <div className="sheet sheet-scan">
        <Field
          name="scan"
          label={text('check.scan')}
          value={scan}
          onChange={onScan}
          note={text('check.scan.hint')}
          problem={scanProblem ? text(`check.scan.${scanProblem}`) : undefined}
          inputRef={focusFirst}
        />
      </div>

      <fieldset>
        <div className="fieldset-head">
          <legend>{text('check.card')}</legend>
          <Choice
            className="evidence"
            label={text('check.evidence')}
            showLabel={false}
            value={draft.withCard ? 'card' : 'none'}
            onChange={(value) => edit({ withCard: value === 'card' })}
            options={[
              { value: 'card', label: text('check.evidence.card') },
              { value: 'none', label: text('check.evidence.none') },
            ]}
          />
        </div>
        <div className="sheet">
          <Field {...cell('amcNo')} label={text('field.amcNo')} inputMode="numeric" cell="w-amc" required />
          <Field
            {...cell('convType')}
            label={text('field.convType.short')}
            fullLabel={text('field.convType')}
            cell="w-conv"
            required
          />
          <Field {...cell('csr')} label={text('field.csr')} hint={text('check.optional')} cell="w-csr" />
          {draft.withCard ? (
            <Field {...cell('memberNo')} label={text('field.memberNo')} cell="w-full" required />
          ) : (
            <div className="field w-full field-block">
              <Choice
                className="reasons"
                label={text('field.reason')}
                value={draft.reason}
                onChange={(reason) => edit({ reason })}
                options={IDENTITY_REASONS.map((value) => ({ value, label: text(`reason.${value}`) }))}
                problem={check.problems.reason ? text(`problem.${check.problems.reason}`) : undefined}
              />
              <span className="field-note">{text('check.none.note')}</span>
            </div>
          )}
        </div>
      </fieldset>

      <fieldset>
        <legend>{text('check.person')}</legend>
        <div className="sheet">
          <Field
            {...cell('nir')}
            label={text('field.nir')}
            hint={text('field.nir.hint')}
            cell="w-full"
            required
          />
          <Field
            {...cell('birthDate')}
            label={text('field.birthDate')}
            hint={text('field.birthDate.hint')}
            inputMode="numeric"
            cell="w-birth"
            required
          />
          <Field
            {...cell('birthRank')}
            label={text('field.birthRank')}
            fullLabel={text('field.birthRank.long')}
            inputMode="numeric"
            cell="w-rank"
            required
          />
        </div>
      </fieldset>

      <fieldset>
        <legend>{text('check.care')}</legend>
        <div className="sheet">
          <div className="field w-domain field-block">
            <Choice
              label={text('field.domain')}
              value={draft.domain}
              onChange={(domain) => edit({ domain })}
              options={check.domains.map((value) => ({ value, label: text(`domain.${value}`), code: value }))}
            />
          </div>
          <Field
            {...cell('careDate')}
            label={text('field.careDate')}
            inputMode="numeric"
            cell="w-date"
            required
          />
        </div>
      </fieldset>

      <div className="question-actions">
        <Button
          type="submit"
          look={isMain ? 'primary' : 'plain'}
          size="large"
          {...(isMain ? { keys: '⏎' } : {})}
          isPending={phase.kind === 'asking'}
        >
          {text('check.ask')}
        </Button>
        <Button size="large" keys={text('key.escape')} onPress={onClear}>
          {text('check.clear')}
        </Button>
      </div>
    </form>
  );
}

/** What every field of the sheet has in common; on leaving it the number is grouped and looked at. */
function cellOf(check: Check, name: FieldName, text: ReturnType<typeof useText>) {
  const { draft, problems } = check;
  const problem = problems[name];
  return {
    name,
    value: draft[name],
    onChange: (value: string) => check.edit({ [name]: value }),
    onBlur: () => {
      const typed = draft[name];
      if (compact(typed) === '' || looksScanned(typed)) return;
      const found = problemsOf(draft, check)[name];
      // On top of what stands there by now: leaving a field may be the effect of asking.
      check.setProblems(({ [name]: _gone, ...others }) => (found ? { ...others, [name]: found } : others));
      const tidy = tidied(name, typed);
      // Not `edit`: writing the same number more legibly takes no answer away.
      if (tidy !== typed) check.rewrite(name, tidy);
    },
    problem: problem ? text(`problem.${problem}`) : undefined,
  };
}

/** The same value as people read it; what is not understood stays as typed. */
function tidied(name: FieldName, typed: string): string {
  if (name === 'nir') return groupNir(compact(typed));
  if (name === 'birthDate') return typedOr(birthDateOf(typed), typed);
  if (name === 'careDate') return typedOr(dayOf(typed), typed);
  return compact(typed);
}

function typedOr(day: string | null, typed: string): string {
  return day === null ? typed : typedDay(day);
}

/** The scan field has the first keystroke. Done here, not by `autoFocus`, so that a re-render never moves the focus. */
function focusFirst(input: HTMLInputElement | null): void {
  if (input && !input.dataset['focused']) {
    input.dataset['focused'] = 'once';
    input.focus();
  }
}
