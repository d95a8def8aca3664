// The quote on paper, for the patient: acts, who pays what and why. Shown by the printer only.
// Must never name anybody: the professional hands it to the person it is for.

import { euros } from '../../../src/core/money.ts';
import { groupsOf, longDay } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { usePortal } from '../session.tsx';
import { useText } from '../settlement/text.ts';
import type { Case } from './case.tsx';
import type { Desk } from './use-desk.ts';
import type { Known } from './use-terms.ts';

export function QuotePaper({ atHand, known, desk }: { atHand: Case; known: Known; desk: Desk }) {
  const text = useText();
  const { language } = useLanguage();
  const { state } = usePortal();
  const structure =
    state.kind === 'known' && state.session.state === 'open' ? state.session.account.structure : null;
  const { engagement, guaranteed } = atHand;
  const promised = desk.isAsGuaranteed ? guaranteed : null;
  const total = promised?.answer.total ?? desk.quote?.total;
  if (!total || desk.lines.length === 0) return null;
  const careDate = desk.lines[0]?.careDate ?? engagement.careDate;
  return (
    <article className="paper">
      <h1>{text(promised ? 'paper.title' : 'paper.estimate')}</h1>
      {structure ? (
        <p>
          {structure.name}, {structure.place}
        </p>
      ) : null}
      <p>
        {text(`domain.${engagement.domain}`)} · {longDay(careDate, language)}
      </p>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">{text('line.actCode')}</th>
            {(['price', 'amoGross', 'amc', 'patient'] as const).map((part) => (
              <th key={part} scope="col" className="right">
                {text(`amount.${part}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {desk.lines.map(({ lineNo, actCode, quantity, price }) => {
            const amounts = desk.amountsOf(lineNo);
            return (
              <tr key={lineNo}>
                <td>
                  {quantity} × {known.tables.acts.get(actCode)?.[language] ?? actCode}
                  <ul className="paper-reasons">
                    {amounts?.reasons.map((reason) => (
                      <li key={reason.fr}>{reason[language]}</li>
                    ))}
                  </ul>
                </td>
                <td className="right">{euros(price, language)}</td>
                {(['amoGross', 'amc', 'patient'] as const).map((part) => (
                  <td key={part} className="right">
                    {amounts ? euros(amounts[part], language) : ''}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{text('amount.total')}</th>
            {(['price', 'amoGross', 'amc', 'patient'] as const).map((part) => (
              <td key={part} className="right">
                <strong>{euros(total[part], language)}</strong>
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
      <p>
        {promised
          ? text('paper.promised', { day: longDay(promised.answer.guaranteeUntil, language) })
          : text('paper.not-promised')}
      </p>
      {promised ? (
        <p className="figures">
          {text('answer.engagement')} : {groupsOf(promised.answer.engagementNo, 4).join(' ')}
        </p>
      ) : null}
    </article>
  );
}
