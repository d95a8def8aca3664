// One line of a quote: what is billed, and below it who pays what of it and why.

import { type Cents, euros } from '../../../src/core/money.ts';
import type { QuotedLine } from '../../../src/core/quote.ts';
import { reasonsOf } from '../../../src/core/reasons.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import type { QuoteAnswerLine } from '../../shared/settlement-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Choice } from '../../shared/ui/choice.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { useText } from '../settlement/text.ts';
import { ActField } from './act-field.tsx';
import type { DraftLine, LineContext, LineField, LineProblems } from './draft.ts';
import { withBasket, withField } from './draft.ts';
import { BASKETS_OF } from './usual.ts';

/** A line as the page computed it, or as the server answered. */
export type Amounts = Pick<QuotedLine, 'amoGross' | 'amc' | 'patient'> & {
  reasons: QuoteAnswerLine['reasons'];
};

export function amountsOf(line: QuotedLine | undefined): Amounts | null {
  return line ? { ...line, reasons: reasonsOf(line.steps) } : null;
}

export function LineEditor({
  line,
  lineNo,
  context,
  problems,
  limit,
  amounts,
  onChange,
  onDuplicate,
  onRemove,
  mayDuplicate,
}: {
  line: DraftLine;
  lineNo: number;
  context: LineContext;
  problems: LineProblems;
  /** The legal maximum that a problem speaks of. */
  limit: Cents | null;
  amounts: Amounts | null;
  onChange(line: DraftLine): void;
  onDuplicate(): void;
  onRemove(): void;
  mayDuplicate: boolean;
}) {
  const text = useText();
  const { language } = useLanguage();
  const baskets = BASKETS_OF[context.domain];
  const problem = (field: LineField) => {
    const found = problems[field];
    return found
      ? text(`line.problem.${found}`, { limit: limit === null ? '' : euros(limit, language) })
      : undefined;
  };
  const cell = (name: Exclude<LineField, 'actCode'>) => ({
    name: `${name}-${lineNo}`,
    label: text(`line.${name}`),
    value: line[name],
    inputMode: 'text' as const,
    onChange: (value: string) => onChange(withField(line, name, value, context)),
    problem: problem(name),
    cell: `w-${name}`,
  });
  return (
    <fieldset className="line" data-line={lineNo}>
      <div className="line-head">
        <legend>{text('line.title', { no: lineNo })}</legend>
        <div className="line-tools">
          {mayDuplicate ? (
            <Button
              size="small"
              aria-label={text('line.duplicate.label', { no: lineNo })}
              onPress={onDuplicate}
            >
              {text('line.duplicate')}
            </Button>
          ) : null}
          <Button size="small" aria-label={text('line.remove.label', { no: lineNo })} onPress={onRemove}>
            {text('line.remove')}
          </Button>
        </div>
      </div>
      <div className="sheet">
        <ActField
          name={`actCode-${lineNo}`}
          value={line.actCode}
          onChange={(code) => onChange(withField(line, 'actCode', code, context))}
          acts={context.tables.acts}
          domain={context.domain}
          problem={problem('actCode')}
        />
        {baskets ? (
          <div className="field field-block w-basket">
            <Choice
              label={text('line.basket')}
              value={line.basket}
              onChange={(basket) => onChange(withBasket(line, basket, context))}
              options={baskets.map(({ value, label }) => ({ value, label: text(label) }))}
            />
          </div>
        ) : null}
        <Field {...cell('quantity')} required />
        <Field {...cell('price')} hint="€" required />
        <Field {...cell('br')} hint="€" required />
        <Field {...cell('amoRate')} hint="%" required />
        <Field {...cell('amoAmount')} hint="€" />
      </div>
      <LineAmounts amounts={amounts} lineNo={lineNo} />
    </fieldset>
  );
}

/** Always there, so that a line does not jump while it is typed. */
function LineAmounts({ amounts, lineNo }: { amounts: Amounts | null; lineNo: number }) {
  const text = useText();
  const { language } = useLanguage();
  const shown = (cents: Cents | undefined) => (cents === undefined ? '—' : euros(cents, language));
  return (
    <div className="line-amounts">
      <dl>
        {(['amoGross', 'amc', 'patient'] as const).map((part) => (
          <div key={part} data-part={part}>
            <dt>{text(`amount.${part}`)}</dt>
            <dd className="figures">{shown(amounts?.[part])}</dd>
          </div>
        ))}
      </dl>
      {amounts ? (
        <details>
          <summary className="why">
            {text('amount.why')}
            <span className="sr-only"> {text('line.title', { no: lineNo })}</span>
          </summary>
          <ol className="reasons-list">
            {amounts.reasons.map((reason, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps of one computation, in their only order
              <li key={i}>{reason[language]}</li>
            ))}
          </ol>
        </details>
      ) : null}
    </div>
  );
}
