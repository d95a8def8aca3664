// The text of a card's code, and the one card among the texts that a picture gave.

import { describe, expect, it } from 'vitest';
import { cardText, findCard, parseCardText } from './card-text.ts';

const CARD = Uint8Array.from({ length: 189 }, (_, i) => (i * 37) % 256);
const OTHER = CARD.map((byte) => byte ^ 1);

describe('the text', () => {
  it('has capitals and digits only, so that QR and DataMatrix pack it and keyboards pass it on', () => {
    expect(cardText(CARD)).toMatch(/^RMP1[A-Z2-7]+$/);
    expect(cardText(CARD).length).toBe(307);
  });

  it('gives the card back, also with what a scanner types around it', () => {
    expect(parseCardText(cardText(CARD))).toEqual(CARD);
    expect(parseCardText(` ${cardText(CARD)}\r\n`)).toEqual(CARD);
  });

  it.each([
    '',
    'RMP',
    'RMP2MY',
    'rmp1MY',
    'RMP1my',
    'RMP1M',
    'RMP1MY======',
    'RMP1M Y',
    'https://example.org',
  ])('%j is none', (text) => {
    expect(parseCardText(text)).toBeNull();
  });
});

describe('the card of a picture', () => {
  it.each([
    ['nothing was read', [], 'nothing'],
    ['empty texts were read', ['', ' \n'], 'nothing'],
    ['something else was read', ['https://example.org'], 'other-code'],
    ['two cards were read', [cardText(CARD), cardText(OTHER)], 'several-cards'],
    ['two cards and another code were read', [cardText(CARD), 'x', cardText(OTHER)], 'several-cards'],
    ['a text is longer than any card', [`RMP1${'A'.repeat(8_000)}`], 'other-code'],
  ])('none when %s', (_when, texts, reason) => {
    expect(findCard(texts)).toEqual({ ok: false, reason });
  });

  it('is found beside other codes, and once when it stands there twice', () => {
    const text = cardText(CARD);
    expect(findCard(['x', text, `${text}\n`])).toEqual({ ok: true, card: CARD });
  });
});
