// Scanners told from hands: layouts, speed, line ends, and what must be left to people.

import { describe, expect, it } from 'vitest';
import { cardText } from '../../../src/core/card-text.ts';
import { type Keystroke, Wedge, type WedgeStep } from './wedge.ts';

const TEXT = cardText(Uint8Array.from({ length: 189 }, (_, i) => (i * 37) % 256));

const american = (character: string) => (/\d/.test(character) ? `Digit${character}` : `Key${character}`);
const FRENCH_PLACES: Record<string, string> = {
  A: 'KeyQ',
  Q: 'KeyA',
  Z: 'KeyW',
  W: 'KeyZ',
  M: 'Semicolon',
};
const french = (character: string) => FRENCH_PLACES[character] ?? american(character);
/** What a French machine makes of a place that an American layout means. */
const SHOWN_IN_FRENCH: Record<string, string> = {
  A: 'q',
  Q: 'a',
  Z: 'w',
  W: 'z',
  M: ',',
  1: '&',
  2: 'é',
  3: '"',
  4: "'",
  5: '(',
  6: '-',
  7: 'è',
};

type Look = (character: string) => { key: string; code: string };
const LAYOUTS: Record<string, Look> = {
  'French on a French machine': (c) => ({ key: c, code: french(c) }),
  'American on a French machine': (c) => ({ key: SHOWN_IN_FRENCH[c] ?? c.toLowerCase(), code: american(c) }),
  'French on an American machine': (c) => ({ key: '?', code: french(c) }),
  'with CapsLock': (c) => ({ key: c.toLowerCase(), code: american(c) }),
  'by the numeric pad': (c) => ({ key: c, code: /\d/.test(c) ? `Numpad${c}` : american(c) }),
};

function strokes(text: string, look: Look, everyMs = 4): Keystroke[] {
  return [...text].map((character, i) => ({ ...look(character), atMs: 1000 + i * everyMs }));
}

const enter = (atMs: number): Keystroke => ({ key: 'Enter', code: 'Enter', atMs });
const later = (typed: Keystroke[], ms = 4) => (typed.at(-1)?.atMs ?? 0) + ms;
const plain: Look = (character) => ({ key: character, code: 'KeyX' });

function feed(wedge: Wedge, typed: readonly Keystroke[]): WedgeStep[] {
  return typed.map((stroke) => wedge.next(stroke));
}

describe('a card typed by a scanner', () => {
  it.each(Object.entries(LAYOUTS))('is read: %s', (_name, look) => {
    const wedge = new Wedge();
    const typed = strokes(TEXT, look);
    const steps = feed(wedge, [...typed, enter(later(typed))]);
    expect(steps.at(-1)).toMatchObject({ kind: 'card', text: TEXT });
  });

  it('leaves three characters in the field at most, and has them taken out at the fourth', () => {
    const steps = feed(new Wedge(), strokes(TEXT, LAYOUTS['with CapsLock'] ?? plain));
    expect(steps.slice(0, 4)).toEqual([
      { kind: 'begin' },
      { kind: 'pass' },
      { kind: 'pass' },
      { kind: 'take', restore: true },
    ]);
    expect(new Set(steps.slice(4).map(({ kind }) => kind))).toEqual(new Set(['take']));
  });

  it('swallows its line ends, also the second', () => {
    const wedge = new Wedge();
    const typed = strokes(TEXT, LAYOUTS['with CapsLock'] ?? plain);
    feed(wedge, typed);
    expect(wedge.next({ key: 'Tab', code: 'Tab', atMs: later(typed) }).kind).toBe('card');
    expect(wedge.next(enter(later(typed, 8))).kind).toBe('take');
    expect(wedge.next(enter(later(typed, 800))).kind).toBe('pass');
  });

  it('needs no line end', () => {
    const wedge = new Wedge();
    const typed = strokes(TEXT, LAYOUTS['with CapsLock'] ?? plain);
    feed(wedge, typed);
    expect(wedge.silence()).toMatchObject({ kind: 'card', text: TEXT });
    expect(wedge.silence().kind).toBe('pass');
  });

  it('goes on after the page has stalled for a moment', () => {
    const wedge = new Wedge();
    const typed = strokes(TEXT, LAYOUTS['with CapsLock'] ?? plain).map((stroke, i) =>
      i > 100 ? { ...stroke, atMs: stroke.atMs + 250 } : stroke,
    );
    expect(feed(wedge, [...typed, enter(later(typed))]).at(-1)).toMatchObject({ kind: 'card', text: TEXT });
  });

  it('ignores Shift between its letters', () => {
    const wedge = new Wedge();
    const typed = strokes(TEXT, LAYOUTS['French on a French machine'] ?? plain).flatMap((stroke) => [
      { key: 'Shift', code: 'ShiftLeft', atMs: stroke.atMs - 1 },
      stroke,
    ]);
    expect(feed(wedge, [...typed, enter(later(typed))]).at(-1)).toMatchObject({ kind: 'card', text: TEXT });
  });

  it('of ten thousand characters is swallowed and cut', () => {
    const wedge = new Wedge();
    const typed = strokes(`RMP1${'A'.repeat(10_000)}`, LAYOUTS['with CapsLock'] ?? plain, 1);
    const last = feed(wedge, [...typed, enter(later(typed))]).at(-1);
    expect(last?.kind === 'card' && last.text.length).toBe(1_200);
  });
});

describe('another code typed by a scanner', () => {
  it('is taken out and told, when it looks like a scan', () => {
    const wedge = new Wedge();
    const typed = strokes('DC02FR000001125E1B0B0123456789012345', plain);
    expect(feed(wedge, [...typed, enter(later(typed))]).at(-1)).toEqual({ kind: 'other', restore: true });
  });

  it('is left alone when the scan field understands it', () => {
    const wedge = new Wedge();
    const typed = strokes('0999000101|RP|750100200|T00000000001|185057599145673|19850514|1', plain);
    expect(feed(wedge, [...typed, enter(later(typed))]).at(-1)?.kind).toBe('pass');
  });
});

describe('a person’s typing', () => {
  it.each([
    ['a card’s first letters, slowly', 'RMP1ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 90],
    ['a NIR, quickly', '185057599145673', 30],
    ['a long word, slowly', 'ANTICONSTITUTIONNELLEMENTANTI', 70],
  ])('%s, is never touched', (_name, text, everyMs) => {
    const wedge = new Wedge();
    const typed = strokes(text, plain, everyMs);
    const steps = feed(wedge, [...typed, enter(later(typed, everyMs))]);
    expect(steps.filter(({ kind }) => kind !== 'pass' && kind !== 'begin')).toEqual([]);
  });

  it('filled into several fields by a program is no scan', () => {
    const wedge = new Wedge();
    const typed = strokes('0999000101RP185057599145673', plain);
    feed(wedge, typed.slice(0, 12));
    wedge.moved();
    expect(feed(wedge, [...typed.slice(12), enter(later(typed))]).at(-1)?.kind).toBe('pass');
  });

  it('that ends in a card’s letters is not a card', () => {
    const wedge = new Wedge();
    const steps = feed(wedge, strokes('XRMP1ABC', LAYOUTS['with CapsLock'] ?? plain));
    expect(steps.some(({ kind }) => kind === 'take')).toBe(false);
  });
});
