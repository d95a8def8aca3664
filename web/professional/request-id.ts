// The id under which something is asked for: the same words sent again, because an answer was lost, count once.

import { useRef } from 'react';

/** `idFor` gives what is asked its id; `answered` ends it: the same asked anew is something new. */
export function useRequestId() {
  const pending = useRef<{ words: string; id: string } | null>(null);
  return useRef({
    idFor(asked: unknown): string {
      const words = JSON.stringify(asked);
      if (pending.current?.words !== words) pending.current = { words, id: crypto.randomUUID() };
      return pending.current.id;
    },
    answered(): void {
      pending.current = null;
    },
  }).current;
}
