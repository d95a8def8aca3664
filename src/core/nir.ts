// The NIR, the French social security number: 13 characters and a key (DOMAIN.md 2.1).
// Must never trim, change case or repair: a screen may, before it calls. Must never put the number in a message,
// for it tells sex, birth month and place of birth.
import type { Brand } from './brand.ts';

/** A NIR or NIA of right length, shape and key. */
export type Nir = Brand<'Nir'>;

export type NirReason = 'length' | 'shape' | 'key';

export type NirParts = {
  readonly sexCode: string;
  readonly kind: 'regular' | 'waiting' | 'temporary';
  readonly year: string;
  readonly month: string;
  readonly monthKind: 'civil' | 'incomplete';
  readonly department: string;
  readonly departmentKind: 'metropolitan' | 'corsica' | 'overseas' | 'former_territory' | 'abroad';
  readonly commune: string;
  readonly order: string;
  readonly key: string;
};

// DOMAIN.md 2.1, letter for letter: sex, year, month (20 and above: incomplete civil record), department, commune, order, key.
const NIR_SHAPE =
  /^[1-478]\d{2}(0[1-9]|1[0-2]|[2-9]\d)(0[1-9]|[1-9]\d|2[AB])\d{3}\d{3}(0[1-9]|[1-8]\d|9[0-7])$/;
const FIRST_13_SHAPE = /^\d{5}(\d{2}|2[AB])\d{6}$/;

/**
 * What a character adds to the number the key is computed over. Corsica counts 2A as 19 and 2B as 18,
 * which is 20 - 1 and 20 - 2: so A is worth -1 and B -2.
 */
function worth(charCode: number): number {
  return charCode <= 57 ? charCode - 48 : 64 - charCode;
}

// 13 digits stay below 2^53, so a plain number is exact.
function keyNumber(text: string): number {
  let number = 0;
  for (let i = 0; i < 13; i += 1) number = number * 10 + worth(text.charCodeAt(i));
  return 97 - (number % 97);
}

/** The two key digits that belong to the first 13 characters. Throws on anything that is not 13 NIR characters. */
export function nirKey(first13: string): string {
  if (!FIRST_13_SHAPE.test(first13)) throw new Error('nirKey needs the first 13 characters of a NIR');
  return String(keyNumber(first13)).padStart(2, '0');
}

/** What is wrong with this text as a NIR, tested in this order, or null. Allocates nothing: it runs on every feed line. */
export function checkNir(text: string): NirReason | null {
  if (text.length !== 15) return 'length';
  if (!NIR_SHAPE.test(text)) return 'shape';
  const written = (text.charCodeAt(13) - 48) * 10 + text.charCodeAt(14) - 48;
  return written === keyNumber(text) ? null : 'key';
}

export function isNir(value: unknown): value is Nir {
  return typeof value === 'string' && checkNir(value) === null;
}

/** Reads a NIR and what it says. Callers that only need to know whether it is one use `checkNir` or `isNir`. */
export function parseNir(
  text: string,
): { ok: true; nir: Nir; parts: NirParts } | { ok: false; reason: NirReason } {
  const reason = checkNir(text);
  return reason === null ? { ok: true, nir: text as Nir, parts: partsOf(text) } : { ok: false, reason };
}

/**
 * True for numbers that no living person can have: commune 991 to 998, which INSEE gives to no commune
 * (and, after department 99, to no country). Demo mode accepts only these.
 * Overseas (97x, 98x) the commune has two characters, so such a number is never fictitious: doubt means a real person.
 */
export function isFictitiousNir(nir: Nir): boolean {
  const lastOfCommune = nir.charCodeAt(9);
  const commune991To998 =
    nir.charCodeAt(7) === 57 && nir.charCodeAt(8) === 57 && lastOfCommune >= 49 && lastOfCommune <= 56;
  return commune991To998 && !isOverseas(nir);
}

function isOverseas(text: string): boolean {
  const unit = text.charCodeAt(6);
  return text.charCodeAt(5) === 57 && (unit === 55 || unit === 56);
}

function partsOf(text: string): NirParts {
  const departmentEnd = isOverseas(text) ? 8 : 7;
  const month = text.slice(3, 5);
  const department = text.slice(5, departmentEnd);
  return {
    sexCode: text.slice(0, 1),
    kind: kindOf(text.slice(0, 1)),
    year: text.slice(1, 3),
    month,
    monthKind: month <= '12' ? 'civil' : 'incomplete',
    department,
    departmentKind: departmentKindOf(department),
    commune: text.slice(departmentEnd, 10),
    order: text.slice(10, 13),
    key: text.slice(13, 15),
  };
}

function kindOf(sexCode: string): NirParts['kind'] {
  if (sexCode <= '2') return 'regular';
  return sexCode <= '4' ? 'waiting' : 'temporary';
}

function departmentKindOf(department: string): NirParts['departmentKind'] {
  if (department.length === 3) return 'overseas';
  if (department === '99') return 'abroad';
  if (department === '96') return 'former_territory';
  return department === '20' || department === '2A' || department === '2B' ? 'corsica' : 'metropolitan';
}
