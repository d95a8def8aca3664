// The codes of cards, drawn by us and found again in pictures as cameras, scanners and screenshots give them.

import bwipjs from 'bwip-js/node';
import { describe, expect, it } from 'vitest';
import {
  contrast,
  gaussian,
  lit,
  type Picture,
  pictureOf,
  pngFile,
  pngWith,
  saltAndPepper,
  scene,
  seeded,
  settled,
  shrunk,
  turned,
} from '../../test/support/pictures.ts';
import vectors from '../../test/vectors/cards.json' with { type: 'json' };
import { cardText } from '../core/card-text.ts';
import { drawPng, drawSvg, type SymbolKind, symbolModules } from './draw-card.ts';
import { findCardInPicture } from './read-picture.ts';

const cardNamed = (name: string): Uint8Array =>
  new Uint8Array(Buffer.from(vectors.vectors.find((one) => one.name === name)?.card ?? '', 'base64url'));
const STANDARD = cardNamed('standard');
const LONGEST = cardNamed('longest');
const KINDS: SymbolKind[] = ['qr', 'datamatrix'];
const drawn = (kind: SymbolKind, scale = 4, card = STANDARD): Picture =>
  pictureOf(drawPng(card, { kind, scale }));

async function expectFound(picture: Picture, card = STANDARD) {
  const found = await findCardInPicture(pngFile(picture));
  expect(found.ok ? Buffer.from(found.card).toString('hex') : found.reason).toBe(
    Buffer.from(card).toString('hex'),
  );
}

describe('sizes', () => {
  it.each([
    ['standard', 'qr', 57],
    ['standard', 'datamatrix', 64],
    ['one-domain', 'qr', 57],
    ['one-domain', 'datamatrix', 52],
    ['longest', 'qr', 97],
    ['longest', 'datamatrix', 96],
  ] as const)('the card %s as %s has %i modules a side', (name, kind, modules) => {
    expect(symbolModules(cardNamed(name), kind)).toBe(modules);
  });

  it('the compact modes are in use: bytes or ASCII would take more room', () => {
    const text = cardText(STANDARD);
    const side = (symbol: object | undefined) => (symbol && 'pixx' in symbol ? Number(symbol.pixx) : 0);
    // Small letters are no alphanumeric mode; braces take two values each in C40 and one byte in ASCII.
    const [qr] = bwipjs.raw({ ...{ bcid: 'qrcode', eclevel: 'M' }, text: text.toLowerCase() });
    const [datamatrix] = bwipjs.raw({ bcid: 'datamatrix', text: '{'.repeat(text.length) });
    expect(symbolModules(STANDARD, 'qr')).toBeLessThan(side(qr));
    expect(symbolModules(STANDARD, 'datamatrix')).toBeLessThan(side(datamatrix));
  });
});

describe.each(KINDS)('%s', (kind) => {
  it.each([1, 2, 3, 8])('is read back at %i pixels a module', (scale) => expectFound(drawn(kind, scale)));

  it('is read back for the longest card there can be', () => expectFound(drawn(kind, 3, LONGEST), LONGEST));

  it.each([7, 33, 45, 90, 151, 180, 270])('is found turned by %i degrees', (degrees) =>
    expectFound(turned(drawn(kind), degrees)),
  );

  it.each([
    [1.5, 0],
    [2, 0],
    [2, 7],
    [2.5, 33],
  ])('is found small: %d pixels a module, turned by %i degrees', (size, degrees) =>
    expectFound(shrunk(turned(drawn(kind, 8), degrees), size / 8)),
  );

  it.each([1, 2, 3])('is found under salt and pepper on one pixel in 25, seed %i', (seed) =>
    expectFound(saltAndPepper(drawn(kind), 0.04, seed)),
  );

  it.each([1, 2, 3])('is found in gaussian noise, turned, seed %i', (seed) =>
    expectFound(gaussian(turned(contrast(drawn(kind), 50, 200), 12), 20, seed)),
  );

  it('is found with little contrast', () => expectFound(contrast(drawn(kind), 110, 150)));

  it('is found white on black', () => expectFound(contrast(drawn(kind), 255, 0)));

  it('is found where light falls from one side', () => expectFound(lit(turned(drawn(kind, 5), 5), 0.3)));

  it('is found on a photograph: a gradient of greys, noise, slight turn, small in the picture', () => {
    const code = contrast(drawn(kind, 4), 40, 215);
    const ground = (x: number, y: number) => 90 + 60 * Math.sin(x / 90) * Math.cos(y / 120);
    const photo = scene({ width: 900, height: 700 }, ground, [
      { picture: settled(turnedOn(code, 4, 110)), x: 300, y: 200 },
    ]);
    return expectFound(gaussian(photo, 8, 7));
  });

  it('is found in a screenshot with text and boxes around it', () => {
    const next = seeded(11);
    const words = Array.from({ length: 400 }, () => ({
      x: Math.floor(next() * 1_200),
      y: 30 * Math.floor(next() * 26),
      width: 10 + Math.floor(next() * 60),
    }));
    const isInk = (x: number, y: number) =>
      words.some(
        (word) =>
          x >= word.x && x < word.x + word.width && y >= word.y && y < word.y + 12 && (x * 7 + y * 3) % 5 < 2,
      );
    const shot = scene({ width: 1_280, height: 800 }, (x, y) => (y < 60 ? 40 : isInk(x, y) ? 20 : 250), [
      { picture: drawn(kind, 3), x: 500, y: 300 },
    ]);
    return expectFound(settled(shot));
  });

  it('as SVG has the same dark modules', () => {
    const svg = drawSvg(STANDARD, kind);
    const quiet = kind === 'qr' ? 4 : 2;
    const picture = drawn(kind, 1);
    let dark = 0;
    for (let y = 0; y < picture.height; y += 1)
      for (let x = 0; x < picture.width; x += 1) dark += picture.at(x, y) === 0 ? 1 : 0;
    const runs = [...svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g)].map(([, x, y, length]) => [
      Number(x),
      Number(y),
      Number(length),
    ]);
    expect(runs.reduce((sum, [, , length = 0]) => sum + length, 0)).toBe(dark);
    expect(runs.every(([x = 0, y = 0]) => picture.at(x, y) === 0)).toBe(true);
    expect(svg).toContain(`viewBox="0 0 ${picture.width} ${picture.height}"`);
    expect(picture.width).toBe(symbolModules(STANDARD, kind) + 2 * quiet);
  });
});

