// Reads the codes of pictures, in a thread of its own: the page stays quick, and only here may WebAssembly be compiled
// (see src/http/pages.ts). Must never keep a picture, nor send one anywhere.

import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

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
  // A page of cards is told from one card; more need not be counted.
  maxNumberOfSymbols: 6,
};
/** Longest sides at which a photograph is looked at, one after the other: small first, it is quickest and least noisy. */
const SIDES = [1280, 2200, 800];

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
  const longest = Math.max(bitmap.width, bitmap.height);
  const tried = new Set<number>();
  const found = new Set<string>();
  for (const side of SIDES) {
    const size = Math.min(side, longest);
    if (tried.has(size)) continue;
    tried.add(size);
    for (const text of await read(pixelsOf(bitmap, size))) found.add(text);
    if (found.size > 0) break;
  }
  bitmap.close();
  return [...found];
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

async function read(pixels: ImageData): Promise<string[]> {
  const results = await readBarcodes(pixels, READING);
  return results.filter(({ isValid }) => isValid).map(({ text }) => text);
}
