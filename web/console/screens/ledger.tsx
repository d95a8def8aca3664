// The ledger's health: what is signed, and the whole of it verified again on request.

import { useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { nowMs } from '../../shared/clock.ts';
import { dayAndTime } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { useConsole } from '../console.tsx';
import type { LedgerCheck, Overview } from '../console-types.ts';
import { age, number } from '../figures.ts';
import { ProblemText } from '../problem-text.tsx';
import { useText } from '../text.ts';

export function LedgerScreen({ overview }: { overview: Overview }) {
  const text = useText();
  const { language } = useLanguage();
  const { call, look } = useConsole();
  const [problem, setProblem] = useState<Problem | null>(null);
  const { entries, signed, signedAt, check } = overview.ledger;
  const verify = async () => {
    const result = await call('POST', '/v1/ledger/verification');
    setProblem(result.ok ? null : result.problem);
    await look();
  };
  const because =
    check.kind === 'running'
      ? text('ledger.running')
      : check.kind === 'unavailable'
        ? text('ledger.unavailable')
        : null;
  return (
    <section className="page">
      <h1>{text('ledger.title')}</h1>
      <p className="lead">{text('ledger.lead')}</p>
      <dl className="cells">
        <div>
          <dt>{text('ledger.entries')}</dt>
          <dd className="figures">{number(entries, language)}</dd>
        </div>
        <div>
          <dt>{text('ledger.signed')}</dt>
          <dd className="figures">{number(signed, language)}</dd>
        </div>
        <div>
          <dt>{text('ledger.unsigned')}</dt>
          <dd className="figures">{number(entries - signed, language)}</dd>
        </div>
        <div>
          <dt>{text('ledger.signed-at')}</dt>
          <dd className="figures">
            {signedAt
              ? text('ledger.ago', {
                  age: age(nowMs() - Date.parse(signedAt), language),
                })
              : '–'}
          </dd>
        </div>
      </dl>
      <section className="stretch" aria-labelledby="verify">
        <h2 id="verify">{text('ledger.verify.title')}</h2>
        <p className="quiet">{text('ledger.verify.text')}</p>
        <div className="act">
          <Button
            look="primary"
            isDisabled={because !== null}
            {...(because ? { 'aria-describedby': 'verify-because' } : {})}
            onPress={() => void verify()}
          >
            {text('ledger.verify')}
          </Button>
          {because ? (
            <span className="act-because" id="verify-because">
              {because}
            </span>
          ) : null}
        </div>
        {problem ? <ProblemText problem={problem} /> : null}
        <Check check={check} />
      </section>
    </section>
  );
}

function Check({ check }: { check: LedgerCheck }) {
  const text = useText();
  const { language } = useLanguage();
  const shown = (value: number) => number(value, language);
  switch (check.kind) {
    case 'none':
    case 'unavailable':
      return null;
    case 'running':
      return (
        <div className="feed-state">
          <progress
            value={check.entries}
            max={Math.max(check.of, 1)}
            aria-label={text('ledger.verify.title')}
          />
          <p className="figures">
            {text('ledger.progress', { entries: shown(check.entries), of: shown(check.of) })}
          </p>
        </div>
      );
    case 'failed':
      return (
        <Banner tone="caution" title={text('ledger.failed')}>
          {text('ledger.by', { by: check.by, at: dayAndTime(check.endedAt) })}
        </Banner>
      );
    case 'done':
      return (
        <Banner
          tone={check.ok ? 'yes' : 'no'}
          urgent={!check.ok}
          title={
            check.ok
              ? text('ledger.good', { entries: shown(check.entries) })
              : check.firstBad === null
                ? text('ledger.bad')
                : text('ledger.bad.entry', { entry: shown(check.firstBad) })
          }
        >
          {check.ok ? (
            <p>{text('ledger.good.text', { proved: shown(check.proved), doors: shown(check.doors) })}</p>
          ) : (
            <p lang="en" className="figures">
              {check.reason}
            </p>
          )}
          <p className="quiet">
            {text('ledger.by', { by: check.by, at: dayAndTime(check.endedAt) })} ·{' '}
            {number(check.seconds, language, 1)} s
          </p>
        </Banner>
      );
  }
}
