// Reads something once when a screen opens, and again on request. Must never show the answer to an older question.

import { useCallback, useEffect, useRef, useState } from 'react';
import type { Result } from './api-client.ts';

type Call = <T>(method: 'GET', path: string) => Promise<Result<T>>;

/** Null while nothing has come; nothing is asked while the path is null. Each application hands its own `call`. */
export function useLoadFrom<T>(call: Call, path: string | null): [Result<T> | null, () => Promise<void>] {
  const [answer, setAnswer] = useState<{ path: string; result: Result<T> } | null>(null);
  const asked = useRef(0);
  const load = useCallback(async () => {
    if (path === null) return;
    asked.current += 1;
    const mine = asked.current;
    const result = await call<T>('GET', path);
    if (mine === asked.current) setAnswer({ path, result });
  }, [call, path]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `call` changes with every answer; the path decides
  useEffect(() => {
    void load();
  }, [path]);
  return [answer?.path === path ? answer.result : null, load];
}
