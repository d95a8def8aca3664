// The one button. `keys` shows which key does the same; it is decoration for the eye, told to nobody else.

import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';

export type ActionProps = Omit<ButtonProps, 'children' | 'className' | 'style'> & {
  look?: 'primary' | 'plain' | 'quiet' | 'danger' | 'on-slab';
  size?: 'normal' | 'large' | 'small';
  keys?: string;
  children: ReactNode;
};

export function Button({ look = 'plain', size = 'normal', keys, children, ...rest }: ActionProps) {
  return (
    <AriaButton {...rest} className={`button button-${look} button-${size}`}>
      <span>{children}</span>
      {keys ? (
        <span className="button-keys" aria-hidden="true">
          {keys}
        </span>
      ) : null}
    </AriaButton>
  );
}
