// Which acts there are and in which care domains they are billed. Public nomenclatures are too long to ship and change
// weekly: their codes are known by their shape, the trade's letter codes and what needs facts by data/acts.json.
// Must never guess: a code that is neither listed nor shaped like one is refused.

import { type CareDomain, isCareDomain } from './care-domains.ts';
import { readCodedTable, TABLE_CODE } from './coded-table.ts';
import { hasOnly, isJsonObject, type Unchecked } from './json-object.ts';

/** Flat contributions, as their amounts are called in the tariffs. */
export const FLAT_ITEMS = ['PF', 'FR_BOX', 'FR_PARA', 'FR_TRANSPORT'] as const;
export type FlatItem = (typeof FLAT_ITEMS)[number];

export const LENS_GRADES = ['simple', 'complex', 'very-complex'] as const;
export type LensGrade = (typeof LENS_GRADES)[number];
export type OpticsFacts = { readonly part: 'frame' } | { readonly part: 'lens'; readonly grade: LensGrade };

export type Act = {
  readonly code: string;
  readonly fr: string;
  readonly en: string;
  readonly domains: readonly CareDomain[];
  /** Due per piece by the patient, whatever the contract. */
  readonly flat?: FlatItem;
  /** Items of the tariffs: reimbursement base, legal maximum price. */
  readonly br?: string;
  readonly plv?: string;
  /** Item of the tariffs: a charge without AMO part that a responsible contract pays in full, however many days. */
  readonly charge?: string;
  /** A responsible contract may leave it out: medicines of moderate or weak benefit, comfort without AMO part. */
  readonly mayBeLeftOut?: true;
  readonly optics?: OpticsFacts;
};

export type Acts = ReadonlyMap<string, Act>;
export type ActProblem = 'act-unknown' | 'act-other-domain';

const CCAM = /^[A-Z]{4}\d{3}$/;
const LPP = /^\d{7}$/;
const CIP = /^\d{13}$/;

/** Of acts known by their shape. */
const DOCTORS_ACT: Act = {
  ...{ code: 'CCAM', fr: 'acte technique', en: 'technical act', flat: 'PF' },
  domains: ['MED', 'RADL', 'LABO', 'EXTE', 'CSTE'],
};
/** Dentists, midwives, hospital stays: without flat contribution. */
const OTHER_ACT: Act = {
  ...{ code: 'CCAM', fr: 'acte technique', en: 'technical act' },
  domains: ['SAGE', 'HOSP', 'URGE', 'DESO', 'DEPR', 'ODF'],
};
const DEVICE: Act = {
  ...{ code: 'LPP', fr: 'dispositif médical', en: 'medical device' },
  domains: ['FOUR', 'OPTI', 'AUDI', 'HOSP', 'EXTE', 'CSTE'],
};
const MEDICINE: Act = {
  ...{ code: 'CIP', fr: 'médicament', en: 'medicine', flat: 'FR_BOX' },
  domains: ['PHAR'],
};

/** The act by that code in that domain. A listed code wins over its shape. */
export function actFor(acts: Acts, code: string, domain: CareDomain): Act | ActProblem {
  const listed = acts.get(code);
  const candidates = listed ? [listed] : actsOfShape(code);
  if (candidates.length === 0) return 'act-unknown';
  return candidates.find(({ domains }) => domains.includes(domain)) ?? 'act-other-domain';
}

const CCAM_ACTS = [DOCTORS_ACT, OTHER_ACT];
/** Medicines have 13 digits, or 7 in their old form, which is also the form of devices. */
const SEVEN_DIGITS = [DEVICE, MEDICINE];

function actsOfShape(code: string): readonly Act[] {
  if (CCAM.test(code)) return CCAM_ACTS;
  if (LPP.test(code)) return SEVEN_DIGITS;
  return CIP.test(code) ? [MEDICINE] : [];
}

/** Then nothing is known of it but its nomenclature. */
export function isKnownByShape(act: Act): boolean {
  return act === DEVICE || act === MEDICINE || CCAM_ACTS.includes(act);
}

const ACT_PROPERTIES = new Set([
  ...['code', 'fr', 'en', 'domains', 'flat', 'br', 'plv', 'charge', 'mayBeLeftOut', 'optics'],
]);
const ACT_CODE = /^[A-Z0-9_]{1,13}$/;

/** The table of data/acts.json; or, as a text, where it cannot be read. */
export function readActs(document: unknown): Acts | string {
  return readCodedTable(document, 'acts', isAct);
}

function isAct(value: unknown): value is Act {
  if (!isJsonObject(value) || !hasOnly(value, ACT_PROPERTIES)) return false;
  const { code, fr, en, domains, flat, br, plv, charge, mayBeLeftOut, optics }: Unchecked<keyof Act> = value;
  if (typeof code !== 'string' || !ACT_CODE.test(code)) return false;
  if (typeof fr !== 'string' || typeof en !== 'string') return false;
  if (!Array.isArray(domains) || domains.length === 0 || !domains.every(isCareDomain)) return false;
  const items = [br, plv, charge].every(
    (item) => item === undefined || (typeof item === 'string' && TABLE_CODE.test(item)),
  );
  const flags = mayBeLeftOut === undefined || mayBeLeftOut === true;
  return (
    items && flags && (flat === undefined || isFlatItem(flat)) && (optics === undefined || isOptics(optics))
  );
}

function isFlatItem(value: unknown): value is FlatItem {
  return FLAT_ITEMS.some((item) => item === value);
}

function isOptics(value: unknown): value is OpticsFacts {
  if (!isJsonObject(value)) return false;
  const { part, grade }: Unchecked<'part' | 'grade'> = value;
  return part === 'frame' ? grade === undefined : part === 'lens' && LENS_GRADES.some((one) => one === grade);
}
