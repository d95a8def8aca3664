// Signs drawn for Rempart. Each verdict has its own outline, so that nobody depends on colour. Decoration only:
// the words beside them say the same.

import type { ReactNode } from 'react';

export type IconName =
  | 'yes'
  | 'caution'
  | 'no'
  | 'halt'
  | 'wait'
  | 'ready'
  | 'copy'
  | 'out'
  | 'menu'
  | 'camera';

const PATHS: Record<IconName, ReactNode> = {
  yes: <path d="M5 25 L19 39 L43 9" />,
  caution: (
    <>
      <path d="M24 5 L45 43 L3 43 Z" />
      <path d="M24 18 V29 M24 33 V37" />
    </>
  ),
  no: <path d="M9 9 L39 39 M39 9 L9 39" />,
  halt: (
    <>
      <path d="M15 5 H33 L43 15 V33 L33 43 H15 L5 33 V15 Z" />
      <path d="M15 24 H33" />
    </>
  ),
  wait: <path d="M9 24 H10 M24 24 H25 M39 24 H40" />,
  ready: <path d="M5 14 V5 H14 M34 5 H43 V14 M43 34 V43 H34 M14 43 H5 V34 M13 24 H35" />,
  copy: (
    <>
      <path d="M16 16 H42 V42 H16 Z" />
      <path d="M32 10 V6 H6 V32 H10" />
    </>
  ),
  out: <path d="M20 6 H6 V42 H20 M18 24 H42 M32 14 L42 24 L32 34" />,
  camera: (
    <>
      <path d="M4 13 H14 L18 7 H30 L34 13 H44 V40 H4 Z" />
      <path d="M24 18 A8 8 0 1 0 24 34 A8 8 0 1 0 24 18" />
    </>
  ),
  menu: <path d="M6 12 H42 M6 24 H42 M6 36 H42" />,
};

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className={`icon icon-${name}`} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      {PATHS[name]}
    </svg>
  );
}

/** The mark: a wall with its merlons, and a gate that is open. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M2 6 H8 V11 H13 V6 H19 V11 H24 V6 H30 V28 H21 V22 A5 5 0 0 0 11 22 V28 H2 Z" />
    </svg>
  );
}
