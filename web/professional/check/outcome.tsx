// What the counter sees of a question: asking, the answer, or why there is none.

import { useId } from 'react';
import type { AnswerCode, EligibilityAnswer, EligibilityRequest } from '../../shared/api-types.ts';
import { clockTime, longDay, shortDay } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { EngagementNo } from '../engagement-no.tsx';
import type { MessageKey } from '../messages-fr.ts';
import { RefusalText } from '../refusal-text.tsx';
import { mayRepeat } from '../refusals.ts';
import { useText } from '../text.ts';
import { GuardRefusal } from './guard-refusal.tsx';
import { guardRefusal } from './guard-refusals.ts';
import type { Asked, Phase } from './use-check.ts';
import { verdictOf } from './verdicts.ts';

export function Outcome({
  phase,
  onNext,
  onRepeat,
  onStop,
  onCamera,
  onQuote,
}: {
  phase: Phase;
  onNext(): void;
  onRepeat(): void;
  onStop(): void;
  onCamera(): void;
  onQuote(): void;
}) {
  const text = useText();
  const insurer = useInsurer(phase.kind === 'ready' ? null : phase);
  switch (phase.kind) {
    case 'ready':
      return null; // the card's way stands there
    case 'asking':
      return (
        <section className="slab tone-wait">
          <header className="slab-head">
            <Icon name="wait" />
            <h2 className="slab-title">{text('asking.title')}</h2>
          </header>
          {insurer ? <p className="slab-what">{insurer}</p> : null}
          {phase.late ? (
            <p className="slab-what">
              {text('asking.late')}{' '}
              <Button size="small" onPress={onStop}>
                {text('app.cancel')}
              </Button>
            </p>
          ) : null}
        </section>
      );
    case 'refused': {
      const { problem, request, atMs } = phase;
      const guard = guardRefusal(problem, request);
      const shown = { problem, insurer, atMs };
      return (
        <>
          {guard ? (
            <GuardRefusal {...shown} code={guard} onAgain={onRepeat} onCamera={onCamera} />
          ) : (
            <RefusalText
              {...shown}
              announced
              retryKeys="R"
              onRetry={mayRepeat(problem.code) ? onRepeat : undefined}
            />
          )}
          <Next onNext={onNext} keys="N" />
        </>
      );
    }
    case 'answered':
      return (
        <>
          <Answer answer={phase.answer} asked={phase} insurer={insurer} atMs={phase.atMs} />
          <Next onNext={onNext} keys="⏎" onQuote={phase.answer.engagementNo ? onQuote : null} />
        </>
      );
  }
}

/** One main action at a time: how much is paid, where it is paid; after another answer the next patient. */
function Next({
  onNext,
  keys,
  onQuote = null,
}: {
  onNext(): void;
  keys: '⏎' | 'N';
  onQuote?: (() => void) | null;
}) {
  const text = useText();
  return (
    <div className="actions next">
      {onQuote ? (
        <Button look="primary" size="large" keys="M" data-quote="" onPress={onQuote}>
          {text('answer.quote')}
        </Button>
      ) : null}
      <Button look={keys === 'N' || onQuote ? 'plain' : 'primary'} size="large" keys={keys} onPress={onNext}>
        {text('answer.next')}
      </Button>
    </div>
  );
}

/** Of the card that was asked about: the name the card showed, its number beside it. Null for typed numbers. */
function useInsurer(asked: Asked | null): string | null {
  const text = useText();
  if (asked?.request.evidence.kind !== 'card') return null;
  const number = asked.request.amcNo;
  const { insurerName: name } = asked;
  return name === null ? text('card.insurer', { number }) : text('card.insurer.named', { name, number });
}

function Answer({
  answer,
  asked: { request },
  insurer,
  atMs,
}: {
  answer: EligibilityAnswer;
  asked: Asked;
  insurer: string | null;
  atMs: number;
}) {
  const text = useText();
  const { language } = useLanguage();
  const titleId = useId();
  const tone = verdictOf(answer.code)?.tone ?? 'halt';
  return (
    <section className={`slab tone-${tone}`} aria-labelledby={titleId} data-code={answer.code}>
      <header className="slab-head">
        <Icon name={tone} />
        <p className="slab-code figures">{text('answer.code', { code: answer.code })}</p>
        <h2 id={titleId} className="slab-title">
          {text(`code.${answer.code}.title`)}
        </h2>
        {answer.guaranteeUntil ? (
          <p className="slab-until">
            {text('answer.until', { day: longDay(answer.guaranteeUntil, language) })}
          </p>
        ) : (
          <p className="slab-until">{text(`code.${answer.code}.what`)}</p>
        )}
      </header>
      {answer.engagementNo ? <EngagementNo number={answer.engagementNo} keys="C" /> : null}
      <p className="slab-do">
        <strong>{text('answer.do')}</strong> {text(whatToDo(answer.code, request))}
      </p>
      <dl className="facts">
        <Fact name={text('answer.domain')}>{text(`domain.${request.domain}`)}</Fact>
        <Fact name={text('answer.careDate')}>{shortDay(request.careDate)}</Fact>
        {insurer ? <Fact name={text('answer.card')}>{insurer}</Fact> : null}
        {answer.coverFrom ? (
          <Fact name={text('answer.cover')}>
            {answer.coverTo
              ? text('answer.cover.closed', {
                  from: shortDay(answer.coverFrom),
                  to: shortDay(answer.coverTo),
                })
              : text('answer.cover.open', { from: shortDay(answer.coverFrom) })}
          </Fact>
        ) : null}
        {answer.rule ? <Fact name={text('answer.rule')}>{answer.rule}</Fact> : null}
        {answer.responsible === null ? null : (
          <Fact name={text('answer.responsible')}>
            {text(answer.responsible ? 'answer.yes' : 'answer.no')}
          </Fact>
        )}
        <Fact name={text('answer.receipt')} title={text('answer.receipt.title', { log: answer.receipt.log })}>
          {String(answer.receipt.index)}
        </Fact>
      </dl>
      <p className="slab-at">{text('answer.at', { time: clockTime(atMs) })}</p>
    </section>
  );
}

/** A card has no numbers that could have been misread: other words than for typed ones. */
function whatToDo(code: AnswerCode, { evidence }: EligibilityRequest): MessageKey {
  return code === '200' && evidence.kind === 'card' ? 'code.200.card.do' : `code.${code}.do`;
}

function Fact({ name, title, children }: { name: string; title?: string; children: string }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd className="figures">{children}</dd>
    </div>
  );
}
