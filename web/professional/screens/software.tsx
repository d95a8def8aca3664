// The client certificates of this structure's software: which there are, enrol one, revoke one.

import { useEffect, useState } from 'react';
import type {
  Certificate,
  CertificatesReply,
  EnrolCertificateRequest,
  Problem,
} from '../../shared/api-types.ts';
import { dayAndTime } from '../../shared/format.ts';
import { Banner } from '../../shared/ui/banner.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { Confirm } from '../../shared/ui/confirm.tsx';
import { LongField } from '../../shared/ui/field.tsx';
import { type Pasted, readPasted } from '../certificate.ts';
import { ChangeRefusal } from '../change-refusal.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { useText } from '../text.ts';
import { useLoad } from '../use-load.ts';

type Outcome = 'enrolled' | 'revoked' | 'confirmed' | Problem | null;

export function Software() {
  const text = useText();
  const { call } = usePortal();
  const [result, reload] = useLoad<CertificatesReply>('/v1/certificates');
  const [outcome, setOutcome] = useState<Outcome>(null);

  const revoke = async (thumbprint: string) => {
    const answer = await call('DELETE', `/v1/certificates/${encodeURIComponent(thumbprint)}`);
    setOutcome(answer.ok ? 'revoked' : answer.problem);
    await reload();
  };
  const enrol = async ({ thumbprint }: EnrolCertificateRequest) => {
    const answer = await call('POST', '/v1/certificates', { body: { thumbprint } });
    setOutcome(answer.ok ? 'enrolled' : answer.problem);
    await reload();
    return answer.ok;
  };

  return (
    <section className="page">
      <h1>{text('software.title')}</h1>
      <p className="lead">{text('software.lead')}</p>
      {outcome === 'enrolled' ? <Banner tone="yes">{text('software.enrol.done')}</Banner> : null}
      {outcome === 'revoked' ? <Banner tone="yes">{text('software.revoke.done')}</Banner> : null}
      {typeof outcome === 'object' && outcome ? (
        <ChangeRefusal problem={outcome} onConfirmed={() => setOutcome('confirmed')} />
      ) : null}
      {outcome === 'confirmed' ? <Banner tone="yes">{text('confirm.done')}</Banner> : null}
      {result && !result.ok ? (
        <RefusalText problem={result.problem} onRetry={() => void reload()} />
      ) : (
        <Certificates certificates={result?.value.certificates ?? null} onRevoke={revoke} />
      )}
      <Enrol onEnrol={enrol} />
    </section>
  );
}

function Certificates({
  certificates,
  onRevoke,
}: {
  certificates: Certificate[] | null;
  onRevoke(thumbprint: string): Promise<void>;
}) {
  const text = useText();
  if (certificates === null) return <p role="status">{text('app.loading')}</p>;
  if (certificates.length === 0) return <p>{text('software.none')}</p>;
  return (
    <ul className="cards">
      {certificates.map((certificate) => (
        <li key={certificate.thumbprint} data-revoked={certificate.revokedAt !== null}>
          <div className="card-text">
            <strong>{certificate.clientId}</strong>
            <span className="state">
              {certificate.revokedAt
                ? text('software.revoked', { at: dayAndTime(certificate.revokedAt) })
                : text('software.active')}
            </span>
            <span>
              {text('software.enrolled')} {dayAndTime(certificate.enrolledAt)}{' '}
              {isPerson(certificate.enrolledBy)
                ? text('software.enrolled.by', { who: certificate.enrolledBy })
                : null}
            </span>
            <span className="figures thumbprint">
              <span className="quiet">{text('software.thumbprint')}</span> {certificate.thumbprint}
            </span>
          </div>
          {certificate.revokedAt ? null : (
            <Confirm
              trigger={text('software.revoke')}
              triggerLabel={`${text('software.revoke')} ${certificate.clientId}`}
              title={text('software.revoke.title')}
              text={text('software.revoke.text', { client: certificate.clientId })}
              confirm={text('software.revoke')}
              cancel={text('app.cancel')}
              onConfirm={() => void onRevoke(certificate.thumbprint)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

/** The server gives the name it knows, or else an id such as `demo` or `migration 0005`. */
function isPerson(enrolledBy: string): boolean {
  return /^\D+ \D+$/.test(enrolledBy);
}

function Enrol({ onEnrol }: { onEnrol(pasted: EnrolCertificateRequest): Promise<boolean> }) {
  const text = useText();
  const [typed, setTyped] = useState('');
  const [pasted, setPasted] = useState<Pasted>({ kind: 'empty' });
  const [keyRefused, setKeyRefused] = useState(false);

  useEffect(() => {
    let current = true;
    void readPasted(typed).then((read) => {
      if (!current) return;
      setPasted(read);
      if (read.kind !== 'private-key') return;
      setKeyRefused(true);
      setTyped('');
    });
    return () => {
      current = false;
    };
  }, [typed]);

  const send = async () => {
    if (pasted.kind === 'ready' && (await onEnrol(pasted))) setTyped('');
  };
  return (
    <section className="enrol">
      <h2>{text('software.enrol.title')}</h2>
      {keyRefused ? (
        <Banner tone="no" urgent>
          {text('software.enrol.private-key')}
        </Banner>
      ) : null}
      <LongField
        label={text('software.enrol.label')}
        hint={text('software.enrol.hint')}
        value={typed}
        onChange={(value) => {
          setKeyRefused(false);
          setTyped(value);
        }}
        problem={pasted.kind === 'unreadable' ? text('software.enrol.unreadable') : undefined}
      />
      <p className="figures thumbprint" role="status">
        {pasted.kind === 'ready' ? text('software.enrol.computed', { thumbprint: pasted.thumbprint }) : ''}
      </p>
      <Button look="primary" isDisabled={pasted.kind !== 'ready'} onPress={() => void send()}>
        {text('software.enrol.button')}
      </Button>
    </section>
  );
}
