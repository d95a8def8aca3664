// A question before something that cannot be undone. Escape and the first button leave everything as it is.

import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './button.tsx';

export function Confirm({
  trigger,
  triggerLabel,
  title,
  text,
  confirm,
  cancel,
  onConfirm,
}: {
  trigger: string;
  triggerLabel?: string;
  title: string;
  text: string;
  confirm: string;
  cancel: string;
  onConfirm(): void;
}) {
  return (
    <DialogTrigger>
      <Button size="small" {...(triggerLabel ? { 'aria-label': triggerLabel } : {})}>
        {trigger}
      </Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog role="alertdialog" className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{title}</Heading>
                <p>{text}</p>
                <div className="actions">
                  <Button autoFocus onPress={close}>
                    {cancel}
                  </Button>
                  <Button
                    look="danger"
                    onPress={() => {
                      close();
                      onConfirm();
                    }}
                  >
                    {confirm}
                  </Button>
                </div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
