// A refusal in three answers: what happened, what to do, who can fix it. Nothing the person typed is repeated.

import { type ReactNode, useId } from 'react';
import type { Problem } from '../shared/api-types.ts';
import { nowMs } from '../shared/clock.ts';
import { clockTime, remaining } from '../shared/format.ts';
import { useLanguage } from '../shared/i18n.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Icon } from '../shared/ui/icons.tsx';
import { knownRefusal, type RefusalCode, serverSentence } from './refusals.ts';
import { useText } from './text.ts';

export function RefusalText({
  problem,
  onRetry,
  retryKeys,
  announced = false,
  insurer = null,
  words,
  atMs = nowMs(),
  children,
}: {
  problem: Problem;
  /** The words that fit better than those of its code. */
  words?: RefusalCode;
  /** When it was refused. */
  atMs?: number;
  /** Ways on, beside what is said. */
  children?: ReactNode;
  onRetry?: (() => void) | undefined;
  retryKeys?: string;
  /** It stands in a place that is read out anyway. */
  announced?: boolean;
  /** Of the card that was asked about. */
  insurer?: string | null;
}) {
  const text = useText();
  const { language } = useLanguage();
  const titleId = useId();
  const known = words ?? knownRefusal(problem.code);
  const what = known ? text(`refusal.${known}.what`) : serverSentence(problem, language);
  const shown = known ?? 'other';
  const again = problem.retryAfterSeconds;
  return (
    <section className="slab tone-halt" aria-labelledby={titleId} {...(announced ? {} : { role: 'alert' })}>
      <header className="slab-head">
        <Icon name="halt" />
        <p className="slab-code figures">{problem.code}</p>
        <h2 id={titleId} className="slab-title">
          {text(`refusal.${shown}.title`)}
        </h2>
      </header>
      <dl className="three">
        {what ? (
          <div>
            <dt>{text('refusal.what')}</dt>
            <dd>{what}</dd>
          </div>
        ) : null}
        <div>
          <dt>{text('refusal.do')}</dt>
          <dd>
            {text(`refusal.${shown}.do`, { code: problem.code })}{' '}
            {again
              ? text('refusal.retry-at', {
                  time: clockTime(atMs + again * 1000),
                  left: remaining(again * 1000),
                })
              : null}
          </dd>
        </div>
        <div>
          <dt>{text('refusal.who')}</dt>
          <dd>{text(`refusal.${shown}.who`)}</dd>
        </div>
        {insurer ? (
          <div>
            <dt>{text('answer.card')}</dt>
            <dd>{insurer}</dd>
          </div>
        ) : null}
      </dl>
      {children}
      {onRetry ? (
        <div className="actions">
          <Button look="primary" onPress={onRetry} {...(retryKeys ? { keys: retryKeys } : {})}>
            {text('app.retry')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
