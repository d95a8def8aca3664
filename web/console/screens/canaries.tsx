// Fake insured: how many each insurer's last full feed had, when one was looked up last, and how to plant one. Never who.

import { Link } from 'react-router';
import { dayAndTime } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { number } from '../figures.ts';
import type { AlarmSummary, CanaryCount } from '../guard-types.ts';
import { alarmPath } from '../paths.ts';
import { ProblemText } from '../problem-text.tsx';
import { useText } from '../text.ts';
import { useLoad } from '../use-load.ts';

/** `touched`: the alarms shown that a fake insured raised, newest first; null while nobody knows. */
export function Canaries({ touched }: { touched: readonly AlarmSummary[] | null }) {
  const text = useText();
  const [loaded, load] = useLoad<{ insurers: CanaryCount[] }>('/v1/guard/canaries');
  return (
    <section className="stretch" aria-labelledby="canaries">
      <h2 id="canaries">{text('canaries.title')}</h2>
      <p className="lead">{text('canaries.lead')}</p>
      {touched === null ? null : <Touched latest={touched[0]} />}
      {loaded === null ? null : loaded.ok ? (
        <CanaryTable insurers={loaded.value.insurers} />
      ) : (
        <ProblemText problem={loaded.problem} onRetry={() => void load()} />
      )}
      <details className="how">
        <summary>{text('canaries.how')}</summary>
        <p>{text('canaries.how.text')}</p>
        <p className="figures act-scope">{'{"op":"UPSERT", …, "canary": true}'}</p>
      </details>
    </section>
  );
}

function Touched({ latest }: { latest: AlarmSummary | undefined }) {
  const text = useText();
  if (!latest) return <p>{text('canaries.untouched')}</p>;
  return (
    <p>
      <Link to={alarmPath(latest.id)}>{text('canaries.touched', { at: dayAndTime(latest.at) })}</Link>
    </p>
  );
}

function CanaryTable({ insurers }: { insurers: readonly CanaryCount[] }) {
  const text = useText();
  const { language } = useLanguage();
  return (
    <table className="list">
      <thead>
        <tr>
          <th scope="col">{text('scope.insurer')}</th>
          <th scope="col" className="right">
            {text('canaries.published')}
          </th>
        </tr>
      </thead>
      <tbody>
        {insurers.map(({ amcNo, name, published }) => (
          <tr key={amcNo}>
            <th scope="row">
              {name} <span className="figures quiet">{amcNo}</span>
            </th>
            <td className="right">
              {published === null ? (
                <span className="quiet">{text('canaries.unknown')}</span>
              ) : (
                <span className="figures">{number(published, language)}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
