// Reads something once when a screen opens, and again on request.

import { useCallback, useEffect, useState } from 'react';
import type { Result } from '../shared/api-client.ts';
import { usePortal } from './session.tsx';

export function useLoad<T>(path: string): [Result<T> | null, () => Promise<void>] {
  const { call } = usePortal();
  const [result, setResult] = useState<Result<T> | null>(null);
  const load = useCallback(async () => setResult(await call<T>('GET', path)), [call, path]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `call` changes with every answer; the path decides
  useEffect(() => {
    void load();
  }, [path]);
  return [result, load];
}
