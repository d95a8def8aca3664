// PURE. From the bytes of an extraction, in pieces of any size, to rows for the database and counts of the rest.
// Must never hold more than a piece, one line and the first rejects, however broken the file is.

import { isUtf8 } from 'node:buffer';
import {
  type AnnuaireLayout,
  type AnnuaireRow,
  decodeLines,
  LINE_LIMIT_BYTES,
  type RejectReason,
  readLine,
} from './annuaire.ts';

/** As many are listed; the others are only counted. */
export const REJECTS_LISTED = 1_000;

/** `line` counts from 1, the header included. */
export type AnnuaireReject = { readonly line: number; readonly reason: RejectReason };

/** Columns of `rowText`, in this order. */
export const ROW_COLUMNS = [
  'professional_id',
  'family_name',
  'given_name',
  'structure_id',
  'structure_name',
  'place',
  'profession',
] as const;

const NEWLINE = 10;
const NOTHING = new Uint8Array(0);

export class AnnuaireReader {
  readonly #layout: AnnuaireLayout;
  /** The beginning of a line whose newline has not come yet. */
  #rest: Uint8Array = NOTHING;
  /** The line that is coming is too long already: what comes of it is dropped. */
  #dropping = false;

  rows = 0;
  skipped = 0;
  rejected = 0;
  readonly reasons: Partial<Record<RejectReason, number>> = {};
  readonly rejects: AnnuaireReject[] = [];

  constructor(layout: AnnuaireLayout) {
    this.#layout = layout;
  }

  /** The rows of the lines that end in this piece, as PostgreSQL's COPY reads them (text format). */
  push(piece: Uint8Array): string {
    const last = piece.lastIndexOf(NEWLINE);
    if (last === -1) {
      this.#keep(piece);
      return '';
    }
    const whole = this.#take(piece.subarray(0, last));
    this.#keep(piece.subarray(last + 1));
    return this.#readLines(whole);
  }

  /** The last line may lack its newline. */
  end(): string {
    if (this.#rest.length === 0 && !this.#dropping) return '';
    return this.#readLines(this.#take(NOTHING));
  }

  #keep(piece: Uint8Array): void {
    this.#dropping ||= this.#rest.length + piece.length > LINE_LIMIT_BYTES;
    this.#rest = this.#dropping ? NOTHING : Buffer.concat([this.#rest, piece]);
  }

  /** What was kept and what follows it. Of a line too long only its end is left: it is counted here. */
  #take(piece: Uint8Array): Uint8Array | null {
    const kept = this.#rest;
    this.#rest = NOTHING;
    if (!this.#dropping) return kept.length === 0 ? piece : Buffer.concat([kept, piece]);
    this.#dropping = false;
    this.rows += 1;
    this.#reject('line-too-long');
    const newline = piece.indexOf(NEWLINE);
    return newline === -1 ? null : piece.subarray(newline + 1);
  }

  #readLines(bytes: Uint8Array | null): string {
    if (bytes === null) return '';
    const { encoding } = this.#layout;
    let text = '';
    if (encoding === 'windows-1252' || isUtf8(bytes)) {
      for (const line of decodeLines(bytes, encoding).split('\n')) text += this.#readLine(line);
      return text;
    }
    for (const line of linesOf(bytes)) {
      if (isUtf8(line)) text += this.#readLine(decodeLines(line, encoding));
      else {
        this.rows += 1;
        this.#reject(line.length > LINE_LIMIT_BYTES ? 'line-too-long' : 'bytes');
      }
    }
    return text;
  }

  #readLine(line: string): string {
    this.rows += 1;
    if (this.#isTooLong(line)) {
      this.#reject('line-too-long');
      return '';
    }
    const verdict = readLine(line, this.#layout);
    if (verdict.kind === 'row') return rowText(verdict.row);
    if (verdict.kind === 'skipped') this.skipped += 1;
    else this.#reject(verdict.reason);
    return '';
  }

  /** Bytes count, not characters: the answer must not depend on how the file was cut into pieces. */
  #isTooLong(line: string): boolean {
    if (line.length > LINE_LIMIT_BYTES) return true;
    const widest = this.#layout.encoding === 'utf-8' ? 3 : 1;
    return line.length * widest > LINE_LIMIT_BYTES && Buffer.byteLength(line) > LINE_LIMIT_BYTES;
  }

  #reject(reason: RejectReason): void {
    this.rejected += 1;
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    if (this.rejects.length < REJECTS_LISTED) this.rejects.push({ line: this.rows + 1, reason });
  }
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from <= bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, from);
    const end = newline === -1 ? bytes.length : newline;
    yield bytes.subarray(from, end);
    from = end + 1;
  }
}

/** One line of COPY's text format. No control character reaches this place, so only `\` needs its escape. */
function rowText(row: AnnuaireRow): string {
  const { professionalId, familyName, givenName, structureId, structureName, place, profession } = row;
  const text = `${professionalId}\t${familyName}\t${givenName}\t${structureId}\t${structureName}\t${place}\t${profession}\n`;
  return text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
}
