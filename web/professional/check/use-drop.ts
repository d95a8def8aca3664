// Pictures dropped anywhere on the screen of the counter. Must never let the browser open what was dropped: it would
// leave the portal, and an answer or a card with it.

import { useEffect, useRef, useState } from 'react';

export type NotDropped = 'several' | 'no-file';

/** True while something that may be a picture is held over the page. */
export function useDrop(on: { picture(file: Blob): void; other(why: NotDropped): void }): boolean {
  const [held, setHeld] = useState(false);
  const latest = useRef(on);
  useEffect(() => {
    latest.current = on;
  });
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (isForField(event)) return;
      event.preventDefault();
      setHeld(hasFiles(event));
    };
    const left = (event: DragEvent) => {
      if (event.relatedTarget === null) setHeld(false);
    };
    const dropped = (event: DragEvent) => {
      setHeld(false);
      if (isForField(event)) return;
      event.preventDefault();
      const [file, ...more] = event.dataTransfer?.files ?? [];
      if (!file) latest.current.other('no-file');
      else if (more.length > 0) latest.current.other('several');
      else latest.current.picture(file);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', left);
    window.addEventListener('drop', dropped);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', left);
      window.removeEventListener('drop', dropped);
    };
  }, []);
  return held;
}

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;

/** Words may be dragged into a field, as on every page. */
const isForField = (event: DragEvent) => event.target instanceof HTMLInputElement && !hasFiles(event);
