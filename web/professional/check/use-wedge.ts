// Listens for scanners that type, on the whole screen and before anybody else. Must never let a card's letters reach a
// field or a shortcut, and never delay a person's.

import { useEffect, useLayoutEffect, useRef } from 'react';
import { Wedge, type WedgeStep } from './wedge.ts';

/** A field, as it was before a burst went into it. */
type Before = { input: HTMLInputElement; value: string; start: number | null };

/** Silence is counted in looks, not by the clock: after a stall of the page the keystrokes come before the next look. */
const LOOK_EVERY_MS = 150;
const SILENT_LOOKS = 3;

export function useWedge(on: { card(text: string): void; other(): void }): void {
  const latest = useRef(on);
  useEffect(() => {
    latest.current = on;
  });
  useLayoutEffect(() => {
    const wedge = new Wedge();
    let before: Before | null = null;
    let timer: ReturnType<typeof setInterval> | undefined;

    let looks = 0;
    let target: EventTarget | null = null;

    const tell = (step: WedgeStep) => {
      if (step.kind === 'card') latest.current.card(step.text);
      if (step.kind === 'other') latest.current.other();
      if (wedge.isReading) return;
      clearInterval(timer);
      timer = undefined;
    };
    const look = () => {
      looks += 1;
      if (looks >= SILENT_LOOKS) tell(wedge.silence());
    };
    const listen = (event: KeyboardEvent) => {
      const isCommand = event.ctrlKey !== event.altKey || event.metaKey; // both together are AltGr
      if (isCommand || event.isComposing) return;
      if (event.target !== target) wedge.moved();
      target = event.target;
      const step = wedge.next({ key: event.key, code: event.code, atMs: event.timeStamp });
      if (step.kind === 'begin') before = fieldOf(event.target);
      if (step.kind === 'pass' || step.kind === 'begin') return;
      looks = 0;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (step.restore && before) putBack(before);
      if (wedge.isReading) timer ??= setInterval(look, LOOK_EVERY_MS);
      tell(step);
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => {
      window.removeEventListener('keydown', listen, { capture: true });
      clearInterval(timer);
    };
  }, []);
}

function fieldOf(target: EventTarget | null): Before | null {
  if (!(target instanceof HTMLInputElement) || target.type === 'radio') return null;
  return { input: target, value: target.value, start: target.selectionStart };
}

/** As if typed by the person, so that React hears of it. */
function putBack({ input, value, start }: Before): void {
  if (input.value === value) return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value);
  input.dispatchEvent(new Event('input', { bubbles: true }));
  if (start !== null) input.setSelectionRange(start, start);
}
