// Today's look-ups of this structure, without anybody's identity: enough to find a receipt, useless to anybody else.

import type { Lookup, LookupsReply } from '../../shared/api-types.ts';
import { clockTime } from '../../shared/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import { verdictOf } from '../check/verdicts.ts';
import { RefusalText } from '../refusal-text.tsx';
import { knownRefusal } from '../refusals.ts';
import { useText } from '../text.ts';
import { useLoad } from '../use-load.ts';

/** Somebody else than the patient pays now: not 102 (not agreed yet), not 103 (nothing left). */
const COVERED = new Set(['000', '001']);

export function Today() {
  const text = useText();
  const [result, reload] = useLoad<LookupsReply>('/v1/lookups');
  const lookups = result?.ok ? result.value.lookups : null;
  const covered = lookups?.filter(({ code }) => COVERED.has(code)).length ?? 0;
  return (
    <section className="page">
      <div className="page-head">
        <h1>{text('today.title')}</h1>
        <Button size="small" onPress={() => void reload()}>
          {text('today.refresh')}
        </Button>
      </div>
      <p className="lead">{text('today.lead')}</p>
      {result && !result.ok ? (
        <RefusalText problem={result.problem} onRetry={() => void reload()} />
      ) : (
        <p role="status" className="count">
          {lookups === null
            ? text('app.loading')
            : lookups.length === 0
              ? text('today.none')
              : text('today.count', { count: lookups.length, covered })}
        </p>
      )}
      {lookups && lookups.length > 0 ? <Lookups lookups={lookups} /> : null}
    </section>
  );
}

function Lookups({ lookups }: { lookups: Lookup[] }) {
  const text = useText();
  const outcome = (code: string) => {
    const verdict = verdictOf(code);
    if (verdict) return text(`code.${verdict.code}.title`);
    return text(`refusal.${knownRefusal(code) ?? 'other'}.title`);
  };
  return (
    <table className="list">
      <thead>
        <tr>
          <th scope="col">{text('today.time')}</th>
          <th scope="col">{text('today.outcome')}</th>
          <th scope="col">{text('today.domain')}</th>
          <th scope="col" className="right">
            {text('today.receipt')}
          </th>
        </tr>
      </thead>
      <tbody>
        {lookups.map(({ at, domain, code, receiptIndex }) => (
          <tr key={`${at}-${receiptIndex}`}>
            <th scope="row" className="figures">
              {clockTime(at)}
            </th>
            <td>
              <span className={`dot tone-${verdictOf(code)?.tone ?? 'halt'}`} aria-hidden="true" />
              <span className="figures code">{verdictOf(code) ? code : ''}</span> {outcome(code)}
            </td>
            <td>
              <span className="figures">{domain}</span>{' '}
              <span className="long">{text(`domain.${domain}`)}</span>
            </td>
            <td className="figures right">{receiptIndex ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
