// Refusals of the guard: what happened, and each way on as a button in the same place. The card first: it always passes.

import { type ComponentType, lazy, Suspense } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ConfirmYou } from '../confirm-you.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { useText } from '../text.ts';
import { type GuardRefusalCode, WAYS_ON } from './guard-refusals.ts';

/** Rarely needed, so loaded then. Where it cannot be, everything else on this screen goes on. */
const EmergencyUnits = lazy(async (): Promise<{ default: ComponentType<{ onTaken(): void }> }> => {
  const loaded = await import('./emergency-units.tsx').catch(() => null);
  return { default: loaded?.EmergencyUnits ?? (() => null) };
});

export function GuardRefusal({
  code,
  problem,
  atMs,
  insurer,
  onAgain,
  onCamera,
}: {
  code: GuardRefusalCode;
  problem: Problem;
  /** When it was refused. */
  atMs: number;
  insurer: string | null;
  /** The same question once more. */
  onAgain(): void;
  onCamera(): void;
}) {
  const text = useText();
  const { confirm, card, emergency } = WAYS_ON[code];
  return (
    <RefusalText problem={problem} words={code} atMs={atMs} announced insurer={insurer}>
      {confirm ? <ConfirmYou ways={confirm} onConfirmed={onAgain} /> : null}
      {card ? (
        <div className="actions">
          <Button look={confirm ? 'plain' : 'primary'} size="large" keys="F4" onPress={onCamera}>
            {text('card-way.title')}
          </Button>
          <Suspense>{emergency ? <EmergencyUnits onTaken={onAgain} /> : null}</Suspense>
        </div>
      ) : null}
    </RefusalText>
  );
}
