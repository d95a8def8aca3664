// Closing or opening again: a question, a reason, and the person's own signature with the passkey. A button that cannot
// be used says why beside itself.

import { useId, useState } from 'react';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import type { Problem } from '../shared/api-types.ts';
import { Banner } from '../shared/ui/banner.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Field } from '../shared/ui/field.tsx';
import { useConsole } from './console.tsx';
import type { ToSign } from './console-types.ts';
import { ProblemText } from './problem-text.tsx';
import { useScopeName } from './scope-name.ts';
import { useText } from './text.ts';

type Wanted = 'closed' | 'open';
const SHORTEST_REASON = 3;

export function ActButton({
  scope,
  state,
  because,
}: {
  scope: string;
  state: Wanted;
  /** Why it cannot be done just now; null when it can. */
  because: string | null;
}) {
  const text = useText();
  const nameOf = useScopeName();
  const id = useId();
  return (
    <div className="act">
      <DialogTrigger>
        <Button
          size="small"
          look={state === 'closed' ? 'danger' : 'plain'}
          isDisabled={because !== null}
          aria-label={text(`act.${state}.label`, { scope: nameOf(scope) })}
          {...(because === null ? {} : { 'aria-describedby': id })}
        >
          {text(`act.${state}`)}
        </Button>
        <ModalOverlay className="overlay" isDismissable>
          <Modal className="modal">
            <Dialog className="dialog">
              {({ close }) => <SignAct scope={scope} state={state} close={close} />}
            </Dialog>
          </Modal>
        </ModalOverlay>
      </DialogTrigger>
      {because === null ? null : (
        <span className="act-because" id={id}>
          {because}
        </span>
      )}
    </div>
  );
}

function SignAct({ scope, state, close }: { scope: string; state: Wanted; close(): void }) {
  const text = useText();
  const nameOf = useScopeName();
  const { sign, call } = useConsole();
  const [reason, setReason] = useState('');
  const [outcome, setOutcome] = useState<'asking' | 'signing' | 'done' | 'waiting' | Problem>('asking');
  const isShort = reason.trim().length < SHORTEST_REASON;
  const submit = async () => {
    if (isShort || outcome === 'signing') return;
    setOutcome('signing');
    const body = { scope, state, reason: reason.trim() };
    setOutcome(await sign(() => call<ToSign>('POST', '/v1/switches/acts', { body })));
  };
  const title = text(`act.${state}.title`, { scope: nameOf(scope) });
  if (outcome === 'done' || outcome === 'waiting') {
    return (
      <>
        <Heading slot="title">{title}</Heading>
        <Banner tone={outcome === 'done' ? 'yes' : 'caution'}>{text(`act.${state}.${outcome}`)}</Banner>
        <div className="actions">
          <Button autoFocus onPress={close}>
            {text('app.close')}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <Heading slot="title">{title}</Heading>
      <p>{text(`act.${state}.text`)}</p>
      <p className="figures act-scope">{scope}</p>
      {typeof outcome === 'object' ? <ProblemText problem={outcome} /> : null}
      <form
        className="act-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="sheet">
          <Field
            name="reason"
            label={text('act.reason')}
            hint={text('act.reason.hint')}
            value={reason}
            onChange={setReason}
            figures={false}
          />
        </div>
        <div className="actions">
          <Button onPress={close}>{text('app.cancel')}</Button>
          <Button
            type="submit"
            look={state === 'closed' ? 'danger' : 'primary'}
            isDisabled={isShort || outcome === 'signing'}
          >
            {text(outcome === 'signing' ? 'act.signing' : 'act.sign')}
          </Button>
        </div>
      </form>
    </>
  );
}
