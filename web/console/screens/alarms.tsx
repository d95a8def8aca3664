// Alarms, newest first: what was seen, about whom, what was done by itself and whether it still stands.

import { useEffect } from 'react';
import { Link, useSearchParams } from 'react-router';
import { dayAndTime } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { useAlarmSpeech } from '../alarm-speech.ts';
import { isStanding } from '../alarm-words.ts';
import type { Overview } from '../console-types.ts';
import { number } from '../figures.ts';
import type { AlarmSummary } from '../guard-types.ts';
import { alarmPath, olderAlarms, PATHS } from '../paths.ts';
import { ProblemText } from '../problem-text.tsx';
import { useText } from '../text.ts';
import { useLoad } from '../use-load.ts';
import { Canaries } from './canaries.tsx';

const PAGE = 50;

export function Alarms({ overview }: { overview: Overview }) {
  const text = useText();
  const [search] = useSearchParams();
  const before = search.get('before');
  const path = `/v1/guard/alarms${before === null ? '' : `?${new URLSearchParams({ before })}`}`;
  const [loaded, load] = useLoad<{ alarms: AlarmSummary[] }>(path);
  const { standing, unreviewed, latestAt } = overview.alarms;
  // The overview tells that something changed; the list is then read again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: those three decide, not the function
  useEffect(() => {
    if (loaded !== null) void load();
  }, [standing, unreviewed, latestAt]);
  return (
    <section className="page wide">
      <h1>{text('alarms.title')}</h1>
      <p className="lead">{text('alarms.lead')}</p>
      {loaded === null ? (
        <p role="status">{text('app.loading')}</p>
      ) : !loaded.ok ? (
        <ProblemText problem={loaded.problem} onRetry={() => void load()} />
      ) : loaded.value.alarms.length === 0 ? (
        <Quiet overview={overview} isFirstPage={before === null} />
      ) : (
        <>
          <ul className="alarms">
            {loaded.value.alarms.map((alarm) => (
              <AlarmRow key={alarm.id} alarm={alarm} now={overview.at} />
            ))}
          </ul>
          <Pages alarms={loaded.value.alarms} isFirstPage={before === null} />
        </>
      )}
      <Canaries touched={loaded?.ok ? loaded.value.alarms.filter(isCanary) : null} />
    </section>
  );
}

const isCanary = ({ detector }: AlarmSummary): boolean => detector === 'canary';

function AlarmRow({ alarm, now }: { alarm: AlarmSummary; now: string }) {
  const text = useText();
  const { sentence, who, outcome } = useAlarmSpeech();
  const standing = isStanding(alarm, now);
  return (
    <li className={standing ? 'tone-no' : 'tone-halt'} data-standing={standing}>
      <div className="alarm-said">
        <span className="alarm-kind">
          {text(`detector.${alarm.detector}`)} · <span className="figures">{dayAndTime(alarm.at)}</span>
        </span>
        <Link className="alarm-sentence" to={alarmPath(alarm.id)}>
          {sentence(alarm)}
        </Link>
        <span className="quiet">{who(alarm)}</span>
      </div>
      <div className="alarm-state">
        <strong>
          <Icon name={standing ? 'halt' : 'yes'} />
          {text(`response.${alarm.response}`)}
        </strong>
        <span>{outcome(alarm, now)}</span>
        <span className="quiet">
          {alarm.reviewedBy ? text('alarms.reviewed', { by: alarm.reviewedBy }) : text('alarms.not-reviewed')}
        </span>
      </div>
    </li>
  );
}

/** Nothing was noticed: what that means, and how many looked up meanwhile. */
function Quiet({ overview, isFirstPage }: { overview: Overview; isFirstPage: boolean }) {
  const text = useText();
  const { language } = useLanguage();
  const answered = overview.traffic.minutes.reduce((sum, minute) => sum + minute.answered, 0);
  if (!isFirstPage) {
    return (
      <p>
        {text('alarms.no-older')} <Link to={PATHS.alarms}>{text('alarms.newest')}</Link>
      </p>
    );
  }
  return (
    <div className="calm tone-yes">
      <Icon name="yes" />
      <div>
        <h2>{text('alarms.none')}</h2>
        <p>{text('alarms.none.text', { answered: number(answered, language) })}</p>
      </div>
    </div>
  );
}

function Pages({ alarms, isFirstPage }: { alarms: AlarmSummary[]; isFirstPage: boolean }) {
  const text = useText();
  const last = alarms.at(-1);
  return (
    <nav className="actions" aria-label={text('alarms.pages')}>
      {isFirstPage ? null : <Link to={PATHS.alarms}>{text('alarms.newest')}</Link>}
      {last && alarms.length === PAGE ? <Link to={olderAlarms(last.at)}>{text('alarms.older')}</Link> : null}
    </nav>
  );
}
