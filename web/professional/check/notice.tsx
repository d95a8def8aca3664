// One line about something that was not taken: said once, gone after a moment, in nobody's way.

import { useCallback, useEffect, useState } from 'react';
import { useText } from '../text.ts';
import type { NotDropped } from './use-drop.ts';

/** Why a scan or a picture was not taken. */
export type Ignored = 'asking' | 'drop' | NotDropped;

/** Long enough to outlast the answer that was being waited for. */
const SHOWN_MS = 10_000;

export function useNotice() {
  // An object: the same words said again stay as long again.
  const [said, setSaid] = useState<{ why: Ignored } | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const say = useCallback((why: Ignored | null) => setSaid(why && { why }), []);
  return { why: said?.why ?? null, say };
}

/** Always there, so that a change of its words is read out. */
export function Notice({ why }: { why: Ignored | null }) {
  const text = useText();
  return (
    <p className="notice" role="status" data-ignored={why ?? ''}>
      {why === null ? null : text(`check.ignored.${why}`)}
    </p>
  );
}
