// Switches: what waits for a second person, what is closed, and closing by scope.

import { useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { dayAndTime } from '../../shared/format.ts';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Choice } from '../../shared/ui/choice.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { useConsole } from '../console.tsx';
import type { Overview, StandingSwitch, ToSign, WaitingAct } from '../console-types.ts';
import { ProblemText } from '../problem-text.tsx';
import { useScopeName } from '../scope-name.ts';
import { SCOPE_KINDS, type ScopeKind, scopeOf, standsAlone } from '../scopes.ts';
import { ActButton } from '../sign-act.tsx';
import { useText } from '../text.ts';

export function Switches({ overview, me }: { overview: Overview; me: string }) {
  const text = useText();
  const [outcome, setOutcome] = useState<Problem | 'done' | 'withdrawn' | null>(null);
  const { switches, waiting } = overview;
  return (
    <section className="page">
      <h1>{text('switches.title')}</h1>
      <p className="lead">{text('switches.lead')}</p>
      {outcome === 'done' || outcome === 'withdrawn' ? (
        <Banner tone="yes">{text(`switches.${outcome}`)}</Banner>
      ) : null}
      {typeof outcome === 'object' && outcome !== null ? <ProblemText problem={outcome} /> : null}
      {waiting.length > 0 ? (
        <section className="stretch" aria-labelledby="waiting">
          <h2 id="waiting">{text('switches.waiting')}</h2>
          <ul className="cards">
            {waiting.map((act) => (
              <Waiting key={act.id} act={act} me={me} tell={setOutcome} />
            ))}
          </ul>
        </section>
      ) : null}
      <section className="stretch" aria-labelledby="closed">
        <h2 id="closed">{text('switches.closed')}</h2>
        {switches.length === 0 ? (
          <p className="quiet">{text('switches.none')}</p>
        ) : (
          <ul className="cards">
            {switches.map((one) => (
              <Closed
                key={one.scope}
                standing={one}
                waits={waiting.some(({ scope }) => scope === one.scope)}
              />
            ))}
          </ul>
        )}
      </section>
      <Close overview={overview} />
    </section>
  );
}

function Closed({ standing, waits }: { standing: StandingSwitch; waits: boolean }) {
  const text = useText();
  const nameOf = useScopeName();
  const { scope, state, reason, author, at } = standing;
  return (
    <li>
      <div className="card-text">
        <strong className="scope-name">
          {nameOf(scope)}
          {state === 'closed' ? '' : ` (${text(`state.${state}`)})`}
        </strong>
        <span>{reason}</span>
        <span className="quiet">{text('switches.by', { author, at: dayAndTime(at) })}</span>
      </div>
      <ActButton scope={scope} state="open" because={waits ? text('act.open.waits') : null} />
    </li>
  );
}

function Waiting({
  act,
  me,
  tell,
}: {
  act: WaitingAct;
  me: string;
  tell(outcome: Problem | 'done' | 'withdrawn'): void;
}) {
  const text = useText();
  const nameOf = useScopeName();
  const { sign, call, look } = useConsole();
  const [busy, setBusy] = useState(false);
  const path = `/v1/switches/acts/${encodeURIComponent(act.id)}`;
  const isMine = act.firstStaff === me;
  const scope = nameOf(act.scope);
  const second = async () => {
    setBusy(true);
    const outcome = await sign('switches', () => call<ToSign>('POST', `${path}/options`));
    setBusy(false);
    tell(outcome === 'waiting' ? 'done' : outcome);
  };
  const withdraw = async () => {
    const result = await call('DELETE', path);
    await look();
    tell(result.ok ? 'withdrawn' : result.problem);
  };
  return (
    <li>
      <div className="card-text">
        <strong>{text('switches.wants', { scope })}</strong>
        <span>{act.reason}</span>
        <span className="quiet">
          {text('switches.by', { author: act.firstStaff, at: dayAndTime(act.at) })}
        </span>
        {isMine ? (
          <span className="act-because" id={`mine-${act.id}`}>
            {text('switches.mine')}
          </span>
        ) : null}
      </div>
      <div className="actions">
        <Button
          size="small"
          look="primary"
          isDisabled={isMine || busy}
          aria-label={text('switches.second.label', { scope })}
          {...(isMine ? { 'aria-describedby': `mine-${act.id}` } : {})}
          onPress={() => void second()}
        >
          {text(busy ? 'act.signing' : 'switches.second')}
        </Button>
        <Button
          size="small"
          aria-label={text('switches.withdraw.label', { scope })}
          onPress={() => void withdraw()}
        >
          {text('switches.withdraw')}
        </Button>
      </div>
    </li>
  );
}

/** Any scope at all, for whoever knows its id. */
function Close({ overview }: { overview: Overview }) {
  const text = useText();
  const [kind, setKind] = useState<ScopeKind>('structure');
  const [id, setId] = useState('');
  const scope = scopeOf(kind, id.trim());
  const isClosed = overview.switches.some((one) => one.scope === scope && one.state === 'closed');
  const needsId = !standsAlone(kind) && id.trim() === '';
  const because = needsId ? text('switches.close.id-first') : isClosed ? text('act.closed.already') : null;
  return (
    <section className="stretch" aria-labelledby="close">
      <h2 id="close">{text('switches.close')}</h2>
      <Choice<ScopeKind>
        label={text('switches.close.kind')}
        value={kind}
        onChange={setKind}
        options={SCOPE_KINDS.map((value) => ({ value, label: text(`scope.${value}`) }))}
      />
      {kind === 'platform' ? <p className="quiet">{text('switches.close.platform')}</p> : null}
      {kind === 'staff' ? <p className="quiet">{text('switches.close.staff')}</p> : null}
      <div className="ask">
        {standsAlone(kind) ? null : (
          <div className="sheet">
            <Field
              name="scope-id"
              label={text('lookup.id')}
              hint={text(`switches.hint.${kind as 'structure'}`)}
              value={id}
              onChange={setId}
            />
          </div>
        )}
        <ActButton scope={scope} state="closed" because={because} />
      </div>
    </section>
  );
}
