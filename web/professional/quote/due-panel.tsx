// Who pays what of the whole quote. The patient's part is what the counter needs: it is the largest figure.

import { euros } from '../../../src/core/money.ts';
import { longDay } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { EngagementNo } from '../engagement-no.tsx';
import { useText } from '../settlement/text.ts';
import type { Guaranteed } from './case.tsx';
import type { Desk } from './use-desk.ts';

const NOTHING = { price: 0, amoGross: 0, otherAmc: 0, amc: 0, patient: 0 };

export function DuePanel({ desk, guaranteed }: { desk: Desk; guaranteed: Guaranteed | null }) {
  const text = useText();
  const { language } = useLanguage();
  const isPromised = desk.isAsGuaranteed && guaranteed !== null;
  const total = isPromised ? guaranteed.answer.total : (desk.quote?.total ?? NOTHING);
  const shown = (cents: number) => euros(cents, language);
  return (
    <section className="due" data-promised={isPromised} aria-labelledby="due-title">
      <h2 id="due-title" className="due-state">
        <Icon name={isPromised ? 'yes' : 'wait'} />
        {text(isPromised ? 'due.promised' : 'due.estimate')}
      </h2>
      <div aria-live="polite">
        <dl className="due-parts">
          <div data-part="price">
            <dt>{text('amount.price')}</dt>
            <dd className="figures">{shown(total.price)}</dd>
          </div>
          <div data-part="amoGross">
            <dt>{text('amount.amoGross')}</dt>
            <dd className="figures">{shown(total.amoGross)}</dd>
          </div>
          <div data-part="amc">
            <dt>{text('amount.amc')}</dt>
            <dd className="figures">{shown(total.amc)}</dd>
          </div>
          <div data-part="patient">
            <dt>{text('amount.patient')}</dt>
            <dd className="figures">{shown(total.patient)}</dd>
          </div>
        </dl>
        {desk.left > 0 ? <p className="due-note">{text('due.left', { count: desk.left })}</p> : null}
      </div>
      {guaranteed ? <Promised guaranteed={guaranteed} isPromised={isPromised} /> : null}
    </section>
  );
}

function Promised({ guaranteed, isPromised }: { guaranteed: Guaranteed; isPromised: boolean }) {
  const text = useText();
  const { language } = useLanguage();
  const { answer, liveAmc } = guaranteed;
  const amc = euros(answer.total.amc, language);
  if (!isPromised) return <p className="due-note due-changed">{text('due.changed', { amc })}</p>;
  return (
    <>
      <p className="due-until">{text('due.until', { day: longDay(answer.guaranteeUntil, language) })}</p>
      {liveAmc !== null && liveAmc !== answer.total.amc ? (
        <p className="due-note due-changed">
          {text('due.difference', { live: euros(liveAmc, language), amc })}
        </p>
      ) : null}
      <EngagementNo number={answer.engagementNo} />
    </>
  );
}
