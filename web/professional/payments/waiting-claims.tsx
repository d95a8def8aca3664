// Why accepted claims are not paid, when it is for want of bank details in force; nothing otherwise.

import { Link } from 'react-router';
import type { BankDetailsReply } from '../../shared/api-types.ts';
import { euros } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { Banner } from '../../shared/ui/banner.tsx';
import { PATHS } from '../paths.ts';
import { useLoad } from '../use-load.ts';
import { usePaymentsText } from './text.ts';
import { useMoment } from './use-moment.ts';

/** Of `GET /v1/claims?state=accepted` as much as is added up here. */
type Accepted = { claims: { amc: number }[]; next: string | null };

export function WaitingClaims() {
  const text = usePaymentsText();
  const moment = useMoment();
  const [details] = useLoad<BankDetailsReply>('/v1/bank-details');
  if (!details?.ok || details.value.masked !== null) return null;
  const { waiting } = details.value;
  const title = waiting
    ? text('waiting.freeze.title', { when: moment(waiting.inForceFrom) })
    : text('waiting.missing.title');
  return (
    <Banner tone="caution" title={title}>
      <p>{text(waiting ? 'waiting.freeze.text' : 'waiting.missing.text')}</p>
      <HowMuch />
      <Link to={PATHS.bankDetails}>{text(waiting ? 'account.link' : 'waiting.link')}</Link>
    </Banner>
  );
}

function HowMuch() {
  const text = usePaymentsText();
  const { language } = useLanguage();
  const [accepted] = useLoad<Accepted>('/v1/claims?state=accepted');
  if (!accepted?.ok || accepted.value.claims.length === 0) return null;
  const { claims, next } = accepted.value;
  const amount = euros(
    claims.reduce((sum, { amc }) => sum + amc, 0),
    language,
  );
  const key = next ? 'waiting.claims.least' : claims.length === 1 ? 'waiting.claims.one' : 'waiting.claims';
  return <p>{text(key, { count: claims.length, amount })}</p>;
}
