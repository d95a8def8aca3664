// Draws a card's bytes as a QR code or a DataMatrix: for print, screens and envelopes. Takes 5 to 15 ms of pure
// computing, so millions of cards are drawn when they are printed, not when they are signed.

import bwipjs from 'bwip-js/node';
import { cardText } from '../core/card-text.ts';

export type SymbolKind = 'qr' | 'datamatrix';

/** White modules around the code, from their standards: 4 for QR (ISO 18004), 1 for DataMatrix (ISO 16022), here 2. */
const QUIET_MODULES = { qr: 4, datamatrix: 2 } as const;
/** A printed card is folded and scratched: QR at level M repairs 15 %; DataMatrix has one level, about 25 %. */
const KIND_OPTIONS = {
  qr: { bcid: 'qrcode', eclevel: 'M' },
  datamatrix: { bcid: 'datamatrix' },
} as const;
/** Of one step of bwip-js: it draws a module two of its units wide for these kinds unless told the size. */
const MOST_SCALE = 50;

export type DrawOptions = {
  readonly kind: SymbolKind;
  /** Pixels of one module. */
  readonly scale: number;
};

function optionsOf(card: Uint8Array, { kind, scale }: DrawOptions) {
  if (!Number.isInteger(scale) || scale < 1 || scale > MOST_SCALE) throw new RangeError('scale is 1 to 50');
  const padding = QUIET_MODULES[kind];
  return { ...KIND_OPTIONS[kind], text: cardText(card), scale, padding, backgroundcolor: 'FFFFFF' };
}

/** A black and white PNG with its quiet zone. */
export function drawPng(card: Uint8Array, options: DrawOptions): Promise<Buffer> {
  return bwipjs.toBuffer(optionsOf(card, options));
}

/** The same as SVG: for print at any size. */
export function drawSvg(card: Uint8Array, options: DrawOptions): string {
  return bwipjs.toSVG(optionsOf(card, options));
}

/** Modules of one side, without the quiet zone. */
export function symbolModules(card: Uint8Array, kind: SymbolKind): number {
  const [symbol] = bwipjs.raw({ ...KIND_OPTIONS[kind], text: cardText(card) });
  return symbol && 'pixx' in symbol ? symbol.pixx : 0;
}
