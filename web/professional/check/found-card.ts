// PURE. From what a scanner or a picture gave to one card, or to why there is none.
// Must never choose between two cards: whose is meant cannot be known.

import type { CardProblem } from '../../../src/core/card.ts';
import { CARD_TEXT_START, findCard } from '../../../src/core/card-text.ts';

/** What is said in four parts (title, what happened, what to do, who can fix it). */
export type ScanProblem =
  | CardProblem
  | 'nothing'
  | 'other-code'
  | 'several-cards'
  | 'not-a-picture'
  | 'too-big'
  | 'not-ready';

export type Found = { ok: true; card: Uint8Array } | { ok: false; reason: ScanProblem };

/** A card's text is 310 characters, 720 with every domain: 640 bytes in base32 and the start. */
const LONGEST_CARD_TEXT = 1_030;

export function cardIn(texts: readonly string[]): Found {
  const found = findCard(texts);
  if (found.ok || found.reason !== 'other-code') return found;
  // It says that it is a card, but cannot be read as one: worth other words than somebody else's code.
  const damaged = texts.map((text) => text.trim()).find((text) => text.startsWith(CARD_TEXT_START));
  if (damaged === undefined) return found;
  return { ok: false, reason: damaged.length > LONGEST_CARD_TEXT ? 'too-long' : 'malformed' };
}

/** Photographs of today's telephones stay below. */
export const MOST_PICTURE_BYTES = 16 * 2 ** 20;
