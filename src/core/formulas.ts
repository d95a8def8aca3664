// How an insurer writes what it pays (DOMAIN.md 5.3). `formula` of products and rules (CONTRACT.md 3.2).
// Must never know a person, a day or a counter: it is the text of a contract.

import type { Cents, Percent } from './money.ts';

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
  /** 100 % Santé: the rest up to the legal maximum price. */
  | { readonly k: 'RAC0'; readonly plv: Cents }
  /** x euros a day, for at most `n` days. */
  | { readonly k: 'DAY'; readonly eur: Cents; readonly n?: number };

/** `pec`: the insurer wants to be asked first (code 102). */
export type Formula = Kind & { readonly pec?: true };
export type FormulaKind = Kind['k'];
