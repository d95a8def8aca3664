// The first of the two ways to ask: the signed card, by camera, picture or scanner. Typing stands beside it.

import { useRef } from 'react';
import { Button } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import { useText } from '../text.ts';
import { CameraView } from './camera-view.tsx';

/** What browsers can open; HEIC only some of them, and the others say that they cannot. */
const PICTURES = 'image/png,image/jpeg,image/webp,image/heic,image/heif';

export function CardWay({
  camera,
  isMain,
  held,
  onCamera,
  onPicture,
  onCard,
}: {
  camera: boolean;
  /** Nothing was typed: this is what is expected next. */
  isMain: boolean;
  /** A picture is held over the page. */
  held: boolean;
  onCamera(open: boolean): void;
  onPicture(file: Blob): void;
  onCard(card: Uint8Array): void;
}) {
  const text = useText();
  const file = useRef<HTMLInputElement>(null);
  if (camera) {
    return <CameraView onCard={onCard} onClose={() => onCamera(false)} />;
  }
  return (
    <section className="card-way" data-dragged={held} aria-labelledby="card-way-title">
      <Icon name="ready" />
      <h2 id="card-way-title">{text('card-way.title')}</h2>
      <p className="lead">{text('card-way.text')}</p>
      <div className="actions">
        <Button
          look={isMain ? 'primary' : 'plain'}
          size="large"
          keys="F4"
          data-camera=""
          onPress={() => onCamera(true)}
        >
          {text('card-way.camera')}
        </Button>
        <Button size="large" onPress={() => file.current?.click()}>
          {text('card-way.picture')}
        </Button>
        <input
          ref={file}
          type="file"
          hidden
          accept={PICTURES}
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            event.target.value = ''; // the same file may be chosen again
            if (chosen) onPicture(chosen);
          }}
        />
      </div>
      <Keys />
    </section>
  );
}

function Keys() {
  const text = useText();
  const keys = [
    ['scan', text('key.scan')],
    ['f4', 'F4'],
    ['enter', '⏎'],
    ['f2', 'F2'],
    ['escape', text('key.escape')],
  ] as const;
  return (
    <dl className="keys">
      {keys.map(([name, key]) => (
        <div key={name}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{text(`key.${name}.does`)}</dd>
        </div>
      ))}
    </dl>
  );
}