/** Turned on a ground of its own grey: the corners outside the code are not white. */
function turnedOn(picture: Picture, degrees: number, grey: number): Picture {
  const mask = turned(
    { ...picture, at: (x, y) => (x >= 0 && y >= 0 && x < picture.width && y < picture.height ? 0 : 255) },
    degrees,
  );
  const inner = turned(picture, degrees);
  return { ...inner, at: (x, y) => (mask.at(x, y) > 128 ? grey : inner.at(x, y)) };
}

const WHITE = () => 255;

describe('what is no single card', () => {
  const other = cardNamed('twin');

  it('two different cards in one picture: nobody guesses whose is meant', async () => {
    const both = scene({ width: 700, height: 340 }, WHITE, [
      { picture: drawn('qr'), x: 20, y: 20 },
      { picture: drawn('datamatrix', 4, other), x: 360, y: 20 },
    ]);
    expect(await findCardInPicture(pngFile(both))).toEqual({ ok: false, reason: 'several-cards' });
  });

  it('one card as two codes is one card', async () => {
    const both = scene({ width: 700, height: 340 }, WHITE, [
      { picture: drawn('qr'), x: 20, y: 20 },
      { picture: drawn('datamatrix'), x: 360, y: 20 },
    ]);
    await expectFound(both);
  });

  it('a card beside the code of something else is the card', async () => {
    const file = pictureOfOther();
    const both = scene({ width: 700, height: 340 }, WHITE, [
      { picture: drawn('qr'), x: 20, y: 20 },
      { picture: file, x: 400, y: 20 },
    ]);
    await expectFound(both);
  });

  it('the code of something else is said to be one', async () => {
    const alone = scene({ width: 300, height: 300 }, WHITE, [{ picture: pictureOfOther(), x: 40, y: 40 }]);
    expect(await findCardInPicture(pngFile(alone))).toEqual({ ok: false, reason: 'other-code' });
  });

  it('an empty picture holds nothing', async () => {
    expect(await findCardInPicture(pngFile({ width: 200, height: 200, at: WHITE }))).toEqual({
      ok: false,
      reason: 'nothing',
    });
  });

  it.each([
    ['no picture', Buffer.from('RMP1ABC')],
    ['nothing', Buffer.alloc(0)],
    ['a cut PNG header', drawPng(STANDARD, { kind: 'qr', scale: 1 }).subarray(0, 20)],
    ['a JPEG without a frame', Buffer.from('ffd8ffe000021234', 'hex')],
  ])('%s is no picture', async (_what, file) => {
    expect(await findCardInPicture(file)).toEqual({ ok: false, reason: 'not-a-picture' });
  });

  it('a PNG that is cut off after its header holds nothing, and nothing breaks', async () => {
    const file = drawPng(STANDARD, { kind: 'qr', scale: 4 });
    expect(await findCardInPicture(file.subarray(0, 60))).toMatchObject({ ok: false });
    await expectFound(drawn('qr'));
  });

  it('a small file that claims a billion pixels is not unpacked', async () => {
    const bomb = pngWith(40_000, 40_000, Buffer.alloc(100));
    expect(await findCardInPicture(bomb)).toEqual({ ok: false, reason: 'too-large' });
    const jpeg = Buffer.from('ffd8ffe00004aaaaffc0001108ffffffff03011100', 'hex');
    expect(await findCardInPicture(jpeg)).toEqual({ ok: false, reason: 'too-large' });
  });
});

function pictureOfOther(): Picture {
  const [symbol] = bwipjs.raw({ bcid: 'qrcode', text: 'https://example.org/other' });
  if (!symbol || !('pixs' in symbol)) throw new Error('no symbol');
  const { pixs, pixx } = symbol;
  const module = (x: number, y: number) => pixs[Math.floor(y / 6) * pixx + Math.floor(x / 6)];
  return { width: pixx * 6, height: pixx * 6, at: (x, y) => (module(x, y) === 1 ? 0 : 255) };
}
