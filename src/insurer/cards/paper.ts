// Sheets of A4 in millimetres from their upper left corner, in the two faces that every reader has, so that no font is
// embedded. Written as PDF operators (ISO 32000-1, 8 and 9) at once: a sheet held as objects takes a hundred times its size.
// It must never fail at a name: what these faces lack is written with the nearest letters.

import { PDFDocument, type PDFFont, PDFName, type PDFRef, StandardFonts } from 'pdf-lib';
import { bound } from '../../lib/typeset.ts';

const POINTS_PER_MM = 72 / 25.4;
export const SHEET = { width: 210, height: 297 } as const;
const A4: [number, number] = [SHEET.width * POINTS_PER_MM, SHEET.height * POINTS_PER_MM];

/** Shades of grey, 0 is black. */
const INK = 0.08;
export const SOFT = 0.36;
const LINE = 0.55;

export type Place = { readonly x: number; readonly y: number };
export type Writing = {
  /** Points; taken smaller where `width` asks for it. */
  readonly size: number;
  readonly bold?: boolean;
  readonly shade?: number;
  /** Millimetres it may take. */
  readonly width?: number;
};

type Faces = { readonly plain: PDFFont; readonly bold: PDFFont };
const NAMES = { plain: PDFName.of('F1'), bold: PDFName.of('F2'), background: PDFName.of('B') } as const;

/** Sheets that share a background: what is the same on all of them is in the file once. */
export class Sheets {
  readonly #document: PDFDocument;
  readonly #faces: Faces;
  readonly #background: PDFRef;

  private constructor(document: PDFDocument, faces: Faces, background: string) {
    this.#document = document;
    this.#faces = faces;
    const { context } = document;
    const Font = { [NAMES.plain.decodeText()]: faces.plain.ref, [NAMES.bold.decodeText()]: faces.bold.ref };
    const form = { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, ...A4], Resources: { Font } };
    this.#background = context.register(context.flateStream(background, form));
  }

  static async begin(title: string, background: (paper: Paper) => void): Promise<Sheets> {
    const document = await PDFDocument.create();
    const [plain, bold] = await Promise.all([
      document.embedFont(StandardFonts.Helvetica),
      document.embedFont(StandardFonts.HelveticaBold),
    ]);
    document.setTitle(title);
    document.setLanguage('fr-FR');
    const paper = new Paper({ plain, bold });
    background(paper);
    return new Sheets(document, { plain, bold }, paper.operators());
  }

  add(draw: (paper: Paper) => void): void {
    const paper = new Paper(this.#faces);
    draw(paper);
    const { node } = this.#document.addPage(A4);
    const { context } = this.#document;
    node.setFontDictionary(NAMES.plain, this.#faces.plain.ref);
    node.setFontDictionary(NAMES.bold, this.#faces.bold.ref);
    node.setXObject(NAMES.background, this.#background);
    const content = `${NAMES.background} Do\n${paper.operators()}`;
    node.addContentStream(context.register(context.flateStream(content)));
  }

  pdf(): Promise<Uint8Array> {
    return this.#document.save();
  }
}

export class Paper {
  readonly #faces: Faces;
  readonly #operators: string[] = [];
  constructor(faces: Faces) {
    this.#faces = faces;
  }

  operators(): string {
    return this.#operators.join('\n');
  }

  /** One line; `y` is its base line. */
  text(place: Place, text: string, { size, bold = false, shade = INK, width }: Writing): void {
    const font = bold ? this.#faces.bold : this.#faces.plain;
    const letters = winAnsi(text);
    const fitting =
      width === undefined ? { size, letters } : fitted(letters, font, size, width * POINTS_PER_MM);
    const face = bold ? NAMES.bold : NAMES.plain;
    this.#operators.push(
      `${shade} g BT ${face} ${dots(fitting.size)} Tf ${at(place)} Td ${font.encodeText(fitting.letters)} Tj ET`,
    );
  }

  /** Lines no wider than `width`; returns where the next one would stand. */
  paragraph({ x, y }: Place, text: string, writing: Writing & { width: number }): number {
    const { size, bold = false, width } = writing;
    const font = bold ? this.#faces.bold : this.#faces.plain;
    const lineMm = (size * 1.32) / POINTS_PER_MM;
    let next = y;
    for (const line of linesOf(winAnsi(bound(text)), font, size, width * POINTS_PER_MM)) {
      this.text({ x, y: next }, line, writing);
      next += lineMm;
    }
    return next;
  }

  /** `thickness` in points. */
  frame({ x, y }: Place, { width, height }: { width: number; height: number }, thickness = 0.6): void {
    const corner = at({ x, y: y + height });
    this.#operators.push(
      `${LINE} G ${thickness} w ${corner} ${dots(width * POINTS_PER_MM)} ${dots(height * POINTS_PER_MM)} re S`,
    );
  }

  line(from: Place, to: Place, dashed = false): void {
    const dash = dashed ? '[3 3] 0 d ' : '';
    this.#operators.push(`q ${LINE} G 0.5 w ${dash}${at(from)} m ${at(to)} l S Q`);
  }

  /** Black squares of a code, in one path: no gap between two that touch. `module`: millimetres. */
  bars(place: Place, bars: readonly { row: number; column: number; length: number }[], module: number): void {
    const step = dots(module * POINTS_PER_MM);
    // From here on one module is the unit, counted downwards.
    this.#operators.push(`q 0 g ${step} 0 0 -${step} ${at(place)} cm`);
    for (const { row, column, length } of bars) this.#operators.push(`${column} ${row} ${length} 1 re`);
    this.#operators.push('f Q');
  }
}

const dots = (points: number): string => String(Math.round(points * 1000) / 1000);
const at = ({ x, y }: Place): string =>
  `${dots(x * POINTS_PER_MM)} ${dots((SHEET.height - y) * POINTS_PER_MM)}`;

/** Points. */
const SMALLEST = 4.5;

/** Smaller until it fits; what would be too small to read is cut, and shows that it was. */
function fitted(
  letters: string,
  font: PDFFont,
  size: number,
  width: number,
): { letters: string; size: number } {
  const smaller = Math.max(SMALLEST, Math.min(size, (size * width) / font.widthOfTextAtSize(letters, size)));
  const fits = (text: string) => font.widthOfTextAtSize(text, smaller) <= width + 0.01;
  if (letters === '' || fits(letters)) return { letters, size: smaller };
  let kept = letters;
  while (kept !== '' && !fits(`${kept}…`)) kept = kept.slice(0, -1);
  return { letters: `${kept}…`, size: smaller };
}

function linesOf(text: string, font: PDFFont, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && font.widthOfTextAtSize(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Windows-1252, which the standard faces have, beyond Latin-1. */
const BEYOND_LATIN_1 = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
const NEAREST: Readonly<Record<string, string>> = { Ł: 'L', ł: 'l', Đ: 'D', đ: 'd', ı: 'i', '\u202f': ' ' };

/** Letters with marks that the faces lack lose them; what has no nearest letter is a question mark. */
export function winAnsi(text: string): string {
  return [...text.normalize('NFC')].map(nearest).join('');
}

function nearest(letter: string): string {
  if (/^[\x20-\x7e\xa0-\xff]$/.test(letter) || BEYOND_LATIN_1.includes(letter)) return letter;
  const plain = NEAREST[letter] ?? letter.normalize('NFD').replaceAll(/\p{Mn}/gu, '');
  return /^[\x20-\x7e\xa0-\xff]+$/.test(plain) ? plain : '?';
}
