// Ten more typed look-ups for a structure whose day does not go on without: once a day, with a reason. Says plainly what
// it is and who looks at it before anybody takes it. What may be taken the vault decides.

import { useState } from 'react';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { EMERGENCY_REASONS, type EmergencyReason } from '../../../src/core/emergency-reasons.ts';
import type { EmergencyUnitsReply, EmergencyUnitsRequest, Problem } from '../../shared/api-types.ts';
import { dayAndTime } from '../../shared/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Choice } from '../../shared/ui/choice.tsx';
import { ConfirmYou } from '../confirm-you.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { useText } from '../text.ts';

export function EmergencyUnits({ onTaken }: { onTaken(): void }) {
  const text = useText();
  return (
    <DialogTrigger>
      <Button size="large">{text('emergency.button')}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal modal-wide">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{text('emergency.title')}</Heading>
                <Taking
                  onClose={close}
                  onTaken={() => {
                    close();
                    onTaken();
                  }}
                />
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

type State = 'idle' | 'missing' | 'waiting' | { taken: EmergencyUnitsReply } | { refused: Problem };

function Taking({ onClose, onTaken }: { onClose(): void; onTaken(): void }) {
  const text = useText();
  const { call } = usePortal();
  const [reason, setReason] = useState<EmergencyReason | null>(null);
  const [state, setState] = useState<State>('idle');
  /** The button stays as it is while it waits: a disabled one would lose the focus, and the dialog its keys. */
  const take = async () => {
    if (state === 'waiting') return;
    if (reason === null) return setState('missing');
    setState('waiting');
    const body: EmergencyUnitsRequest = { reason };
    const result = await call<EmergencyUnitsReply>('POST', '/v1/emergency-units', { body });
    setState(result.ok ? { taken: result.value } : { refused: result.problem });
  };

  if (typeof state === 'object' && 'taken' in state) {
    const { units, until } = state.taken;
    return (
      <>
        <p role="status">{text('emergency.taken', { units, at: dayAndTime(until) })}</p>
        <div className="actions">
          <Button look="primary" autoFocus onPress={onTaken}>
            {text('emergency.again')}
          </Button>
        </div>
      </>
    );
  }
  const refused = typeof state === 'object' ? state.refused : null;
  if (refused?.code === 'fresh-sign-in-required') {
    return (
      <>
        <p role="status">{text('emergency.confirm')}</p>
        <ConfirmYou ways="any" inDialog onConfirmed={() => void take()} />
        <div className="actions">
          <Button onPress={onClose}>{text('app.cancel')}</Button>
        </div>
      </>
    );
  }
  return (
    <>
      <ul className="steps">
        {([1, 2, 3] as const).map((fact) => (
          <li key={fact}>{text(`emergency.fact.${fact}`)}</li>
        ))}
      </ul>
      <Choice
        className="emergency-reasons"
        label={text('field.reason')}
        value={reason}
        onChange={(chosen) => setReason(chosen)}
        options={EMERGENCY_REASONS.map((value) => ({ value, label: text(`emergency.${value}`) }))}
        problem={state === 'missing' && reason === null ? text('problem.reason-missing') : undefined}
      />
      {refused ? <RefusalText problem={refused} /> : null}
      <div className="actions">
        <Button autoFocus onPress={onClose}>
          {text('app.cancel')}
        </Button>
        <Button look="primary" onPress={() => void take()}>
          {text(state === 'waiting' ? 'emergency.waiting' : 'emergency.take')}
        </Button>
      </div>
    </>
  );
}
