// If it were stolen now: how many people at most, for one account, structure or client by its exact id.

import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useLanguage } from '../../shared/i18n.tsx';
import { counted } from '../alarm-words.ts';
import { type ExactId, ExactIdForm } from '../exact-id-form.tsx';
import { number } from '../figures.ts';
import { type BlastRadius, type PeopleBound, RADIUS_KINDS, type RadiusKind, SPANS } from '../guard-types.ts';
import type { MessageKey } from '../messages-fr.ts';
import { ProblemText } from '../problem-text.tsx';
import { useText } from '../text.ts';
import { useLoad } from '../use-load.ts';

export function Exposure() {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const asked = askedBy(search);
  const [typed, setTyped] = useState<ExactId<RadiusKind>>(asked ?? { kind: 'account', id: '' });
  const [loaded, load] = useLoad<BlastRadius>(
    asked && `/v1/guard/blast-radius?${new URLSearchParams({ kind: asked.kind, id: asked.id })}`,
  );
  return (
    <section className="page">
      <h1>{text('exposure.title')}</h1>
      <p className="lead">{text('exposure.lead')}</p>
      <ExactIdForm
        kinds={RADIUS_KINDS}
        label={text('exposure.kind')}
        button={text('exposure.button')}
        value={typed}
        onChange={setTyped}
        onAsk={(wanted) => {
          if (asked?.kind === wanted.kind && asked.id === wanted.id) void load();
          else setSearch(wanted);
        }}
      />
      <div aria-live="polite" className="found">
        {asked === null ? null : loaded === null ? (
          <p>{text('app.loading')}</p>
        ) : loaded.ok ? (
          <Radius radius={loaded.value} />
        ) : (
          <ProblemText problem={loaded.problem} onRetry={() => void load()} />
        )}
      </div>
    </section>
  );
}

function askedBy(search: URLSearchParams): ExactId<RadiusKind> | null {
  const kind = RADIUS_KINDS.find((one) => one === search.get('kind'));
  const id = search.get('id');
  return kind && id ? { kind, id } : null;
}

function Radius({ radius }: { radius: BlastRadius }) {
  const text = useText();
  const { language } = useLanguage();
  const { kind, id, profession, accounts, vaultAlone, usualDay } = radius;
  const shown = (value: number) => number(value, language);
  const speech = { text, language };
  return (
    <article className="subject">
      <header className="subject-head">
        <h2>
          <span className="subject-kind">{text(`scope.${kind}`)}</span> <span className="figures">{id}</span>
        </h2>
        <p className="quiet">
          {[
            ...(profession ? [text(`profession.${profession}` as MessageKey)] : []),
            ...(kind === 'account' ? [] : [counted('accounts', accounts, speech)]),
          ].join(', ')}
        </p>
      </header>
      <h3 id="stolen">{text('exposure.stolen')}</h3>
      <dl className="bounds" aria-labelledby="stolen">
        {SPANS.map((span) => (
          <Bound key={span} title={text(`exposure.${span}`)} bound={radius[span]} />
        ))}
      </dl>
      <p className="radius-note">
        <strong>{text('exposure.alone')}</strong>{' '}
        {text('exposure.alone.text', {
          hour: shown(vaultAlone.hour.total),
          day: shown(vaultAlone.day.total),
          month: shown(vaultAlone.month.total),
        })}
      </p>
      <p className="radius-note">
        <strong>{text('exposure.usual')}</strong>{' '}
        {usualDay
          ? text('exposure.usual.text', {
              strangers: counted('strangers', Math.round(usualDay.strangers), speech),
              regulars: counted('regulars', Math.round(usualDay.regulars), speech),
            })
          : text('exposure.usual.none')}
      </p>
    </article>
  );
}

function Bound({ title, bound }: { title: string; bound: PeopleBound }) {
  const text = useText();
  const { language } = useLanguage();
  const { total, strangers, regulars } = bound;
  const speech = { text, language };
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <span className="bound-total">
          <span className="bound-figure">{number(total, language)}</span>
          {text(total < 2 ? 'exposure.people.one' : 'exposure.people')}
        </span>
        <span className="bound-split">{counted('strangers', strangers, speech)}</span>
        <span className="bound-split">{counted('regulars', regulars, speech)}</span>
      </dd>
    </div>
  );
}
