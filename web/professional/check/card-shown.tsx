// What a card says, before anything is asked: whose insurer, who, for what and until when, whether it is authentic and
// known to be revoked. Without a network also what cannot be known. Must never look like an answer: rights may have ended.

import { type FormEvent, useId, useState } from 'react';
import type { CareDomain } from '../../../src/core/care-domains.ts';
import type { Revocation } from '../../shared/card-check.ts';
import { dayAndTime, shortDay } from '../../shared/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Choice } from '../../shared/ui/choice.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { useText } from '../text.ts';
import { birthDateShown, type CardQuestion, cardDays, firstDomain } from './card-question.ts';
import { dayOf, dayProblem, type FieldProblem, typedDay } from './question.ts';
import type { VerifiedCard } from './use-card.ts';
import type { Check } from './use-check.ts';

export function CardShown({
  card,
  back,
  check,
  onAsk,
  onPutAway,
}: {
  card: VerifiedCard;
  /** The network has come back. */
  back: boolean;
  check: Check;
  onAsk(question: CardQuestion): void;
  onPutAway(): void;
}) {
  const text = useText();
  const titleId = useId();
  const { claims, insurerName } = card;
  return (
    <section
      className="card-shown"
      aria-labelledby={titleId}
      data-card="verified"
      data-reached={card.reached}
    >
      <header className="card-head">
        <h2 id={titleId}>{insurerName ?? text('card.insurer', { number: claims.insurer })}</h2>
        <p className="card-authentic">
          <Icon name="yes" />
          {insurerName
            ? text('card.authentic', { name: insurerName, number: claims.insurer })
            : text('card.authentic.number', { number: claims.insurer })}
        </p>
        <Known revocation={card.revocation} />
      </header>
      <CardFacts card={card} domains={check.domains} />
      {card.revocation.kind === 'clock' ? <WrongClock /> : null}
      {card.reached ? null : <Offline card={card} />}
      {back && card.reached ? (
        <p className="card-back" role="status">
          <Icon name="yes" />
          {text('card.back')}
        </p>
      ) : null}
      <Ask card={card} check={check} onAsk={onAsk} onPutAway={onPutAway} />
    </section>
  );
}

/** As of when it is known that the card is not revoked. */
function Known({ revocation }: { revocation: Revocation }) {
  const text = useText();
  const isKnown = revocation.kind === 'not-revoked';
  return (
    <p className={isKnown ? 'card-known' : 'card-unknown'} data-revocation={revocation.kind}>
      <Icon name={isKnown ? 'yes' : 'caution'} />
      {statusOf(revocation, text)}
    </p>
  );
}

function statusOf(revocation: Revocation, text: ReturnType<typeof useText>): string {
  if (revocation.kind === 'no-list') return text('card.status.no-list');
  const at = dayAndTime(revocation.asOfMs);
  if (revocation.kind === 'clock')
    return text('card.status.clock', { at, now: dayAndTime(revocation.nowMs) });
  return text(`card.status.${revocation.kind}`, { at });
}

/** Its dates decide what cards and lists are worth: whoever stands here should know, and who can set it. */
function WrongClock() {
  const text = useText();
  return (
    <div className="card-offline" data-clock="wrong">
      <h3>
        <Icon name="caution" />
        {text('card.clock.title')}
      </h3>
      <p>
        <strong>{text('answer.do')}</strong> {text('card.clock.do')}
      </p>
      <p>
        <strong>{text('refusal.who')}</strong> {text('card.clock.who')}
      </p>
    </div>
  );
}

