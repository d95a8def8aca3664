// The number that binds the insurer: in groups for the eye, whole for the clipboard.

import { useEffect, useId, useState } from 'react';
import { groupsOf } from '../shared/format.ts';
import { Button } from '../shared/ui/button.tsx';
import { useText } from './text.ts';

const SAID_MS = 2_500;

export function EngagementNo({
  number,
  keys,
}: {
  number: string;
  /** The key that copies it, where the screen has one. */
  keys?: string;
}) {
  const text = useText();
  const labelId = useId();
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  useEffect(() => {
    if (copied === 'no') return;
    const timer = setTimeout(() => setCopied('no'), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(number);
      setCopied('yes');
    } catch {
      setCopied('failed'); // the browser's policy forbids it: the number can still be selected
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: no form, so no fieldset; the number and its button belong together
    <div className="engagement" role="group" aria-labelledby={labelId}>
      <p id={labelId}>{text('answer.engagement')}</p>
      <p className="engagement-no figures">
        {groupsOf(number, 4).map((group, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, in their only order
          <span key={i}>{group}</span>
        ))}
      </p>
      <Button
        look="on-slab"
        size="small"
        {...(keys ? { keys } : {})}
        data-copy=""
        onPress={() => void copy()}
      >
        <span role="status">
          {copied === 'no'
            ? text('answer.copy')
            : text(copied === 'yes' ? 'answer.copied' : 'answer.copy-failed')}
        </span>
      </Button>
    </div>
  );
}
