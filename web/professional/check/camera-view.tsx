// The camera at the counter: says first what will be asked, shows what it sees, and is off as soon as it is not needed.
// Must never keep a picture, and never stay open behind another page, another tab or a locked screen.

import { useEffect, useRef, useState } from 'react';
import { Button } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icons.tsx';
import type { MessageKey } from '../messages-fr.ts';
import { useText } from '../text.ts';
import { type CameraTrouble, cameraPermission, type OpenCamera, openCamera, pictureOf } from './camera.ts';
import { readCodes } from './code-reader.ts';
import { cardIn } from './found-card.ts';

type View =
  | { kind: 'looking' }
  | { kind: 'explain' }
  | { kind: 'opening' }
  | { kind: 'live'; camera: OpenCamera }
  | { kind: 'trouble'; trouble: CameraTrouble };

/** What is not a single card is said only when it stays in view. */
const STAYS = 4;
const RETRY_MS = 2_000;

type Hint = 'other-code' | 'several-cards' | 'malformed' | 'too-long' | 'not-ready' | null;

export function CameraView({ onCard, onClose }: { onCard(card: Uint8Array): void; onClose(): void }) {
  const text = useText();
  const [view, setView] = useState<View>({ kind: 'looking' });
  const [wanted, setWanted] = useState<string | null>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  useEffect(() => {
    let gone = false;
    void cameraPermission().then((permission) => {
      if (!gone) setView({ kind: permission === 'granted' ? 'opening' : 'explain' });
    });
    const hidden = () => {
      if (document.visibilityState === 'hidden') close.current();
    };
    const left = () => close.current();
    document.addEventListener('visibilitychange', hidden);
    window.addEventListener('pagehide', left);
    return () => {
      gone = true;
      document.removeEventListener('visibilitychange', hidden);
      window.removeEventListener('pagehide', left);
    };
  }, []);

  const isOpen = view.kind === 'opening' || view.kind === 'live';
  useEffect(() => {
    if (!isOpen) return;
    let camera: OpenCamera | null = null;
    let gone = false;
    void openCamera(wanted).then((opened) => {
      if (typeof opened === 'string') return gone ? undefined : setView({ kind: 'trouble', trouble: opened });
      if (gone) return opened.close(); // closed while the browser was still asking
      camera = opened;
      setView({ kind: 'live', camera: opened });
    });
    return () => {
      gone = true;
      camera?.close();
    };
  }, [isOpen, wanted]);

  return (
    <section className="camera" data-view={view.kind} aria-label={text('camera.title')}>
      {view.kind === 'live' ? (
        <Live camera={view.camera} onCard={onCard} onChoose={setWanted} onClose={onClose} />
      ) : (
        <Before view={view} onOpen={() => setView({ kind: 'opening' })} onClose={onClose} />
      )}
    </section>
  );
}

function Before({
  view,
  onOpen,
  onClose,
}: {
  view: Exclude<View, { kind: 'live' }>;
  onOpen(): void;
  onClose(): void;
}) {
  const text = useText();
  if (view.kind === 'looking' || view.kind === 'opening')
    return <p role="status">{text('camera.opening')}</p>;
  const say = view.kind === 'explain' ? 'explain' : view.trouble;
  return (
    <div className="camera-words" role={view.kind === 'explain' ? undefined : 'alert'}>
      <Icon name={view.kind === 'explain' ? 'camera' : 'halt'} />
      <h2>{text(`camera.${say}.title`)}</h2>
      <p>{text(`camera.${say}.text`)}</p>
      <div className="actions">
        <Button look="primary" autoFocus onPress={onOpen}>
          {text(view.kind === 'explain' ? 'camera.explain.button' : 'app.retry')}
        </Button>
        <Button keys={text('key.escape')} onPress={onClose}>
          {text(view.kind === 'explain' ? 'app.cancel' : 'app.close')}
        </Button>
      </div>
    </div>
  );
}

function Live({
  camera,
  onCard,
  onChoose,
  onClose,
}: {
  camera: OpenCamera;
  onCard(card: Uint8Array): void;
  onChoose(deviceId: string): void;
  onClose(): void;
}) {
  const text = useText();
  const video = useRef<HTMLVideoElement>(null);
  const [hint, setHint] = useState<Hint>(null);
  const [lit, setLit] = useState(false);
  useScanning(video, camera, onCard, setHint);
  const words: MessageKey = hint === null ? 'camera.aim' : `card.${hint}.title`;
  const light = () => {
    void camera.lamp?.(!lit).then(
      () => setLit(!lit),
      () => undefined, // the lamp is another application's
    );
  };
  return (
    <>
      <div className="camera-view">
        <video ref={video} muted playsInline autoPlay tabIndex={-1} aria-label={text('camera.live')} />
        <div className="camera-aim" aria-hidden="true" />
      </div>
      <p className="camera-hint" role="status" data-hint={hint ?? ''}>
        {text(words)}
      </p>
      <div className="actions">
        <Button autoFocus keys={text('key.escape')} onPress={onClose}>
          {text('camera.close')}
        </Button>
        {camera.lamp ? (
          <Button aria-pressed={lit} onPress={light}>
            {text(lit ? 'camera.lamp.off' : 'camera.lamp.on')}
          </Button>
        ) : null}
        {camera.cameras.length > 1 ? (
          <label className="camera-choice">
            {text('camera.choice')}{' '}
            <select value={camera.deviceId ?? ''} onChange={(event) => onChoose(event.target.value)}>
              {camera.cameras.map(({ deviceId, label }, i) => (
                <option key={deviceId} value={deviceId}>
                  {label || text('camera.nameless', { number: String(i + 1) })}
                </option>
              ))}
            </select>
          </label>
        ) : null}
      </div>
    </>
  );
}

/**
 * Picture after picture, never two at a time, until there is one card. Whole view and middle come by turns: the next one
 * is waited for, because a second card may be in that one only.
 */
function useScanning(
  video: { current: HTMLVideoElement | null },
  { stream }: OpenCamera,
  onCard: (card: Uint8Array) => void,
  onHint: (hint: Hint) => void,
): void {
  const found = useRef(onCard);
  useEffect(() => {
    found.current = onCard;
  });
  useEffect(() => {
    let gone = false;
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    const scan = async () => {
      let stays = 0;
      let before: string[] = [];
      for (let turn = 0; !gone; turn += 1) {
        const picture = await pictureOf(element, turn).catch(() => null);
        const texts = picture && !gone ? await readCodes(picture) : [];
        if (gone) return;
        if (texts === 'not-ready') {
          onHint(texts); // the network went away before the reader came: it may come yet
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
        const now = Array.isArray(texts) ? texts : [];
        const card = cardIn([...before, ...now]);
        if (card.ok && cardIn(before).ok) return found.current(card.card);
        before = now;
        stays = card.ok || card.reason === 'nothing' ? 0 : stays + 1;
        if (!card.ok && stays >= STAYS) onHint(card.reason as Hint);
        else if (turn === 0) onHint(null);
        await nextFrame();
      }
    };
    void scan();
    return () => {
      gone = true;
      element.srcObject = null;
    };
  }, [stream, video, onHint]);
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
