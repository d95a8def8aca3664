// One alarm: the sentence, what was done by itself and what that means at the counter, the curve, and what staff may do.

import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Problem } from '../../shared/api-types.ts';
import { dayAndTime } from '../../shared/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import { useAlarmSpeech } from '../alarm-speech.ts';
import { isStanding } from '../alarm-words.ts';
import { CurveChart } from '../charts/curve-chart.tsx';
import { useConsole } from '../console.tsx';
import type { Overview, ToSign } from '../console-types.ts';
import type { Alarm } from '../guard-types.ts';
import { exposurePath, PATHS } from '../paths.ts';
import { ProblemText } from '../problem-text.tsx';
import { SignButton } from '../sign-dialog.tsx';
import { useText } from '../text.ts';
import { useLoad } from '../use-load.ts';

const pathOf = (id: string) => `/v1/guard/alarms/${encodeURIComponent(id)}`;

export function AlarmScreen({ overview }: { overview: Overview }) {
  const text = useText();
  const { id = '' } = useParams();
  const [loaded, load] = useLoad<Alarm>(pathOf(id));
  return (
    <section className="page">
      <p>
        <Link to={PATHS.alarms}>{text('alarm.all')}</Link>
      </p>
      {loaded === null ? (
        <h1>{text('app.loading')}</h1>
      ) : loaded.ok ? (
        <Found alarm={loaded.value} now={overview.at} reload={load} />
      ) : (
        <>
          <h1>{text('alarms.title')}</h1>
          <ProblemText problem={loaded.problem} onRetry={() => void load()} />
        </>
      )}
    </section>
  );
}

type Shown = { alarm: Alarm; now: string; reload(): Promise<void> };

function Found({ alarm, now, reload }: Shown) {
  const text = useText();
  const { sentence, who } = useAlarmSpeech();
  return (
    <>
      <header className="alarm-head">
        <p className="alarm-kind">
          {text(`detector.${alarm.detector}`)} · <span className="figures">{dayAndTime(alarm.at)}</span>
        </p>
        <h1>{sentence(alarm)}</h1>
        <p className="alarm-who">{who(alarm)}</p>
        <p className="quiet">{text(`detector.${alarm.detector}.about`)}</p>
      </header>
      <Done alarm={alarm} now={now} reload={reload} />
      {alarm.curve.length > 0 ? <CurveChart alarm={alarm} /> : <p className="quiet">{text('curve.none')}</p>}
      <Links alarm={alarm} />
    </>
  );
}

/** What was done by itself, for whom and until when; ending it, and having looked at it. */
function Done({ alarm, now, reload }: Shown) {
  const text = useText();
  const { outcome } = useAlarmSpeech();
  const { call, look } = useConsole();
  const [problem, setProblem] = useState<Problem | null>(null);
  const { response, scope, reviewedAt, reviewedBy } = alarm;
  const standing = isStanding(alarm, now);
  const review = async () => {
    const result = await call('POST', `${pathOf(alarm.id)}/review`);
    setProblem(result.ok ? null : result.problem);
    await Promise.all([look(), reload()]);
  };
  return (
    <section className={`alarm-done ${standing ? 'tone-no' : 'tone-halt'}`} aria-labelledby="done">
      <h2 id="done">{text('alarm.done')}</h2>
      <p className="alarm-response">{text(`response.${response}`)}</p>
      <p>{outcome(alarm, now)}</p>
      {standing ? (
        <p>
          {text(`response.${response}.means`)} {text(`whom.${scope.split(':')[0] as 'account'}`)}
        </p>
      ) : null}
      <div className="acts">
        <UndoButton alarm={alarm} isStanding={standing} reload={reload} />
        {reviewedAt === null ? (
          <Button size="small" onPress={() => void review()}>
            {text('alarm.review')}
          </Button>
        ) : (
          <span className="act-because">
            {text('alarm.reviewed', { by: reviewedBy ?? '', at: dayAndTime(reviewedAt) })}
          </span>
        )}
      </div>
      {problem ? <ProblemText problem={problem} /> : null}
    </section>
  );
}

function UndoButton({
  alarm,
  isStanding: stands,
  reload,
}: {
  alarm: Alarm;
  isStanding: boolean;
  reload(): Promise<void>;
}) {
  const text = useText();
  const { sign, call } = useConsole();
  const { who } = useAlarmSpeech();
  if (alarm.response === 'watched') return null;
  return (
    <SignButton
      label={text('undo')}
      longLabel={text('undo.label', { who: who(alarm) })}
      because={stands ? null : text('undo.over')}
      title={text('undo.title', { what: text(`response.${alarm.response}`) })}
      lead={text('undo.text')}
      about={who(alarm)}
      look="primary"
      outcomes={{ done: text('undo.done') }}
      sign={async (reason) => {
        const outcome = await sign('guard', () =>
          call<ToSign>('POST', `${pathOf(alarm.id)}/undo`, { body: { reason } }),
        );
        if (outcome === 'done') await reload();
        return outcome;
      }}
    />
  );
}

/** What such an account or structure would be worth to a thief. */
function Links({ alarm: { account, structure } }: { alarm: Alarm }) {
  const text = useText();
  const nameOf = (kind: 'account' | 'structure', id: string) => text(`scope.${kind}.named`, { id });
  return (
    <ul className="links">
      {account ? (
        <li>
          <Link to={exposurePath('account', account)}>
            {text('alarm.exposure', { what: nameOf('account', account) })}
          </Link>
        </li>
      ) : null}
      {structure ? (
        <li>
          <Link to={exposurePath('structure', structure)}>
            {text('alarm.exposure', { what: nameOf('structure', structure) })}
          </Link>
        </li>
      ) : null}
    </ul>
  );
}
