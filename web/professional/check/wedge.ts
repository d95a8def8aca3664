// PURE. Scanners that type like a keyboard, told from people by their speed, read whatever layout they are set to.
// Must never touch what a person types: only a burst that no hand can type is taken away from the field it went to.

import { CARD_TEXT_START } from '../../../src/core/card-text.ts';

/** What counts of a `keydown`. */
export type Keystroke = { readonly key: string; readonly code: string; readonly atMs: number };

export type WedgeStep =
  /** Nothing to do: the keystroke belongs to whoever has the focus. */
  | { readonly kind: 'pass' }
  /** A new burst may begin with this keystroke: what the field holds now is what it should hold after a scan. */
  | { readonly kind: 'begin' }
  /** Part of a scan: it must not reach the page. `restore`: what went into the field before must come out again. */
  | { readonly kind: 'take'; readonly restore: boolean }
  /** The scan is complete. */
  | { readonly kind: 'card'; readonly text: string; readonly restore: boolean }
  | { readonly kind: 'other'; readonly restore: boolean };

/** Scanners type every 1 to 20 ms, slow ones every 40; hands manage two keys in that time, never four in a row. */
const FASTEST_HAND_MS = 50;
/** Once it is a scan for certain: a busy page may stall its keystrokes. */
const STALL_MS = 400;
/** Line ends that follow the first (CR and LF). */
const ECHO_MS = 300;
/** Shorter bursts that are no card may be anything: a pasted-in macro, a person's number typed by a badge reader. */
const LOOKS_SCANNED = 25;
/** Far beyond any card; what comes after is swallowed without being kept. */
const MOST_KEPT = 1_200;

const ENDS = new Set(['Enter', 'Tab']);

/** Letters that stand elsewhere on a French keyboard, by the name of their place. */
const FRENCH: Readonly<Record<string, string>> = {
  KeyQ: 'A',
  KeyA: 'Q',
  KeyW: 'Z',
  KeyZ: 'W',
  Semicolon: 'M',
  KeyM: ',',
};

function americanPlace(code: string): string {
  return /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(code)?.slice(1).join('') ?? '';
}

/** The ways in which a burst can be read: as the machine understood it, or by the places of the keys. */
const READINGS: readonly ((stroke: Keystroke) => string)[] = [
  ({ key }) => (key.length === 1 ? key.toUpperCase() : ''),
  ({ code }) => americanPlace(code),
  ({ code }) => FRENCH[code] ?? americanPlace(code),
];

export class Wedge {
  #texts: string[] = READINGS.map(() => '');
  #count = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #endedMs = Number.NEGATIVE_INFINITY;
  /** Which reading began like a card. */
  #reading: number | null = null;

  /** Takes one keystroke without Ctrl, Alt or Meta. */
  next(stroke: Keystroke): WedgeStep {
    const { key, atMs } = stroke;
    const gapMs = atMs - this.#lastMs;
    if (ENDS.has(key)) return this.#end(gapMs, atMs);
    if (key.length !== 1) return PASS; // Shift, CapsLock and the like come between a scanner's letters
    this.#lastMs = atMs;
    if (this.#reading !== null && gapMs <= STALL_MS) {
      this.#keep(stroke);
      return { kind: 'take', restore: false };
    }
    const goesOn = this.#count > 0 && gapMs <= FASTEST_HAND_MS;
    if (!goesOn) this.#forget();
    this.#keep(stroke);
    const reading = this.#texts.indexOf(CARD_TEXT_START);
    if (this.#count === CARD_TEXT_START.length && reading >= 0) {
      this.#reading = reading;
      return { kind: 'take', restore: true };
    }
    return goesOn ? PASS : { kind: 'begin' };
  }

  /** A scanner may be set to send no line end: called when nothing has come for a while. */
  silence(): WedgeStep {
    return this.#reading === null ? PASS : this.#complete();
  }

  /** The focus is elsewhere: a scanner does not move it, so what comes now is another burst. */
  moved(): void {
    if (this.#reading === null) this.#forget();
  }

  get isReading(): boolean {
    return this.#reading !== null;
  }

  #end(gapMs: number, atMs: number): WedgeStep {
    if (this.#reading !== null) {
      this.#endedMs = atMs;
      return this.#complete();
    }
    if (atMs - this.#endedMs <= ECHO_MS) return { kind: 'take', restore: false };
    const [typed = ''] = this.#texts;
    const looksScanned = this.#count >= LOOKS_SCANNED && gapMs <= FASTEST_HAND_MS && !isQuestionLine(typed);
    this.#forget();
    if (!looksScanned) return PASS;
    this.#endedMs = atMs;
    return { kind: 'other', restore: true };
  }

  #complete(): WedgeStep {
    const text = this.#texts[this.#reading ?? 0] ?? '';
    this.#forget();
    return { kind: 'card', text, restore: false };
  }

  #keep(stroke: Keystroke): void {
    this.#count += 1;
    if (this.#count > MOST_KEPT) return;
    this.#texts = this.#texts.map((text, i) => text + (READINGS[i]?.(stroke) ?? ''));
  }

  #forget(): void {
    this.#texts = READINGS.map(() => '');
    this.#count = 0;
    this.#reading = null;
  }
}

const PASS: WedgeStep = { kind: 'pass' };

/** What the scan field understands: a line of parts, or a JSON object. */
function isQuestionLine(text: string): boolean {
  return text.includes('|') || text.trimStart().startsWith('{');
}
