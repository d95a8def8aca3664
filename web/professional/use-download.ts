// A file of the operator's, fetched as any other call and then given to the person. Must never be a bare link: the
// address alone opens nothing.

import { useState } from 'react';
import type { Problem } from '../shared/api-types.ts';
import { saveFile } from '../shared/save-file.ts';
import { usePortal } from './session.tsx';

type State = 'idle' | 'busy' | 'done' | Problem;

export function useDownload(path: string, name: string): { state: State; download(): void } {
  const { call } = usePortal();
  const [state, setState] = useState<State>('idle');
  const download = async () => {
    if (state === 'busy') return;
    setState('busy');
    const result = await call<Blob>('GET', path, { file: true });
    if (result.ok) saveFile(result.value, name);
    setState(result.ok ? 'done' : result.problem);
  };
  return { state, download: () => void download() };
}
