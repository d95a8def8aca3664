// PURE. One extraction of the public directory (Annuaire Santé, DOMAIN.md 8.2): its header, its day, its lines.
// docs/directory-format.md says the same in prose. Must never put a text of the file into a reason or a problem.

import { isUtf8 } from 'node:buffer';
import { isProfession, PROFESSIONS, type Profession } from '../../core/care-domains.ts';
import { type CareDate, parseCareDate } from '../../core/period.ts';

export type AnnuaireEncoding = 'utf-8' | 'windows-1252';

/** Columns we read, by the name the directory gives them; all others are passed over. */
const COLUMNS = {
  professionalId: 'Identification nationale PP',
  familyName: "Nom d'exercice",
  givenName: "Prénom d'exercice",
  profession: 'Code profession',
  siret: 'Numéro SIRET site',
  finess: 'Numéro FINESS site',
  structureId: 'Identifiant technique de la structure',
  companyName: 'Raison sociale site',
  tradeName: 'Enseigne commerciale site',
  place: 'Libellé commune (coord. structure)',
} as const;

type Column = keyof typeof COLUMNS;
const NAMES = Object.entries(COLUMNS) as [Column, string][];

export type AnnuaireLayout = {
  readonly encoding: AnnuaireEncoding;
  /** Columns of every line, a trailing `|` apart. */
  readonly columns: number;
  readonly at: Readonly<Record<Column, number>>;
  /** Bytes of the header line with its newline: the first line begins there. */
  readonly headerBytes: number;
};

export type AnnuaireHead =
  | { readonly ok: true; readonly layout: AnnuaireLayout }
  | { readonly ok: false; readonly problem: string };

/** Bytes of a line without its newline. Real ones have about 400, and the header 1,500. */
export const LINE_LIMIT_BYTES = 16_384;
/** How much of the beginning `readHead` wants to see: the header, and lines to guess an encoding from. */
export const HEAD_BYTES = 1 << 20;
const VALUE_LIMIT = 200;

export const REJECT_REASONS = {
  'line-too-long': `the line is longer than ${LINE_LIMIT_BYTES} bytes`,
  bytes: 'the line holds bytes that its encoding does not know',
  control: 'the line holds control characters',
  columns: 'the line has another number of columns than the header',
  'professional-id': 'the national identification is missing or has another form',
  'structure-id': 'the identification of the structure has another form',
  'value-too-long': `a name or place is longer than ${VALUE_LIMIT} characters`,
} as const;

export type RejectReason = keyof typeof REJECT_REASONS;

export type AnnuaireRow = {
  readonly professionalId: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly structureId: string;
  readonly structureName: string;
  readonly place: string;
  readonly profession: Profession;
};

/** Skipped is what we do not serve; rejected is what is broken. */
export type LineVerdict =
  | { readonly kind: 'row'; readonly row: AnnuaireRow }
  | { readonly kind: 'skipped'; readonly reason: 'profession' | 'no-site' }
  | { readonly kind: 'rejected'; readonly reason: RejectReason };

const PROFESSION_OF_CODE: ReadonlyMap<string, Profession> = new Map(
  Object.keys(PROFESSIONS)
    .filter(isProfession)
    .flatMap((profession) => {
      const { code } = PROFESSIONS[profession];
      return code === null ? [] : [[code, profession] as const];
    }),
);

// ---- The header ---------------------------------------------------------------------------------------------------

const NEWLINE = 10;
const BOM = [0xef, 0xbb, 0xbf];

/** Reads the header from the first bytes of a file (HEAD_BYTES, or all there is). */
export function readHead(beginning: Uint8Array): AnnuaireHead {
  const bom = BOM.every((byte, i) => beginning[i] === byte);
  const newline = beginning.indexOf(NEWLINE);
  const end = newline === -1 ? beginning.length : newline;
  if (end > LINE_LIMIT_BYTES) {
    return {
      ok: false,
      problem: `its first line is longer than ${LINE_LIMIT_BYTES} bytes, so it is no header`,
    };
  }
  const line = beginning.subarray(bom ? BOM.length : 0, end);
  const encoding = bom ? 'utf-8' : encodingOf(line, beginning.subarray(end + 1));
  const names = withoutTrailing(decodeLines(line, encoding).replace(/\r$/, '').split('|').map(plainName));
  const places = NAMES.map(([column, name]) => [column, name, placesOf(names, plainName(name))] as const);
  const missing = places.filter(([, , found]) => found.length === 0).map(([, name]) => `“${name}”`);
  if (missing.length > 0) {
    return { ok: false, problem: `its header lacks ${missing.length} column(s): ${missing.join(', ')}` };
  }
  const twice = places.filter(([, , found]) => found.length > 1).map(([, name]) => `“${name}”`);
  if (twice.length > 0) return { ok: false, problem: `its header names a column twice: ${twice.join(', ')}` };
  const at = Object.fromEntries(places.map(([column, , found]) => [column, found[0]]));
  return {
    ok: true,
    layout: {
      encoding,
      columns: names.length,
      at: at as Record<Column, number>,
      headerBytes: Math.min(end + 1, beginning.length),
    },
  };
}

