// The one button. `keys` shows which key does the same; it is decoration for the eye, told to nobody else.

import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';

export type ActionProps = Omit<ButtonProps, 'children' | 'className' | 'style'> & {
  look?: 'primary' | 'plain' | 'quiet' | 'danger' | 'on-slab';
  size?: 'normal' | 'large' | 'small';
  keys?: string;
  buttonRef?: Ref<HTMLButtonElement>;
  children: ReactNode;
};

export function Button({ look = 'plain', size = 'normal', keys, buttonRef, children, ...rest }: ActionProps) {
  return (
    <AriaButton
      {...rest}
      {...(buttonRef ? { ref: buttonRef } : {})}
      className={`button button-${look} button-${size}`}
    >
      <span>{children}</span>
      {keys ? (
        <span className="button-keys" aria-hidden="true">
          {keys}
        </span>
      ) : null}
    </AriaButton>
  );
}
