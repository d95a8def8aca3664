// The desk of one quote: lines on the left, who pays what on the right, and one next step at a time.
// Must never show an estimate as a promise: only what the server has reserved is called guaranteed.

import { useEffect, useRef } from 'react';
import type { CareDate } from '../../../src/core/period.ts';
import { longDay, shortDay } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { dayOf } from '../check/question.ts';
import { useText } from '../settlement/text.ts';
import { type Case, LINES_FORM, useCase } from './case.tsx';
import { type DraftLine, emptyLine, type LineContext, lineFor, MOST_LINES } from './draft.ts';
import { DuePanel } from './due-panel.tsx';
import { LineEditor } from './line-editor.tsx';
import { NextStep } from './next-step.tsx';
import { QuotePaper } from './quote-paper.tsx';
import { useDesk } from './use-desk.ts';
import type { Known } from './use-terms.ts';
import { TEMPLATES, type Template } from './usual.ts';

export function QuoteDesk({ atHand, known }: { atHand: Case; known: Known }) {
  const text = useText();
  const { language } = useLanguage();
  const { change, close } = useCase();
  const { engagement, lines, careDay, guaranteed, claim } = atHand;
  const day = careDayOf(careDay, engagement.careDate, known.guaranteeUntil);
  const context: LineContext = {
    domain: engagement.domain,
    careDate: (day ?? engagement.careDate) as CareDate,
    tables: known.tables,
  };
  const desk = useDesk({ atHand, known, context, dayIsGood: day !== null });
  const form = useRef<HTMLFormElement>(null);
  const addedKey = useRef<number | null>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('.templates button, [data-add]')?.focus();
  }, []);
  useEffect(() => {
    const at = lines.findIndex(({ key }) => key === addedKey.current);
    addedKey.current = null;
    if (at >= 0) focusOnLine(form.current, at + 1);
  }, [lines]);

  const put = (changed: readonly DraftLine[]) => {
    desk.forget();
    change({ lines: changed });
  };
  const nextKey = lines.reduce((most, { key }) => Math.max(most, key), 0) + 1;
  const add = (added: DraftLine[]) => {
    addedKey.current = added[0]?.key ?? null;
    put([...lines, ...added]);
  };
  const addTemplate = ({ lines: given }: Template) =>
    add(given.map((one, i) => lineFor(nextKey + i, one, context)));
  const submit = async () => {
    const wrong = await desk.guarantee();
    if (wrong !== null) form.current?.querySelector<HTMLInputElement>(wrong)?.focus();
  };
  const isOver = claim?.state === 'accepted';
  const isFull = lines.length >= MOST_LINES;

  return (
    <>
      <div className="quote" data-over={isOver}>
        <form
          className="quote-lines"
          id={LINES_FORM}
          ref={form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!isOver) void submit();
          }}
        >
          <div className="page-head">
            <h1>{text('quote.title')}</h1>
            <Button size="small" onPress={close}>
              {text('quote.other-engagement')}
            </Button>
          </div>
          <dl className="facts">
            <div>
              <dt>{text('answer.domain')}</dt>
              <dd>{text(`domain.${engagement.domain}`)}</dd>
            </div>
            <div>
              <dt>{text('quote.rule')}</dt>
              <dd className="figures">
                {known.terms.product} · {known.terms.rule}
              </dd>
            </div>
            <div>
              <dt>{text('quote.until')}</dt>
              <dd>{longDay(known.guaranteeUntil, language)}</dd>
            </div>
          </dl>
          {isOver ? null : (
            <div className="quote-start">
              <Templates domain={engagement.domain} isDisabled={isFull} onChoose={addTemplate} />
              <div className="sheet quote-day">
                <Field
                  name="careDay"
                  label={text('field.careDate')}
                  value={careDay}
                  onChange={(value) => {
                    desk.forget();
                    change({ careDay: value });
                  }}
                  problem={
                    day === null
                      ? text('quote.day-outside', {
                          from: shortDay(engagement.careDate),
                          to: shortDay(known.guaranteeUntil),
                        })
                      : undefined
                  }
                />
              </div>
            </div>
          )}
          {lines.length === 0 ? <p className="quote-empty">{text('quote.empty')}</p> : null}
          <div className="lines" inert={isOver}>
            {lines.map((line, i) => (
              <LineEditor
                key={line.key}
                line={line}
                lineNo={i + 1}
                context={context}
                problems={desk.problemsOf(line, i + 1)}
                limit={desk.limit}
                amounts={desk.amountsOf(i + 1)}
                mayDuplicate={!isFull}
                onChange={(changed) => put(lines.map((one) => (one.key === line.key ? changed : one)))}
                onDuplicate={() => add([{ ...line, key: nextKey }])}
                onRemove={() => {
                  put(lines.filter(({ key }) => key !== line.key));
                  form.current?.querySelector<HTMLElement>('[data-add]')?.focus();
                }}
              />
            ))}
          </div>
          {isOver ? null : (
            <div className="actions">
              <Button data-add="" isDisabled={isFull} onPress={() => add([emptyLine(nextKey)])}>
                {text(isFull ? 'quote.full' : 'quote.add')}
              </Button>
            </div>
          )}
        </form>
        <aside className="quote-side" aria-label={text('quote.side')}>
          <div className="quote-now">
            <DuePanel desk={desk} guaranteed={guaranteed} />
            <NextStep atHand={atHand} known={known} desk={desk} onGuarantee={() => void submit()} />
          </div>
        </aside>
      </div>
      <QuotePaper atHand={atHand} known={known} desk={desk} />
    </>
  );
}

function Templates({
  domain,
  isDisabled,
  onChoose,
}: {
  domain: LineContext['domain'];
  isDisabled: boolean;
  onChoose(template: Template): void;
}) {
  const text = useText();
  const templates = TEMPLATES[domain];
  if (!templates) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons, not fields: a fieldset would be read as one
    <div className="templates" role="group" aria-label={text('template.title')}>
      <span aria-hidden="true">{text('template.title')}</span>
      <div className="actions">
        {templates.map((template) => (
          <Button key={template.name} size="small" isDisabled={isDisabled} onPress={() => onChoose(template)}>
            {text(`template.${template.name}`)}
          </Button>
        ))}
      </div>
    </div>
  );
}

/** The first thing that is not filled in yet. */
function focusOnLine(form: HTMLFormElement | null, lineNo: number): void {
  const inputs = [
    ...(form?.querySelectorAll<HTMLInputElement>(`[data-line="${lineNo}"] .field-input`) ?? []),
  ];
  (inputs.find(({ value }) => value === '') ?? inputs[0])?.focus();
}

/** Null: no day, or none that the guarantee holds for. */
function careDayOf(typed: string, from: string, to: string): string | null {
  const day = dayOf(typed);
  return day !== null && day >= from && day <= to ? day : null;
}
