// Reads the codes of pictures, in a thread of its own: the page stays quick, and only here may WebAssembly be compiled
// (see src/http/pages.ts). Must never keep a picture, nor send one anywhere.

import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { findCard } from '../../../src/core/card-text.ts';

/** `id` comes back with the answer. Without a picture the reader only gets ready. */
export type ScanRequest = { id: number; picture: Blob | ImageBitmap | ImageData | null };
export type ScanReply =
  | { id: number; texts: string[] }
  /** The picture cannot be opened. */
  | { id: number; texts: null };

const READING: ReaderOptions = {
  formats: ['QRCode', 'DataMatrix'],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  textMode: 'Plain',
  // A page full of advertisements must not use the card's turn up.
  maxNumberOfSymbols: 16,
};
/** Halving averages noise away: salt and pepper on 4 % of the pixels is read so only. */
const HALVED: ReaderOptions = {
  ...READING,
  tryDenoise: true,
  downscaleFactor: 2,
  downscaleThreshold: 100,
};
/** One threshold for the whole picture, where modules have less than two pixels. */
const ONE_THRESHOLD: ReaderOptions = { ...READING, tryDenoise: true, binarizer: 'GlobalHistogram' };

/** How a photograph is looked at: at most this many pixels on its longer side, and how. */
type Look = readonly [side: number, options: ReaderOptions];
/** The most that every telephone's browser draws: 16 million pixels. */
const WHOLE = 4096;
/** All of them are taken, whatever was found: a small card may lie beside a big code, or beside a big card. */
const LOOKS: readonly Look[] = [
  [1280, READING],
  [WHOLE, READING],
  [2200, READING],
  [800, READING],
  [2200, HALVED],
  [1280, ONE_THRESHOLD],
];
/** Slow, and taken only while there is no card. */
const LAST_LOOKS: readonly Look[] = [
  [WHOLE, HALVED],
  [WHOLE, ONE_THRESHOLD],
];

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ScanRequest>) => void) | null;
  postMessage(reply: ScanReply): void;
};

prepareZXingModule({ overrides: { locateFile: () => wasm } });

scope.onmessage = ({ data: { id, picture } }) => {
  void textsOf(picture).then(
    (texts) => scope.postMessage({ id, texts }),
    () => scope.postMessage({ id, texts: null }),
  );
};

async function textsOf(picture: ScanRequest['picture']): Promise<string[]> {
  if (picture === null) return read(new ImageData(16, 16));
  if (picture instanceof ImageData) return read(picture);
  if (picture instanceof ImageBitmap) {
    const pixels = pixelsOf(picture, Math.max(picture.width, picture.height));
    picture.close();
    return read(pixels);
  }
  return readPhotograph(await createImageBitmap(picture));
}

async function readPhotograph(bitmap: ImageBitmap): Promise<string[]> {
  const found = new Set<string>();
  const taken = new Map<ReaderOptions, Set<number>>();
  const look = async ([side, options]: Look) => {
    const size = Math.min(side, Math.max(bitmap.width, bitmap.height));
    const sizes = taken.get(options) ?? new Set();
    if (sizes.has(size)) return;
    taken.set(options, sizes.add(size));
    for (const text of await read(pixelsOf(bitmap, size), options)) found.add(text);
  };
  // More than one card is enough to know: nothing found later makes it one again.
  for (const one of LOOKS) if (whatIs(found) !== 'several-cards') await look(one);
  for (const one of LAST_LOOKS) if (['nothing', 'other-code'].includes(whatIs(found))) await look(one);
  bitmap.close();
  return [...found];
}

function whatIs(texts: ReadonlySet<string>): 'card' | 'nothing' | 'other-code' | 'several-cards' {
  const found = findCard([...texts]);
  return found.ok ? 'card' : found.reason;
}

function pixelsOf(bitmap: ImageBitmap, longest: number): ImageData {
  const scale = longest / Math.max(bitmap.width, bitmap.height);
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const drawing = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!drawing) throw new Error('no canvas');
  drawing.fillStyle = '#fff'; // a transparent ground is paper
  drawing.fillRect(0, 0, width, height);
  drawing.drawImage(bitmap, 0, 0, width, height);
  return drawing.getImageData(0, 0, width, height);
}

async function read(pixels: ImageData, options = READING): Promise<string[]> {
  const results = await readBarcodes(pixels, options);
  return results.filter(({ isValid }) => isValid).map(({ text }) => text);
}