function CardFacts({ card: { claims }, domains }: { card: VerifiedCard; domains: readonly CareDomain[] }) {
  const text = useText();
  const { from, to } = cardDays(claims);
  const ours = claims.cover.filter(({ domain }) => domains.includes(domain));
  const others = claims.cover.filter(({ domain }) => !domains.includes(domain));
  return (
    <dl className="facts card-facts">
      <div className="card-born">
        <dt>{text('field.birthDate')}</dt>
        <dd className="figures">{birthDateShown(claims.birthDate)}</dd>
      </div>
      <div className="card-born">
        <dt>{text('field.birthRank.long')}</dt>
        <dd className="figures">{claims.birthRank}</dd>
      </div>
      <div className="card-long">
        <dt>{text('card.validity')}</dt>
        <dd className="figures">{text('answer.cover.closed', { from: shortDay(from), to: shortDay(to) })}</dd>
      </div>
      <div className="card-long">
        <dt>{text('card.routing')}</dt>
        <dd className="figures">
          {[claims.insurer, claims.convType, claims.csr].filter((part) => part !== null).join(' · ')}
        </dd>
      </div>
      <div className="card-cover">
        <dt>{text('card.cover')}</dt>
        <dd>
          {ours.length === 0 ? text('card.cover.none') : null}
          <ul>
            {[...ours, ...others].map(({ domain }) => (
              <li key={domain} data-ours={ours.some((one) => one.domain === domain)}>
                {text(`domain.${domain}`)} <span className="figures">{domain}</span>
              </li>
            ))}
          </ul>
        </dd>
      </div>
    </dl>
  );
}

/** What the card alone cannot tell, and what to do all the same. */
function Offline({ card }: { card: VerifiedCard }) {
  const text = useText();
  const { revocation, keysAsOfMs } = card;
  return (
    <div className="card-offline" role="status">
      <h3>
        <Icon name="caution" />
        {text('card.offline.title')}
      </h3>
      <p>{text('card.offline.sure')}</p>
      <p>{text('card.offline.unknown')}</p>
      <ul>
        <li>{text('card.offline.rights')}</li>
        <li>{text('card.offline.guarantee')}</li>
        <li>
          {revocation.kind === 'no-list' || revocation.kind === 'clock'
            ? text('card.offline.revoked')
            : text('card.offline.revoked-since', { at: dayAndTime(revocation.asOfMs) })}
        </li>
        {keysAsOfMs === null ? null : <li>{text('card.offline.keys', { at: dayAndTime(keysAsOfMs) })}</li>}
      </ul>
      <p>
        <strong>{text('answer.do')}</strong> {text('card.offline.do')}
      </p>
    </div>
  );
}

function Ask({
  card,
  check,
  onAsk,
  onPutAway,
}: {
  card: VerifiedCard;
  check: Check;
  onAsk(question: CardQuestion): void;
  onPutAway(): void;
}) {
  const text = useText();
  const formId = useId();
  const covered = card.claims.cover.map(({ domain }) => domain);
  const [domain, setDomain] = useState<CareDomain>(() =>
    firstDomain(card.claims, check.domains, check.draft.domain),
  );
  const [typed, setTyped] = useState(() => typedDay(check.today));
  const [problem, setProblem] = useState<FieldProblem | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const careDate = dayOf(typed);
    const found = dayProblem(typed, check);
    setProblem(found);
    if (careDate !== null && found === null) onAsk({ domain, careDate });
  };
  // The buttons stand beside the form, not in it: only so can they stay in sight while the card above is longer than
  // the screen.
  return (
    <>
      <form id={formId} className="card-ask sheet" noValidate onSubmit={submit}>
        <div className="field w-domain field-block">
          <Choice
            label={text('field.domain')}
            value={domain}
            onChange={(chosen) => setDomain(chosen)}
            options={check.domains.map((value) => ({ value, label: text(`domain.${value}`), code: value }))}
          />
          {covered.includes(domain) ? null : <span className="field-note">{text('card.not-on-card')}</span>}
        </div>
        <Field
          name="cardCareDate"
          label={text('field.careDate')}
          value={typed}
          onChange={setTyped}
          problem={problem ? text(`problem.${problem}`) : undefined}
          inputMode="numeric"
          cell="w-date"
          required
        />
      </form>
      <div className="actions card-actions">
        <Button type="submit" form={formId} look="primary" size="large" keys="⏎" autoFocus>
          {text(card.reached ? 'card.ask' : 'card.ask.offline')}
        </Button>
        <Button size="large" keys={text('key.escape')} onPress={onPutAway}>
          {text('card.put-away')}
        </Button>
      </div>
    </>
  );
}
