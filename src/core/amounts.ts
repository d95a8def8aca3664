// The arithmetic of one line (DOMAIN.md 5.3): what the AMO pays, and the most that a formula pays.
// Must never round anything itself: `shareOf` does, half a cent up.

import type { Formula } from './formulas.ts';
import { type Cents, type Percent, shareOf } from './money.ts';
import type { CareDate } from './period.ts';
import { type Tariffs, tariffOf } from './tariffs.ts';

/** `pat`: the flat contribution that takes the place of the patient's share of a heavy act. */
export type AmoFacts = {
  readonly price: Cents;
  readonly br: Cents;
  readonly rate: Percent;
  readonly pat: Cents;
};

/** What the AMO pays the professional, before PF and franchise: it takes those from the member later. */
export function amoGrossOf({ price, br, rate, pat }: AmoFacts): Cents {
  return Math.max(0, shareOf(Math.min(price, br), rate) - pat);
}

/**
 * The AMO part as the contract counts it. With a rate of the pathway it is what the AMO would have paid inside it: the
 * surcharge for leaving the pathway stays with the patient.
 */
export function deductedOf(amoGross: Cents, facts: AmoFacts, pathwayRate: Percent | undefined): Cents {
  return pathwayRate === undefined
    ? amoGross
    : Math.max(amoGross, amoGrossOf({ ...facts, rate: pathwayRate }));
}

export type LevelFacts = {
  readonly price: Cents;
  readonly br: Cents;
  /** The AMO part as the contract counts it: outside the pathway that of the rate inside it. */
  readonly deducted: Cents;
  /** Pieces or days. */
  readonly quantity: number;
  /** x of EUR_ADD and PMSS (`fixedAmountOf`). */
  readonly fixed: Cents;
};

/** The patient's share of the base: what "100 % BR" leaves to the mutuelle. */
export function patientShareOf({ br, deducted }: Pick<LevelFacts, 'br' | 'deducted'>): Cents {
  return Math.max(0, br - deducted);
}

/**
 * The most that a formula pays, however high the price. Every kind of formula is `min(price - AMO part, level)`, not below
 * zero; that is why no amount can fall when a guarantee rises. The level itself may be below zero.
 */
export function levelOf(formula: Formula, facts: LevelFacts): Cents {
  const { price, br, deducted, quantity, fixed } = facts;
  switch (formula.k) {
    case 'NONE':
      return 0;
    case 'TM':
    case 'TM_PATHWAY':
      return patientShareOf(facts);
    case 'PCT_INCL':
      return shareOf(br, formula.pct) - deducted;
    case 'PCT_ADD':
      return shareOf(br, formula.pct);
    case 'EUR_CAP_INCL':
      return formula.eur - deducted;
    case 'EUR_ADD':
    case 'PMSS':
      return fixed + (formula.tm ? patientShareOf(facts) : 0);
    case 'FULL':
      return price - deducted;
    case 'RAC0':
      return formula.plv * quantity - deducted;
    case 'DAY':
      return formula.eur * Math.min(quantity, formula.n ?? quantity);
  }
}

/** What the mutuelle pays of a price of which `deducted` and `otherAmc` are gone. */
export function amcOf(level: Cents, { price, deducted }: LevelFacts, otherAmc: Cents = 0): Cents {
  return Math.max(0, Math.min(price - deducted - otherAmc, level));
}

/** x of "x euros" or of "q % PMSS" in the year of care; null when the ceiling of that year is not known. */
export function fixedAmountOf(formula: Formula, careDate: CareDate, tariffs: Tariffs): Cents | null {
  if (formula.k === 'EUR_ADD') return formula.eur;
  if (formula.k !== 'PMSS') return 0;
  const ceiling = tariffOf(tariffs, 'PMSS', careDate);
  return ceiling === null ? null : shareOf(ceiling, formula.q);
}
