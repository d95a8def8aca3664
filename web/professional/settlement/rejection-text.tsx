// Why a claim was rejected: one code, one sentence, and who can mend it.

import { useLanguage } from '../../shared/i18n.tsx';
import type { Rejection } from '../../shared/settlement-types.ts';
import { Icon } from '../../shared/ui/icons.tsx';
import { useText } from './text.ts';

export function RejectionText({ rejection }: { rejection: Rejection }) {
  const text = useText();
  const { language } = useLanguage();
  return (
    <div className="agreement tone-no" data-claim="rejected">
      <p className="state-line">
        <Icon name="no" />
        <strong>{text('claim.state.rejected')}</strong> <span className="figures">{rejection.code}</span>
      </p>
      <p>{rejection[language]}</p>
      <p>{text(`claim.who.${rejection.who}`)}</p>
    </div>
  );
}