/** Accents, case, spaces and the kind of apostrophe do not tell columns apart. */
function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[’`´]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

function placesOf(names: readonly string[], wanted: string): number[] {
  return names.flatMap((name, i) => (name === wanted ? [i] : []));
}

function withoutTrailing(fields: string[]): string[] {
  return fields.at(-1) === '' ? fields.slice(0, -1) : fields;
}

/** The header's own accents tell; when it has none, what most of the first lines with accents are. */
function encodingOf(header: Uint8Array, lines: Uint8Array): AnnuaireEncoding {
  if (!isAscii(header)) return isUtf8(header) ? 'utf-8' : 'windows-1252';
  let votes = 0;
  for (let from = 0; from < lines.length; ) {
    const newline = lines.indexOf(NEWLINE, from);
    if (newline === -1) break;
    const line = lines.subarray(from, newline);
    if (!isAscii(line)) votes += isUtf8(line) ? 1 : -1;
    from = newline + 1;
  }
  return votes < 0 ? 'windows-1252' : 'utf-8';
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

// ---- Characters ---------------------------------------------------------------------------------------------------

/** What Windows-1252 has at 0x80 to 0x9F. Five bytes are not used: they stay what they are, and are found later. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Whole lines as text. UTF-8 that is not valid must have been found before: `isUtf8`. */
export function decodeLines(bytes: Uint8Array, encoding: AnnuaireEncoding): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (encoding === 'utf-8') return buffer.toString('utf8');
  return buffer
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (byte) => WINDOWS_1252.charAt(byte.charCodeAt(0) - 0x80));
}

// ---- A line -------------------------------------------------------------------------------------------------------

const CONTROL = /\p{Cc}/u;
const UNUSED_BYTES = /[\u0081\u008d\u008f\u0090\u009d]/;
const PROFESSIONAL_ID = /^[0-9A-Za-z/]{4,40}$/;
const TECHNICAL_ID = /^[0-9A-Za-z][0-9A-Za-z_./-]{0,39}$/;
const FINESS = /^\d[\dAB]\d{7}$/;
const SIRET = /^\d{14}$/;

/** What a decoded line (without its newline) says. */
export function readLine(text: string, layout: AnnuaireLayout): LineVerdict {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  if (CONTROL.test(line)) {
    const unknown = layout.encoding === 'windows-1252' && UNUSED_BYTES.test(line);
    return rejected(unknown ? 'bytes' : 'control');
  }
  const fields = line.split('|');
  const { at, columns } = layout;
  const trailing = fields.length === columns + 1 && fields[columns] === '';
  if (fields.length !== columns && !trailing) return rejected('columns');

  const field = (column: Column) => (fields[at[column]] ?? '').trim();
  const profession = PROFESSION_OF_CODE.get(field('profession'));
  if (profession === undefined) return { kind: 'skipped', reason: 'profession' };
  const professionalId = field('professionalId');
  if (!PROFESSIONAL_ID.test(professionalId)) return rejected('professional-id');
  const structureId = structureOf(field);
  if (structureId === null) return { kind: 'skipped', reason: 'no-site' };
  if (structureId === '') return rejected('structure-id');
  const row = {
    professionalId,
    familyName: field('familyName'),
    givenName: field('givenName'),
    structureId,
    structureName: field('companyName') || field('tradeName'),
    place: field('place'),
    profession,
  };
  if ([row.familyName, row.givenName, row.structureName, row.place].some(isTooLong)) {
    return rejected('value-too-long');
  }
  return { kind: 'row', row };
}

function rejected(reason: RejectReason): LineVerdict {
  return { kind: 'rejected', reason };
}

function isTooLong(value: string): boolean {
  return value.length > VALUE_LIMIT;
}

/** Technical id, else FINESS, else SIRET (IDNST forms 1 and 3); null: the line names no site; '': none of the forms. */
function structureOf(field: (column: Column) => string): string | null {
  const technical = field('structureId');
  if (technical !== '') return TECHNICAL_ID.test(technical) ? technical : '';
  const finess = field('finess');
  if (finess !== '') return FINESS.test(finess) ? `1${finess}` : '';
  const siret = field('siret');
  if (siret !== '') return SIRET.test(siret) ? `3${siret}` : '';
  return null;
}

// ---- The extraction as a whole ------------------------------------------------------------------------------------

/** The day in a file's name: `…_202611220731.txt`, `…_20261122.txt`, `…_2026-11-22.txt`. */
export function extractionDay(fileName: string): CareDate | null {
  const [, year, month, day] = /_(\d{4})-?(\d{2})-?(\d{2})(?:\d{2}|\d{4}|\d{6})?\.\w+$/.exec(fileName) ?? [];
  return parseCareDate(`${year}-${month}-${day}`);
}

/** A truncated file must not shut the country out: more than this share of endings needs a person's word. */
export const MOST_ENDINGS_PERCENT = 20;

export function endsTooMany({ active, ending }: { active: number; ending: number }): boolean {
  return ending * 100 > active * MOST_ENDINGS_PERCENT;
}
