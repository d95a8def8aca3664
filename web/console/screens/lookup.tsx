// One account or one structure by its exact id, with what may be done about it. Nobody is listed and nobody is named.

import { useState } from 'react';
import { Link } from 'react-router';
import type { Result } from '../../shared/api-client.ts';
import { dayAndTime, shortDay } from '../../shared/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import { useConsole } from '../console.tsx';
import type { AccountFacts, Overview, StructureFacts } from '../console-types.ts';
import { type ExactId, ExactIdForm } from '../exact-id-form.tsx';
import { exposurePath } from '../paths.ts';
import { ProblemText } from '../problem-text.tsx';
import { ActButton } from '../sign-act.tsx';
import { useText } from '../text.ts';

const KINDS = ['structure', 'account'] as const;
type Kind = (typeof KINDS)[number];
type Found = { kind: 'structure'; facts: StructureFacts } | { kind: 'account'; facts: AccountFacts };

export function Lookup({ overview }: { overview: Overview }) {
  const text = useText();
  const { call } = useConsole();
  const [typed, setTyped] = useState<ExactId<Kind>>({ kind: 'structure', id: '' });
  const [found, setFound] = useState<Result<Found> | null>(null);
  const look = async (what: Kind, asked: string) => {
    const path = `/v1/${what}s/${encodeURIComponent(asked)}`;
    const result = await call<StructureFacts & AccountFacts>('GET', path);
    setFound(result.ok ? { ok: true, value: { kind: what, facts: result.value } } : result);
  };
  const follow = (what: Kind, asked: string) => {
    setTyped({ kind: what, id: asked });
    void look(what, asked);
  };
  return (
    <section className="page">
      <h1>{text('lookup.title')}</h1>
      <p className="lead">{text('lookup.lead')}</p>
      <ExactIdForm
        kinds={KINDS}
        label={text('lookup.kind')}
        button={text('lookup.button')}
        value={typed}
        onChange={setTyped}
        onAsk={({ kind, id }) => void look(kind, id)}
      />
      <div aria-live="polite" className="found">
        {found === null ? null : !found.ok ? (
          <ProblemText problem={found.problem} />
        ) : found.value.kind === 'account' ? (
          <Account facts={found.value.facts} overview={overview} follow={follow} />
        ) : (
          <Structure facts={found.value.facts} overview={overview} follow={follow} />
        )}
      </div>
    </section>
  );
}

type Follow = (kind: Kind, id: string) => void;

function Account({ facts, overview, follow }: { facts: AccountFacts; overview: Overview; follow: Follow }) {
  const text = useText();
  const { structure } = facts;
  return (
    <article className="subject">
      <SubjectHead kind="account" id={facts.id} overview={overview} />
      <dl className="facts">
        <Fact name="profession">{text(`profession.${facts.profession}`)}</Fact>
        <Fact name="structure">
          <Button look="quiet" size="small" onPress={() => follow('structure', structure)}>
            <span className="figures">{structure}</span>
          </Button>
        </Fact>
        <Fact name="begun">{shortDay(facts.begunOn)}</Fact>
        <Fact name="used">{facts.lastUsedOn ? shortDay(facts.lastUsedOn) : text('fact.never')}</Fact>
        <Fact name="ended">{facts.endedOn ? shortDay(facts.endedOn) : text('fact.active')}</Fact>
        <Fact name="sessions">{facts.openSessions}</Fact>
      </dl>
    </article>
  );
}

function Structure({
  facts,
  overview,
  follow,
}: {
  facts: StructureFacts;
  overview: Overview;
  follow: Follow;
}) {
  const text = useText();
  return (
    <article className="subject">
      <SubjectHead kind="structure" id={facts.id} overview={overview} />
      <dl className="facts">
        <Fact name="name">{facts.name}</Fact>
        <Fact name="place">{facts.place}</Fact>
        <Fact name="sessions">{facts.openSessions}</Fact>
      </dl>
      <h3>{text('lookup.accounts')}</h3>
      <ul className="cards">
        {facts.accounts.map(({ id, profession, endedOn }) => (
          <li key={id}>
            <div className="card-text">
              <strong className="figures">{id}</strong>
              <span>
                {text(`profession.${profession}`)}
                {endedOn ? ` · ${text('fact.ended-on', { day: shortDay(endedOn) })}` : ''}
              </span>
            </div>
            <Button
              size="small"
              aria-label={text('lookup.follow.label', { id })}
              onPress={() => follow('account', id)}
            >
              {text('lookup.follow')}
            </Button>
          </li>
        ))}
      </ul>
      <h3>{text('lookup.clients')}</h3>
      {facts.clients.length === 0 ? (
        <p className="quiet">{text('lookup.clients.none')}</p>
      ) : (
        <ul className="cards">
          {facts.clients.map(({ client, thumbprint, enrolledAt, revokedAt }) => (
            <li key={`${client} ${thumbprint}`} data-revoked={revokedAt !== null}>
              <div className="card-text">
                <strong className="figures">{client}</strong>
                <span className="figures thumbprint">{thumbprint}</span>
                <span>
                  {revokedAt
                    ? text('fact.revoked-at', { at: dayAndTime(revokedAt) })
                    : text('fact.enrolled-at', { at: dayAndTime(enrolledAt) })}
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

/** Its id, how its switch stands, and both buttons: the one that cannot be used says why. */
function SubjectHead({ kind, id, overview }: { kind: Kind; id: string; overview: Overview }) {
  const text = useText();
  const scope = `${kind}:${id}`;
  const standing = overview.switches.find((one) => one.scope === scope);
  const isWaiting = overview.waiting.some((one) => one.scope === scope);
  return (
    <header className="subject-head">
      <h2>
        <span className="subject-kind">{text(`scope.${kind}`)}</span> <span className="figures">{id}</span>
      </h2>
      <p>
        <span className={`dot tone-${standing ? 'no' : 'yes'}`} aria-hidden="true" />
        {standing ? text('state.closed.because', { reason: standing.reason }) : text('state.open')}
      </p>
      <p>
        <Link to={exposurePath(kind, id)}>{text('exposure.link')}</Link>
      </p>
      <div className="acts">
        <ActButton
          scope={scope}
          state="closed"
          because={standing?.state === 'closed' ? text('act.closed.already') : null}
        />
        <ActButton
          scope={scope}
          state="open"
          because={!standing ? text('act.open.already') : isWaiting ? text('act.open.waits') : null}
        />
      </div>
    </header>
  );
}

function Fact({
  name,
  children,
}: {
  name: 'profession' | 'structure' | 'begun' | 'used' | 'ended' | 'sessions' | 'name' | 'place';
  children: React.ReactNode;
}) {
  const text = useText();
  return (
    <div>
      <dt>{text(`fact.${name}`)}</dt>
      <dd>{children}</dd>
    </div>
  );
}
