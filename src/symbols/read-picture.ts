// Finds the codes in a picture (PNG or JPEG) and the card among them. The reader is WebAssembly out of the
// installed package: nothing is fetched, nothing leaves this process. Must never decode a picture of unbounded size.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import { type FoundCard, findCard } from '../core/card-text.ts';

/** A telephone's camera gives 12 million; 40 are 160 MB while they are read. */
const MOST_PIXELS = 40_000_000;
const MOST_FILE_BYTES = 30_000_000;
/** A page with more codes than these is no card. */
const MOST_CODES = 16;

const FIRST: ReaderOptions = {
  formats: ['QRCode', 'DataMatrix'],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  maxNumberOfSymbols: MOST_CODES,
  textMode: 'Plain',
};
/**
 * Tried in turn until a card is found. Halving a picture averages noise away: salt and pepper on 4 % of the pixels
 * is read at the second try only. One threshold for the whole picture helps where modules have less than two pixels.
 */
const ATTEMPTS: readonly ReaderOptions[] = [
  FIRST,
  { ...FIRST, tryDenoise: true, downscaleFactor: 2, downscaleThreshold: 100 },
  { ...FIRST, tryDenoise: true, binarizer: 'GlobalHistogram' },
];

export type PictureFound = FoundCard | { readonly ok: false; readonly reason: 'not-a-picture' | 'too-large' };

/** The card in a PNG or JPEG file. */
export async function findCardInPicture(file: Uint8Array): Promise<PictureFound> {
  const size = pictureSize(file);
  if (!size) return { ok: false, reason: 'not-a-picture' };
  if (file.length > MOST_FILE_BYTES || size.width * size.height > MOST_PIXELS)
    return { ok: false, reason: 'too-large' };
  await ready();
  let best: FoundCard = { ok: false, reason: 'nothing' };
  for (const options of ATTEMPTS) {
    const found = findCard((await readBarcodes(file, options)).map(({ text }) => text));
    if (found.ok || found.reason === 'several-cards') return found;
    if (found.reason === 'other-code') best = found;
  }
  return best;
}

let loading: Promise<unknown> | null = null;

function ready(): Promise<unknown> {
  loading ??= load();
  return loading;
}

async function load(): Promise<unknown> {
  const file = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  const wasmBinary = Uint8Array.from(file).buffer;
  return prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
}

/** Read before anything is decoded: a small file may claim to be a picture of a billion points. */
function pictureSize(file: Uint8Array): { width: number; height: number } | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length >= 24 && view.getUint32(0) === 0x89504e47 && view.getUint32(12) === 0x49484452) {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  return file.length >= 4 && view.getUint16(0) === 0xffd8 ? jpegSize(view) : null;
}

/** In the first frame header (SOF0 to SOF15, of which C4, C8 and CC are something else). */
function jpegSize(view: DataView): { width: number; height: number } | null {
  let at = 2;
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
