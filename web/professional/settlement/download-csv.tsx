// A table for the structure's own books: fetched with a proof like every call, then handed to the browser as a file.

import { useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { usePortal } from '../session.tsx';
import { useText } from '../text.ts';

/** The browser has taken the file long before. */
const KEPT_MS = 60_000;

export function DownloadCsv({ path, fileName }: { path: string; fileName: string }) {
  const text = useText();
  const { call } = usePortal();
  const [state, setState] = useState<'idle' | 'waiting' | 'done' | Problem>('idle');
  const download = async () => {
    if (state === 'waiting') return;
    setState('waiting');
    const result = await call<Blob>('GET', path, { file: true });
    setState(result.ok ? 'done' : result.problem);
    if (result.ok) handOver(result.value, fileName);
  };
  return (
    <>
      <Button size="small" onPress={() => void download()}>
        <span role="status">
          {text(state === 'waiting' ? 'csv.waiting' : state === 'done' ? 'csv.done' : 'csv.download')}
        </span>
      </Button>
      {typeof state === 'object' ? <RefusalText problem={state} /> : null}
    </>
  );
}

function handOver(file: Blob, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
