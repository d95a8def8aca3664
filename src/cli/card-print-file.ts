// `rempart card print --file`: many cards, some hundred to a PDF, so that memory stays the same for a hundred thousand. A PDF
// that is there is whole; nothing is printed for a person whom the two files do not name alike.

import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { jsonObject, type Unchecked } from '../core/json-object.ts';
import { fromBase64url } from '../core/text-codes.ts';
import { cardsPdf } from '../insurer/cards/card-sheet.ts';
import {
  type Holder,
  type Issuer,
  type PrintedCard,
  printedCard,
  wrongHolderMember,
} from '../insurer/cards/printed-card.ts';
import { writeDurably } from '../lib/durable-file.ts';
import { counting } from './counting.ts';
import type { CliIo } from './io.ts';

export type PrintJob = {
  /** As `card issue --file` wrote them. */
  cards: string;
  /** Whose they are, in the same order. */
  holders: string;
  folder: string;
  issuer: Issuer;
  perFile: number;
};

/** A line that cannot be printed: the number is that of both files. */
export class LineRefused extends Error {
  readonly line: number;
  readonly code: string;
  constructor(line: number, code: string, why: string) {
    super(`Line ${line}: ${why}.`);
    this.line = line;
    this.code = code;
  }
}

export type Printed = { cards: number; files: number };

/** Everything is read and checked once before the first sheet is drawn. Throws LineRefused, and then has written nothing. */
export async function printFile(job: PrintJob, io: CliIo): Promise<Printed> {
  let total = 0;
  for await (const _ of printedCards(job)) total += 1;
  await mkdir(job.folder, { recursive: true, mode: 0o700 });
  const say = counting(total, io);
  const printed = { cards: 0, files: 0 };
  let sheets: PrintedCard[] = [];
  for await (const card of printedCards(job)) {
    sheets.push(card);
    if (sheets.length < job.perFile && printed.cards + sheets.length < total) continue;
    await writeSheets(job, sheets, printed.cards + 1);
    printed.cards += sheets.length;
    printed.files += 1;
    sheets = [];
    say(printed.cards);
  }
  return printed;
}

async function writeSheets(
  { folder, issuer }: PrintJob,
  sheets: readonly PrintedCard[],
  first: number,
): Promise<void> {
  const [from, to] = [first, first + sheets.length - 1].map((n) => String(n).padStart(7, '0'));
  await writeDurably(join(folder, `cards-${from}-${to}.pdf`), await cardsPdf(issuer, sheets));
}

/** Line by line of both files: neither is ever in memory as a whole. */
async function* printedCards({ cards, holders, issuer }: PrintJob): AsyncGenerator<PrintedCard> {
  const others = linesOf(holders);
  let line = 0;
  for await (const text of linesOf(cards)) {
    line += 1;
    const { ref, card } = issuedOf(text, line);
    const next = await others.next();
    if (next.done) throw new LineRefused(line, 'holder-missing', 'the file of holders is shorter');
    const holder = holderOf(next.value, line);
    if (holder.ref !== ref)
      throw new LineRefused(line, 'holder-differs', 'card and holder have different refs');
    const printed = card && printedCard(card, holder, issuer);
    if (!printed) throw new LineRefused(line, 'card-unreadable', '"card" is no card');
    yield printed;
  }
  if (!(await others.next()).done) {
    throw new LineRefused(line + 1, 'holder-too-many', 'the file of holders is longer');
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  for await (const text of createInterface({ input: createReadStream(file) }))
    if (text.trim() !== '') yield text;
}

function issuedOf(text: string, line: number): { ref: unknown; card: Uint8Array | null } {
  const { ref, card }: Unchecked<'ref' | 'card'> = objectOf(text, line);
  return { ref, card: typeof card === 'string' ? fromBase64url(card) : null };
}

function holderOf(text: string, line: number): Holder & { ref: string } {
  const value = objectOf(text, line);
  const wrong = wrongHolderMember(value);
  if (wrong !== null)
    throw new LineRefused(line, 'holder-invalid', `"${wrong}" of the holder is missing or not possible`);
  return value as Holder & { ref: string };
}

/** Without the line's content in what is said: it is about a person. */
function objectOf(text: string, line: number): object {
  const value = jsonObject(text);
  if (!value) throw new LineRefused(line, 'not-json', 'it is no JSON object');
  return value;
}
