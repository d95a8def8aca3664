// `rempart card draw`: the code of a card as a picture, for print and for trying scanners.

import { writeFile } from 'node:fs/promises';
import { readSign1 } from '../core/cose.ts';
import { drawPng, drawSvg, MOST_SCALE, symbolModules } from '../symbols/draw-card.ts';
import { readCardFile } from './card-file.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError } from './usage.ts';

const USAGE = `Usage: rempart card draw FILE --out OUT [--kind qr|datamatrix] [--scale PIXELS]
  FILE            the card: its bytes, the text of its code (RMP1…), base64url, or a picture of it
  --out OUT       a file that ends in .png or .svg
  --kind KIND     qr (default) or datamatrix
  --scale PIXELS  of one module in a PNG, 1 to 50 (default 4)
`;

export const cardDraw = {
  usage: USAGE,
  async run(argv: string[], io: CliIo): Promise<number> {
    const { values, words } = readOptions(argv, {
      out: { type: 'string' },
      kind: { type: 'string' },
      scale: { type: 'string' },
    });
    const { out, kind = 'qr' } = values;
    const scale = Number(values['scale'] ?? 4);
    if (words[0] === undefined || words.length > 1) throw new UsageError('name one file');
    if (typeof out !== 'string' || !/\.(?:png|svg)$/.test(out))
      throw new UsageError('--out ends in .png or .svg');
    if (kind !== 'qr' && kind !== 'datamatrix') throw new UsageError('--kind is qr or datamatrix');
    if (!Number.isInteger(scale) || scale < 1 || scale > MOST_SCALE)
      throw new UsageError('--scale is 1 to 50');
    const found = await readCardFile(words[0]);
    if (!found.ok) throw new UsageError(`no card in ${words[0]}: ${found.reason}`);
    if (typeof readSign1(found.card) === 'string') throw new UsageError(`${words[0]} is no card`);
    const drawn = out.endsWith('.svg') ? drawSvg(found.card, kind) : drawPng(found.card, { kind, scale });
    await writeFile(out, drawn).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`${out} cannot be written (${error.code ?? 'unknown'})`);
    });
    io.stdout(`${JSON.stringify({ file: out, kind, modules: symbolModules(found.card, kind) })}\n`);
    return 0;
  },
};
