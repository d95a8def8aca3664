// One line without contract, counters or tables: `rempart calculate` (CONTRACT.md 1) and its vectors. The same arithmetic
// as a quote, without what only a quote knows.

import { amcOf, amoGrossOf, deductedOf, fixedAmountOf, levelOf } from './amounts.ts';
import { type Formula, isQuantity, readFormula } from './formulas.ts';
import { isJsonObject, type Unchecked } from './json-object.ts';
import { type Cents, isCents, isPercent, type Percent } from './money.ts';
import { type CareDate, isCareDate } from './period.ts';
import type { Tariffs } from './tariffs.ts';

export type CalculationCase = {
  readonly id: string;
  readonly date: CareDate;
  readonly price: Cents;
  readonly br: Cents;
  readonly rate: Percent;
  /** Flat contribution, franchise, contribution on heavy acts: amounts of the whole line. */
  readonly pf: Cents;
  readonly fr: Cents;
  readonly pat: Cents;
  readonly f: Formula;
  /** Pieces or days; unless told as many days as the formula pays, or 1. */
  readonly quantity?: number;
};

export type Calculation = {
  readonly id: string;
  readonly amoGross: Cents;
  readonly amoNet: Cents;
  readonly amc: Cents;
  /** On the statement: with `amoNet` and `amc` it adds up to the price. */
  readonly rac: Cents;
};

/** Which case and which of its properties cannot be so. */
export type CalculationProblem = { readonly caseId: string; readonly field: string };

/** Every case, or the first one that cannot be computed. */
export function calculateAll(
  cases: readonly unknown[],
  tariffs: Tariffs,
): Calculation[] | CalculationProblem {
  const results: Calculation[] = [];
  for (const [at, value] of cases.entries()) {
    const result = calculationOf(value, `cases[${at}]`, tariffs);
    if ('field' in result) return result;
    results.push(result);
  }
  return results;
}

function calculationOf(value: unknown, place: string, tariffs: Tariffs): Calculation | CalculationProblem {
  const one: Unchecked<keyof CalculationCase> = isJsonObject(value) ? value : {};
  const caseId = typeof one.id === 'string' ? one.id : place;
  const field = faultOf(one);
  if (field !== null) return { caseId, field };
  const formula = readFormula(one.f);
  if (!formula.ok) return { caseId, field: `f.${formula.field}` };
  const result = calculate(value as CalculationCase, tariffs);
  // Of all the tables only the yearly ceiling is asked.
  return result ?? { caseId, field: 'date' };
}

const CHECKS = {
  id: (value: unknown) => typeof value === 'string',
  date: isCareDate,
  price: isCents,
  br: isCents,
  rate: (value: unknown) => isPercent(value, 100),
  pf: isCents,
  fr: isCents,
  pat: isCents,
  quantity: (value: unknown) => value === undefined || isQuantity(value),
};

function faultOf(one: Unchecked<keyof CalculationCase>): string | null {
  for (const field of Object.keys(CHECKS) as (keyof typeof CHECKS)[]) {
    if (!CHECKS[field](one[field])) return field;
  }
  return null;
}

/** Null when the social security ceiling of that year is needed and not known. */
export function calculate(one: CalculationCase, tariffs: Tariffs): Calculation | null {
  const { id, date, price, br, f, quantity = defaultQuantity(f) } = one;
  const fixed = fixedAmountOf(f, date, tariffs);
  if (fixed === null) return null;
  const amoGross = amoGrossOf(one);
  const deducted = deductedOf(amoGross, one, f.k === 'TM_PATHWAY' ? f.pathwayRate : undefined);
  const facts = { price, br, deducted, quantity, fixed };
  const amc = amcOf(levelOf(f, facts), facts);
  const amoNet = Math.max(0, amoGross - one.pf - one.fr);
  return { id, amoGross, amoNet, amc, rac: price - amoNet - amc };
}

function defaultQuantity(formula: Formula): number {
  return formula.k === 'DAY' ? (formula.n ?? 1) : 1;
}
