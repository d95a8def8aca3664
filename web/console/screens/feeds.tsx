// Feeds: for each insurer how old its rights are, and how far its latest feed has come.

import { nowMs } from '../../shared/clock.ts';
import { dayAndTime } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import type { Feed, FeedState, Overview } from '../console-types.ts';
import { age, number } from '../figures.ts';
import { useText } from '../text.ts';

const TONES: Record<FeedState, 'yes' | 'caution' | 'no' | 'wait'> = {
  receiving: 'wait',
  received: 'wait',
  applying: 'wait',
  'waiting-approval': 'caution',
  applied: 'yes',
  refused: 'no',
};

export function Feeds({ overview }: { overview: Overview }) {
  const text = useText();
  return (
    <section className="page wide">
      <h1>{text('feeds.title')}</h1>
      <p className="lead">{text('feeds.lead')}</p>
      <ul className="feeds">
        {overview.feeds.map((feed) => (
          <FeedRow key={feed.amcNo} feed={feed} />
        ))}
      </ul>
    </section>
  );
}

function FeedRow({ feed }: { feed: Feed }) {
  const text = useText();
  const { language } = useLanguage();
  const { latest } = feed;
  return (
    <li>
      <div className="feed-who">
        <h2>{feed.name}</h2>
        <span className="figures quiet">{feed.amcNo}</span>
      </div>
      <dl className="facts">
        <div>
          <dt>{text('feeds.lag')}</dt>
          <dd className="figures">
            {feed.appliedAt ? age(nowMs() - Date.parse(feed.appliedAt), language) : text('feeds.never')}
          </dd>
        </div>
        <div>
          <dt>{text('feeds.latest')}</dt>
          <dd>
            {latest
              ? text('feeds.latest.text', {
                  seq: latest.seq,
                  kind: text(`feeds.kind.${latest.kind}`),
                  at: dayAndTime(latest.begunAt),
                })
              : text('feeds.none')}
          </dd>
        </div>
      </dl>
      {latest ? <Progress latest={latest} name={feed.name} /> : null}
    </li>
  );
}

function Progress({ latest, name }: { latest: NonNullable<Feed['latest']>; name: string }) {
  const text = useText();
  const { language } = useLanguage();
  const { state, lines, received, rejected, problem, closes, closeLimit } = latest;
  const counts = { received: number(received, language), lines: number(lines, language) };
  return (
    <div className="feed-state">
      <p>
        <span className={`dot tone-${TONES[state]}`} aria-hidden="true" />
        <strong>{text(`feeds.state.${state}`)}</strong>
        {problem ? <span className="figures"> {problem}</span> : null}
      </p>
      <progress value={received} max={Math.max(lines, 1)} aria-label={text('feeds.progress', { name })} />
      <p className="figures feed-lines">
        {text('feeds.lines', counts)}
        {rejected ? ` · ${text('feeds.rejected', { count: number(rejected, language) })}` : ''}
      </p>
      {state === 'waiting-approval' && closes !== null ? (
        <p>
          {text('feeds.closes', {
            count: number(closes, language),
            limit: number(closeLimit ?? 0, language),
          })}
        </p>
      ) : null}
    </div>
  );
}
