// A table for the structure's own books, by a button that says how far it is.

import { Button } from '../../shared/ui/button.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { useDownload } from '../use-download.ts';
import { useText } from './text.ts';

export function DownloadCsv({ path, fileName }: { path: string; fileName: string }) {
  const text = useText();
  const { state, download } = useDownload(path, fileName);
  return (
    <>
      <Button size="small" onPress={download}>
        <span role="status">
          {text(state === 'busy' ? 'csv.waiting' : state === 'done' ? 'csv.done' : 'csv.download')}
        </span>
      </Button>
      {typeof state === 'object' ? <RefusalText problem={state} /> : null}
    </>
  );
}
