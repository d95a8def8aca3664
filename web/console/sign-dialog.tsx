// A question before an act that a person signs: what it does, a reason, the signature with the passkey, what became of
// it. A button that cannot be used says why beside itself.

import { type ReactNode, useId, useState } from 'react';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Banner } from '../shared/ui/banner.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Field } from '../shared/ui/field.tsx';
import type { Signed } from './console.tsx';
import { ProblemText } from './problem-text.tsx';
import { useText } from './text.ts';

const SHORTEST_REASON = 3;

export type Question = {
  title: string;
  /** What the act does. */
  lead: string;
  /** Exactly what it is about. */
  about: ReactNode;
  look: 'danger' | 'primary';
  outcomes: { done: string; waiting?: string };
  sign(reason: string): Promise<Signed>;
};

export function SignButton({
  label,
  longLabel,
  because,
  ...question
}: Question & {
  label: string;
  /** What a screen reader says: the label, and of what. */
  longLabel: string;
  /** Why it cannot be done just now; null when it can. */
  because: string | null;
}) {
  const id = useId();
  return (
    <div className="act">
      <DialogTrigger>
        <Button
          size="small"
          look={question.look === 'danger' ? 'danger' : 'plain'}
          isDisabled={because !== null}
          aria-label={longLabel}
          {...(because === null ? {} : { 'aria-describedby': id })}
        >
          {label}
        </Button>
        <ModalOverlay className="overlay" isDismissable>
          <Modal className="modal">
            <Dialog className="dialog">{({ close }) => <SignForm {...question} close={close} />}</Dialog>
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

function SignForm({ title, lead, about, look, outcomes, sign, close }: Question & { close(): void }) {
  const text = useText();
  const [reason, setReason] = useState('');
  const [outcome, setOutcome] = useState<'asking' | 'signing' | Signed>('asking');
  const isShort = reason.trim().length < SHORTEST_REASON;
  const submit = async () => {
    if (isShort || outcome === 'signing') return;
    setOutcome('signing');
    setOutcome(await sign(reason.trim()));
  };
  if (outcome === 'done' || outcome === 'waiting') {
    return (
      <>
        <Heading slot="title">{title}</Heading>
        <Banner tone={outcome === 'done' ? 'yes' : 'caution'}>{outcomes[outcome]}</Banner>
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
      <p>{lead}</p>
      <p className="act-scope">{about}</p>
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
          <Button type="submit" look={look} isDisabled={isShort || outcome === 'signing'}>
            {text(outcome === 'signing' ? 'act.signing' : 'act.sign')}
          </Button>
        </div>
      </form>
    </>
  );
}
