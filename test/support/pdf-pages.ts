// PDFs as a reader shows them: rendered by PDFium (WebAssembly, nothing is fetched), in grey, and their text.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { type Picture, pngFile } from './pictures.ts';

const POINTS_PER_INCH = 72;

export type PdfPage = { text: string; picture: Picture };

/** `dpi` of the pictures: a printer's sheet on a scanner, or in front of a camera. */
export async function pdfPages(pdf: Uint8Array, dpi: number): Promise<PdfPage[]> {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(pdf);
    const pages: PdfPage[] = [];
    for (const page of document.pages()) {
      const text = page.getText(); // rendering closes the page
      const { data, width, height } = await page.render({
        scale: dpi / POINTS_PER_INCH,
        render: 'bitmap',
      });
      pages.push({ text, picture: greyOf(data, width, height) });
    }
    document.destroy();
    return pages;
  } finally {
    library.destroy();
  }
}

/** With LOOK=FOLDER a picture is left there for people's eyes. */
export function leaveToLook(name: string, picture: Picture): void {
  const folder = process.env['LOOK'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.png`), pngFile(picture));
}

/** Out of four bytes a pixel; on paper everything is grey. */
function greyOf(data: Uint8Array, width: number, height: number): Picture {
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i += 1) {
    pixels[i] = ((data[i * 4] ?? 0) + (data[i * 4 + 1] ?? 0) + (data[i * 4 + 2] ?? 0)) / 3;
  }
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height;
  return { width, height, at: (x, y) => (inside(x, y) ? (pixels[y * width + x] ?? 255) : 255) };
}
