// A short message about the page itself: done, careful, refused. `alert` is read out at once, `status` when quiet.

import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

export type Tone = 'yes' | 'caution' | 'no' | 'halt';

export function Banner({
  tone,
  title,
  children,
  urgent = false,
}: {
  tone: Tone;
  title?: string;
  children?: ReactNode;
  urgent?: boolean;
}) {
  return (
    <div className={`banner tone-${tone}`} role={urgent ? 'alert' : 'status'}>
      <Icon name={tone satisfies IconName} />
      <div>
        {title ? <strong className="banner-title">{title}</strong> : null}
        {children}
      </div>
    </div>
  );
}
