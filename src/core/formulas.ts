// How an insurer writes what it pays (DOMAIN.md 5.3). `formula` of products and rules (CONTRACT.md 3.2).
// Must never know a person, a day or a counter: it is the text of a contract.

import { isJsonObject } from './json-object.ts';
import { type Cents, isCents, isPercent, type Percent } from './money.ts';

/** A yearly or two-yearly amount is a counter; without it the amount is for each line. */
export type Every = 'YEAR' | 'TWO_YEARS';

type Kind =
  | { readonly k: 'NONE' }
  /** The patient's share of the base: "100 % BR". */
  | { readonly k: 'TM' }
  /** The same outside the pathway, deducting the AMO part at the rate inside it. */
  | { readonly k: 'TM_PATHWAY'; readonly pathwayRate: Percent }
  /** "p % BR", the AMO part included. */
  | { readonly k: 'PCT_INCL'; readonly pct: Percent }
  /** "+ p % BR", the AMO part not deducted. */
  | { readonly k: 'PCT_ADD'; readonly pct: Percent }
  /** "x euros, the AMO part included". */
  | { readonly k: 'EUR_CAP_INCL'; readonly eur: Cents }
  /** "x euros" or, with `tm`, "TM + x euros". */
  | { readonly k: 'EUR_ADD'; readonly eur: Cents; readonly tm?: boolean; readonly every?: Every }
  /** As EUR_ADD: `q` percent of the monthly social security ceiling of the year of care. */
  | { readonly k: 'PMSS'; readonly q: Percent; readonly tm?: boolean; readonly every?: Every }
  /** Whatever the AMO leaves. */
  | { readonly k: 'FULL' }
  /** 100 % Santé: the rest up to the legal maximum price of one piece. */
  | { readonly k: 'RAC0'; readonly plv: Cents }
  /** x euros a day, for at most `n` days. */
  | { readonly k: 'DAY'; readonly eur: Cents; readonly n?: number };

/** `pec`: the insurer wants to be asked first (code 102). */
export type Formula = Kind & { readonly pec?: true };
export type FormulaKind = Kind['k'];

/** `field`: the property that is missing, wrong or not known. */
export type FormulaReading =
  | { readonly ok: true; readonly formula: Formula }
  | { readonly ok: false; readonly field: string };

/** Days of a stay, pieces of a line. */
export const MOST_QUANTITY = 999;

export function isQuantity(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_QUANTITY;
}

type FieldCheck = (value: unknown) => boolean;

const optional =
  (check: FieldCheck): FieldCheck =>
  (value) =>
    value === undefined || check(value);
const isRate: FieldCheck = (value) => isPercent(value, 100);
const isEvery: FieldCheck = (value) => value === 'YEAR' || value === 'TWO_YEARS';
const isBoolean: FieldCheck = (value) => typeof value === 'boolean';
const AMOUNT_OVER_TIME = { tm: optional(isBoolean), every: optional(isEvery) };

const FIELDS: Readonly<Record<FormulaKind, Readonly<Record<string, FieldCheck>>>> = {
  NONE: {},
  TM: {},
  TM_PATHWAY: { pathwayRate: isRate },
  PCT_INCL: { pct: (value) => isPercent(value) },
  PCT_ADD: { pct: (value) => isPercent(value) },
  EUR_CAP_INCL: { eur: isCents },
  EUR_ADD: { eur: isCents, ...AMOUNT_OVER_TIME },
  PMSS: { q: (value) => isPercent(value), ...AMOUNT_OVER_TIME },
  FULL: {},
  RAC0: { plv: isCents },
  DAY: { eur: isCents, n: optional(isQuantity) },
};
const COMMON_FIELDS = { k: (value: unknown) => isFormulaKind(value), pec: optional((v) => v === true) };

function isFormulaKind(value: unknown): value is FormulaKind {
  return typeof value === 'string' && Object.hasOwn(FIELDS, value);
}

/** Nothing is repaired or ignored: a property that a kind does not have may be what the insurer meant to say. */
export function readFormula(value: unknown): FormulaReading {
  if (!isJsonObject(value)) return { ok: false, field: 'k' };
  const given = value as Readonly<Record<string, unknown>>;
  const kind = given['k'];
  if (!isFormulaKind(kind)) return { ok: false, field: 'k' };
  const fields: Readonly<Record<string, FieldCheck>> = { ...COMMON_FIELDS, ...FIELDS[kind] };
  const names = new Set([...Object.keys(fields), ...Object.keys(given)]);
  for (const field of names) {
    const check = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!check?.(given[field])) return { ok: false, field };
  }
  return { ok: true, formula: value as Formula };
}
