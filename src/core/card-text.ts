// A card as it stands in a printed code: "RMP1" and base32. Capitals and digits alone, so that a scanner which types
// like a keyboard can pass it on, and QR and DataMatrix can pack it in their compact modes.

import { fromBase32, toBase32 } from './text-codes.ts';

/** `1` does not occur in base32: nothing else begins like this by accident. */
export const CARD_TEXT_START = 'RMP1';

export const cardText = (card: Uint8Array): string => CARD_TEXT_START + toBase32(card);

/** The card's bytes, or null when the text is none. Spaces and line ends around it are the scanner's. */
export function parseCardText(text: string): Uint8Array | null {
  const trimmed = text.trim();
  return trimmed.startsWith(CARD_TEXT_START) ? fromBase32(trimmed.slice(CARD_TEXT_START.length)) : null;
}

/** Longer texts are not looked at: no card is that long, and a page of codes should not keep a counter waiting. */
const MOST_TEXT_CHARACTERS = 1_100;

export type FoundCard =
  | { readonly ok: true; readonly card: Uint8Array }
  /** `other-code`: something was read, but it is no card. `several-cards`: whose is meant cannot be known. */
  | { readonly ok: false; readonly reason: 'nothing' | 'other-code' | 'several-cards' };

/** The one card among the codes of a picture. The same card twice is one: front and phone may show both symbols. */
export function findCard(texts: readonly string[]): FoundCard {
  const distinct = new Set(texts.map((text) => text.trim()).filter((text) => text !== ''));
  const cards = [...distinct].flatMap((text) =>
    text.length <= MOST_TEXT_CHARACTERS ? (parseCardText(text) ?? []) : [],
  );
  const [card] = cards;
  if (cards.length > 1) return { ok: false, reason: 'several-cards' };
  if (card) return { ok: true, card };
  return { ok: false, reason: distinct.size > 0 ? 'other-code' : 'nothing' };
}
