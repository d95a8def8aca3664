// What the insurer says of a prior agreement: its state in words, why, how much and until when.

import { euros } from '../../../src/core/money.ts';
import { shortDay } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import type { Agreement } from '../../shared/settlement-types.ts';
import type { Tone } from '../../shared/ui/banner.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { useText } from './text.ts';

export const AGREEMENT_TONES: Readonly<Record<Agreement['state'], Tone>> = {
  pending: 'caution',
  accepted: 'yes',
  refused: 'no',
  cancelled: 'halt',
  lapsed: 'halt',
};

export function AgreementFacts({ agreement }: { agreement: Agreement }) {
  const text = useText();
  const { language } = useLanguage();
  const { state, why, amc, validUntil } = agreement;
  const tone = AGREEMENT_TONES[state];
  return (
    <div className={`agreement tone-${tone}`}>
      <p className="state-line">
        <Icon name={tone} />
        <strong>{text(`agreement.state.${state}`)}</strong>
      </p>
      {why.map((words) => (
        <p key={words.fr}>{words[language]}</p>
      ))}
      {state === 'accepted' ? (
        <p>{text('agreement.granted', { amc: euros(amc, language), day: shortDay(validUntil) })}</p>
      ) : null}
    </div>
  );
}
