// The platform at a glance: is everything open, how many ask, how fast, what is refused. Nobody insured is here.

import { Link } from 'react-router';
import type { Problem } from '../../shared/api-types.ts';
import { clockTime } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { Banner } from '../../shared/ui/banner.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { LatencyChart } from '../charts/latency-chart.tsx';
import { RateChart } from '../charts/rate-chart.tsx';
import type { Overview } from '../console-types.ts';
import { duration, number } from '../figures.ts';
import { PATHS } from '../paths.ts';
import { useSentence } from '../problem-text.tsx';
import { useScopeName } from '../scope-name.ts';
import { useText } from '../text.ts';

export function OverviewScreen({ overview, stale }: { overview: Overview; stale: Problem | null }) {
  const text = useText();
  const sentence = useSentence();
  const { traffic } = overview;
  return (
    <section className="page wide">
      <Standing overview={overview} />
      <Guarded alarms={overview.alarms} />
      <PaymentsCard payments={overview.payments} />
      {stale ? (
        <Banner tone="caution" title={text('overview.stale', { at: clockTime(overview.at) })}>
          {sentence(stale)}
        </Banner>
      ) : null}
      <Figures overview={overview} />
      <div className="charts">
        <RateChart minutes={traffic.minutes} />
        <LatencyChart minutes={traffic.minutes} />
      </div>
      <Refusals refusals={traffic.refusals} />
    </section>
  );
}

/** One sentence that says whether anything is cut, and what. */
function Standing({ overview }: { overview: Overview }) {
  const text = useText();
  const nameOf = useScopeName();
  const { vault, switches } = overview;
  const isOpen = vault === 'open' && switches.length === 0;
  const closed = switches.length;
  const title =
    vault !== 'open'
      ? text(`standing.vault.${vault}`)
      : closed === 0
        ? text('standing.open')
        : text(closed === 1 ? 'standing.closed.one' : 'standing.closed', { count: closed });
  return (
    <header className={`standing tone-${isOpen ? 'yes' : vault === 'open' ? 'caution' : 'no'}`}>
      <Icon name={isOpen ? 'yes' : vault === 'open' ? 'caution' : 'halt'} />
      <div>
        <h1>{title}</h1>
        {closed > 0 ? (
          <ul className="standing-scopes">
            {switches.map(({ scope, state, at, author }) => (
              <li key={scope} className="scope-name">
                {text('standing.scope', {
                  scope: nameOf(scope),
                  state: text(`state.${state}`),
                  at: clockTime(at),
                  author,
                })}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </header>
  );
}

/** How many responses of the guard stand, and how many alarms nobody has looked at. */
function Guarded({ alarms: { standing, unreviewed } }: { alarms: Overview['alarms'] }) {
  const text = useText();
  if (standing === 0 && unreviewed === 0) return null;
  const said = [
    ...(standing > 0
      ? [text(standing === 1 ? 'standing.alarms.one' : 'standing.alarms', { count: standing })]
      : []),
    ...(unreviewed > 0 ? [text('standing.alarms.unreviewed', { count: unreviewed })] : []),
  ];
  return (
    <Banner tone="caution" title={said.join(' ')}>
      <Link to={PATHS.alarms}>{text('standing.alarms.link')}</Link>
    </Banner>
  );
}

/** Only when somebody has something to do: transfers without money, a run that is not finished. */
function PaymentsCard({ payments: { late, lateAdvices, unfinished } }: { payments: Overview['payments'] }) {
  const text = useText();
  if (late === 0 && unfinished === null) return null;
  const more = late - lateAdvices.length;
  return (
    <Banner tone="caution" title={text('payments.title')}>
      {unfinished ? <p>{text(runKey(unfinished.signatures), { run: unfinished.run })}</p> : null}
      {late > 0 ? (
        <p>
          {text(late === 1 ? 'payments.late.one' : 'payments.late', { count: late })}{' '}
          <span className="figures">{lateAdvices.join(', ')}</span>
          {more > 0 ? ` ${text('payments.late.more', { count: more })}` : null}
        </p>
      ) : null}
    </Banner>
  );
}

function runKey(signatures: number) {
  if (signatures === 0) return 'payments.run.unsigned';
  return signatures === 1 ? 'payments.run.second' : 'payments.run.signed';
}

function Figures({ overview }: { overview: Overview }) {
  const text = useText();
  const { language } = useLanguage();
  const { traffic, ledger, vault } = overview;
  const refused = traffic.refusals.reduce((sum, { count }) => sum + count, 0);
  const cells = [
    ['rate', number(traffic.perSecond, language, traffic.perSecond < 100 ? 1 : 0)],
    ['p50', duration(traffic.p50Ms, language)],
    ['p99', duration(traffic.p99Ms, language)],
    ['refused', number(refused, language)],
    ['entries', number(ledger.entries, language)],
    ['unsigned', number(ledger.entries - ledger.signed, language)],
    ['vault', text(`vault.${vault}`)],
  ] as const;
  return (
    <dl className="cells">
      {cells.map(([name, value]) => (
        <div key={name}>
          <dt>{text(`figure.${name}`)}</dt>
          <dd className="figures">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Refusals({ refusals }: { refusals: Overview['traffic']['refusals'] }) {
  const text = useText();
  const { language } = useLanguage();
  const most = Math.max(...refusals.map(({ count }) => count), 1);
  return (
    <section className="refusals" aria-labelledby="refusals">
      <h2 id="refusals">{text('refusals.title')}</h2>
      {refusals.length === 0 ? (
        <p className="quiet">{text('refusals.none')}</p>
      ) : (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">{text('refusals.code')}</th>
              <th scope="col" className="right">
                {text('refusals.status')}
              </th>
              <th scope="col" className="right">
                {text('refusals.count')}
              </th>
              <td className="share" aria-hidden="true" />
            </tr>
          </thead>
          <tbody>
            {refusals.map(({ code, status, count }) => (
              <tr key={code}>
                <th scope="row" className="figures">
                  {code}
                </th>
                <td className="figures right">{status}</td>
                <td className="figures right">{number(count, language)}</td>
                <td className="share" aria-hidden="true">
                  <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <rect className="share-bar" width={(100 * count) / most} height="8" />
                  </svg>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
