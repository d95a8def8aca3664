// Everything that a line needs out of the dated tables, looked up by its care date before anything is computed.
// Must never leave a gap: a value that the tables do not have on that day refuses the line.

import type { Act, FlatItem } from './acts.ts';
import { fixedAmountOf } from './amounts.ts';
import type { Formula } from './formulas.ts';
import type { Cents } from './money.ts';
import type { QuoteLine, Terms } from './quote.ts';
import { FRAME_CEILING, HEARING_CEILING, LENS_CEILINGS } from './responsible.ts';
import { type Tariffs, tariffOf } from './tariffs.ts';

export type LineTariffs = {
  /** Takes the place of the patient's share of a heavy act; 0 for others. */
  readonly pat: Cents;
  /** Flat contributions of the whole line, and the most of them in a day. */
  readonly flat: Cents;
  readonly flatPerDay: Cents;
  /** x of EUR_ADD and PMSS. */
  readonly fixed: Cents;
  /** Legal amount of one FJH, FPU or PAT. */
  readonly charge: Cents;
  /** 100 % Santé: the legal maximum of one piece; null where there is none. */
  readonly plv: Cents | null;
  /** What AMO and AMC may pay of this line together; null where the law does not say. */
  readonly ceiling: Cents | null;
  /** A lens: its half of the ceiling of a pair of glasses. */
  readonly lensHalf: Cents;
};

export type LookUp = {
  readonly line: QuoteLine;
  readonly act: Act;
  readonly formula: Formula;
  readonly terms: Terms;
  readonly tariffs: Tariffs;
};

const PER_DAY: Readonly<Record<FlatItem, string | null>> = {
  PF: 'PF_PER_DAY',
  FR_BOX: null,
  FR_PARA: 'FR_PARA_PER_DAY',
  FR_TRANSPORT: 'FR_TRANSPORT_PER_DAY',
};

/** Or the item that the tables do not have on the day of care. */
export function tariffsOfLine(look: LookUp): LineTariffs | { readonly missing: string } {
  const { line, act, formula, terms, tariffs } = look;
  let missing: string | null = null;
  const at = (item: string | null | undefined): Cents => {
    if (item === null || item === undefined) return 0;
    const value = tariffOf(tariffs, item, line.careDate);
    if (value === null) missing = item;
    return value ?? 0;
  };
  const fixed = fixedAmountOf(formula, line.careDate, tariffs);
  if (fixed === null) missing = 'PMSS';
  const flatItem = flatItemOf(line, act);
  const ceiling = ceilingItemOf(look);
  const plvItem = line.basket === 'RAC0' && formula.k !== 'RAC0' ? act.plv : undefined;
  const found: LineTariffs = {
    pat: at(line.heavyAct ? 'PAT' : null),
    flat: at(flatItem) * line.quantity,
    flatPerDay: flatItem && PER_DAY[flatItem] ? at(PER_DAY[flatItem]) : Number.POSITIVE_INFINITY,
    fixed: fixed ?? 0,
    charge: terms.responsible ? at(act.charge) : 0,
    plv: formula.k === 'RAC0' ? formula.plv : plvItem === undefined ? null : at(plvItem),
    ceiling: ceiling === null ? null : at(ceiling) * line.quantity,
    lensHalf: terms.responsible && act.optics?.part === 'lens' ? at(LENS_CEILINGS[act.optics.grade]) : 0,
  };
  return missing === null ? found : { missing };
}

function flatItemOf({ exempt, heavyAct }: QuoteLine, { flat }: Act): FlatItem | null {
  return exempt || heavyAct || flat === undefined ? null : flat;
}

/** Class A is paid up to its maximum price instead. */
function ceilingItemOf({ line, act, terms }: LookUp): string | null {
  if (!terms.responsible || line.basket === 'RAC0') return null;
  if (terms.domain === 'AUDI') return HEARING_CEILING;
  return act.optics?.part === 'frame' ? FRAME_CEILING : null;
}
