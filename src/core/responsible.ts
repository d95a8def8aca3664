// The guards of the contrat responsable (DOMAIN.md 5.2; CSS R871-1 and R871-2): what such a contract must pay at least
// and may pay at most, whatever its product says. Must never let a product be more generous or meaner than the law.

import type { Act, LensGrade } from './acts.ts';
import { type LevelFacts, patientShareOf } from './amounts.ts';
import type { CareDomain } from './care-domains.ts';
import { type Cents, type Percent, shareOf } from './money.ts';
import type { LineInHand, QuoteLine } from './quote.ts';

/** Non-OPTAM: at least this part of the tariff below what is paid for the overrun of an OPTAM doctor. */
const NON_OPTAM_REDUCTION = 20;

/** Moderate and weak benefit are reimbursed at 30 and 15 %; medicines known by their number have no other sign of it. */
const MOST_RATE_OF_MODERATE_BENEFIT = 30;

export type Least = { readonly why: 'patient-share' | 'charge' | 'rac0'; readonly cents: Cents };

/** What must be paid: the rest up to the maximum price in 100 % Santé, a daily charge in full, the patient's share. */
export function leastOwed({ line, act, tariffs }: LineInHand, domain: CareDomain, facts: LevelFacts): Least {
  const { basket, quantity } = line;
  if (basket === 'RAC0' && tariffs.plv !== null) {
    return { why: 'rac0', cents: tariffs.plv * quantity - facts.deducted };
  }
  if (act.charge !== undefined) return { why: 'charge', cents: tariffs.charge * quantity };
  return { why: 'patient-share', cents: mayLeaveOut(line, act, domain) ? 0 : patientShareOf(facts) };
}

function mayLeaveOut({ amoRate }: QuoteLine, act: Act, domain: CareDomain): boolean {
  return act.mayBeLeftOut === true || (domain === 'PHAR' && amoRate <= MOST_RATE_OF_MODERATE_BENEFIT);
}

/**
 * A doctor who is not in OPTAM: the patient's share, and of the overrun no more than the tariff once again and no more
 * than an OPTAM doctor's overrun would get (`level`), less 20 % of the tariff.
 */
export function nonOptamMost(level: Cents, facts: LevelFacts): Cents {
  const share = patientShareOf(facts);
  const reduced = level - share - shareOf(facts.br, NON_OPTAM_REDUCTION);
  return share + Math.min(facts.br, Math.max(0, reduced));
}

/** The AMO pays doctors 65 to 75 % inside the pathway (the patient's share is 25 to 35 %), and 30 % outside it. */
const DOCTORS: readonly CareDomain[] = ['MED', 'RADL'];
const RATE_OUTSIDE_PATHWAY = 30;
const RATE_INSIDE_PATHWAY = 70;

/**
 * A doctor's act at 30 % is outside the pathway, also when the bill does not say so: the surcharge is never covered. The
 * bill's own `pathwayRate` wins, as where the local scheme pays more.
 */
export function untoldPathwayRate({ amoRate }: QuoteLine, domain: CareDomain): Percent | undefined {
  return DOCTORS.includes(domain) && amoRate > 0 && amoRate <= RATE_OUTSIDE_PATHWAY
    ? RATE_INSIDE_PATHWAY
    : undefined;
}

/** Items of the tariffs: what AMO and AMC together may pay, per piece of hearing class II, frame class B, lens class B. */
export const HEARING_CEILING = 'HEARING_II_MAX';
export const FRAME_CEILING = 'FRAME_B_MAX';
export const LENS_CEILINGS: Readonly<Record<LensGrade, string>> = {
  simple: 'LENS_SIMPLE_MAX',
  complex: 'LENS_COMPLEX_MAX',
  'very-complex': 'LENS_VERY_COMPLEX_MAX',
};

/**
 * How much a mutuelle may pay of the class B parts of a pair of glasses; null without lenses. The ceilings of the decree
 * (420, 560, 610, 700, 750, 800 euros) are sums of two halves, one per lens and grade; that is how the tariffs hold them.
 * Class A parts are paid in full and count first, then what the AMO pays. A lens alone counts as one of two like it.
 * Hearing aids have a ceiling each; nobody has more than two ears.
 */
export function equipmentRoom(lines: readonly LineInHand[]): Cents | null | 'several-equipments' {
  let frames = 0;
  let lenses = 0;
  let halves = 0;
  let paid = 0;
  let ears = 0;
  for (const { line, act, tariffs, amoGross } of lines) {
    const isBounded = tariffs.ceiling !== null || line.basket === 'RAC0';
    if (isBounded && act.domains.includes('AUDI')) ears += line.quantity;
    if (act.optics === undefined) continue;
    paid += line.basket === 'RAC0' ? line.price : amoGross;
    if (act.optics.part === 'frame') frames += line.quantity;
    else {
      lenses += line.quantity;
      halves += line.quantity * tariffs.lensHalf;
    }
  }
  if (frames > 1 || lenses > 2 || ears > 2) return 'several-equipments';
  if (lenses === 0) return null;
  return Math.max(0, (lenses === 1 ? 2 * halves : halves) - paid);
}
