// A card that is not accepted, or a scan without one: what happened, what to do, who can fix it. Nothing was sent.

import { useId } from 'react';
import { Button } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { useText } from '../text.ts';
import type { ScanProblem } from './found-card.ts';

/** Only these speak of the card; the others of the scan. */
const ABOUT_THE_SCAN: readonly ScanProblem[] = [
  'nothing',
  'other-code',
  'several-cards',
  'not-a-picture',
  'too-big',
  'not-ready',
];

export function CardProblemText({ reason, onAgain }: { reason: ScanProblem; onAgain(): void }) {
  const text = useText();
  const titleId = useId();
  const isScan = ABOUT_THE_SCAN.includes(reason);
  return (
    <>
      <section
        className={`slab ${isScan ? 'tone-halt' : 'tone-no'}`}
        aria-labelledby={titleId}
        data-card-problem={reason}
      >
        <header className="slab-head">
          <Icon name={isScan ? 'halt' : 'no'} />
          <p className="slab-code figures">{reason}</p>
          <h2 id={titleId} className="slab-title">
            {text(`card.${reason}.title`)}
          </h2>
        </header>
        <dl className="three">
          {(['what', 'do', 'who'] as const).map((part) => (
            <div key={part}>
              <dt>{text(`refusal.${part}`)}</dt>
              <dd>{text(`card.${reason}.${part}`)}</dd>
            </div>
          ))}
        </dl>
        <p className="slab-at">{text('card.nothing-sent')}</p>
      </section>
      <div className="actions next">
        <Button look="primary" size="large" keys="N" onPress={onAgain}>
          {text('card.again')}
        </Button>
      </div>
    </>
  );
}
