// If it were stolen now: how many people at most, for one account, structure or client by its exact id.

import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useLanguage } from '../../shared/i18n.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Choice } from '../../shared/ui/choice.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { counted } from '../alarm-words.ts';
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
  const [kind, setKind] = useState<RadiusKind>(asked?.kind ?? 'account');
  const [id, setId] = useState(asked?.id ?? '');
  const [loaded, load] = useLoad<BlastRadius>(
    asked && `/v1/guard/blast-radius?${new URLSearchParams({ kind: asked.kind, id: asked.id })}`,
  );
  const wanted = id.trim();
  return (
    <section className="page">
      <h1>{text('exposure.title')}</h1>
      <p className="lead">{text('exposure.lead')}</p>
      <form
        className="act-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted === '') return;
          if (asked?.kind === kind && asked.id === wanted) void load();
          else setSearch({ kind, id: wanted });
        }}
      >
        <Choice<RadiusKind>
          label={text('exposure.kind')}
          value={kind}
          onChange={setKind}
          options={RADIUS_KINDS.map((value) => ({ value, label: text(`scope.${value}`) }))}
        />
        <div className="ask">
          <div className="sheet">
            <Field
              name="id"
              label={text('lookup.id')}
              hint={text(`switches.hint.${kind}`)}
              value={id}
              onChange={setId}
            />
          </div>
          <Button type="submit" look="primary" isDisabled={wanted === ''}>
            {text('exposure.button')}
          </Button>
        </div>
      </form>
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

function askedBy(search: URLSearchParams): { kind: RadiusKind; id: string } | null {
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
        <span className="bound-split">
          {counted('strangers', strangers, speech)}, {counted('regulars', regulars, speech)}
        </span>
      </dd>
    </div>
  );
}
