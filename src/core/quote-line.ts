// One line: what the mutuelle pays of it, and the steps by which it came about, as facts without words (DOMAIN.md 5.3).
// The order is the law's: the contract's formula, the guards of the contrat responsable, then the yearly amounts.

import type { FlatItem } from './acts.ts';
import { amcOf, deductedOf, type LevelFacts, levelOf, patientShareOf } from './amounts.ts';
import type { CounterWindow } from './counters.ts';
import type { Formula } from './formulas.ts';
import type { Cents, Percent } from './money.ts';
import type { CareDate } from './period.ts';
import type { LineInHand, QuoteLine, Terms } from './quote.ts';
import { type Least, leastOwed, nonOptamMost, untoldPathwayRate } from './responsible.ts';

export type Step =
  /** What the AMO pays by our arithmetic. */
  | {
      readonly k: 'amo';
      readonly base: Cents;
      readonly rate: Percent;
      readonly pat: Cents;
      readonly cents: Cents;
    }
  /** What it says it pays. */
  | { readonly k: 'amo-given'; readonly cents: Cents; readonly ours: Cents }
  /** Outside the pathway: `cents` is what the AMO would have paid at `rate`. */
  | { readonly k: 'pathway'; readonly rate: Percent; readonly cents: Cents; readonly surcharge: Cents }
  | { readonly k: 'formula'; readonly formula: Formula; readonly facts: LevelFacts; readonly cents: Cents }
  /** The law raises it, or lowers it. */
  | { readonly k: 'least'; readonly why: Least['why']; readonly cents: Cents }
  | { readonly k: 'most'; readonly why: Most; readonly cents: Cents }
  | { readonly k: 'other-amc'; readonly cents: Cents }
  | {
      readonly k: 'counter';
      readonly from: CareDate;
      readonly to: CareDate;
      readonly left: Cents;
      readonly takes: Cents;
    }
  /** What it comes to: of a rest of `rest`, `cents`. */
  | { readonly k: 'amc'; readonly rest: Cents; readonly cents: Cents }
  /** The AMO will take it from another payment to the member. */
  | { readonly k: 'flat'; readonly item: FlatItem; readonly cents: Cents };

export type Most = 'non-optam' | 'hearing' | 'frame' | 'equipment';

export type Surroundings = {
  readonly terms: Terms;
  /** Of a yearly or two-yearly amount: how much of it is used. */
  readonly window: CounterWindow | null;
  /** Class B optics: what the mutuelle may still pay of the pair of glasses. */
  readonly room: Cents | null;
};

export type Settled = { readonly amc: Cents; readonly counterTakes: Cents; readonly steps: Step[] };

export function settleLine(inHand: LineInHand, { terms, window, room }: Surroundings): Settled {
  const { line, tariffs, chosen } = inHand;
  const { price, br, quantity, otherAmc = 0 } = line;
  const steps: Step[] = [];
  const deducted = amoPart(inHand, terms, steps);
  const facts = { price, br, deducted, quantity, fixed: tariffs.fixed };
  const written = levelOf(chosen.formula, facts);
  steps.push({ k: 'formula', formula: chosen.formula, facts, cents: written });
  const least = terms.responsible ? leastOwed(inHand, terms.domain, facts) : null;
  const level = least ? guarded(inHand, { written, least, facts, room }, steps) : written;
  if (otherAmc > 0) steps.push({ k: 'other-amc', cents: otherAmc });
  const promised = amcOf(level, facts, otherAmc);
  const outside = 'tm' in chosen.formula && chosen.formula.tm ? patientShareOf(facts) : 0;
  const left = window && Math.max(0, tariffs.fixed - window.used);
  const counterTakes = left === null ? 0 : Math.min(left, Math.max(0, promised - outside));
  const owed = Math.max(outside + counterTakes, least?.cents ?? 0);
  const amc = left === null ? promised : Math.min(promised, owed);
  if (window && left !== null)
    steps.push({ k: 'counter', from: window.from, to: window.to, left, takes: counterTakes });
  steps.push({ k: 'amc', rest: Math.max(0, price - deducted - otherAmc), cents: amc });
  return { amc, counterTakes, steps };
}

/** What counts as paid by the AMO. */
function amoPart({ line, chosen, tariffs, ours, amoGross }: LineInHand, terms: Terms, steps: Step[]): Cents {
  const { price, br, amoRate: rate, amoAmount } = line;
  const facts = { price, br, rate, pat: tariffs.pat };
  if (amoAmount === undefined)
    steps.push({ k: 'amo', base: Math.min(price, br), rate, pat: tariffs.pat, cents: ours });
  else steps.push({ k: 'amo-given', cents: amoAmount, ours });
  const pathwayRate = pathwayRateOf(line, chosen.formula, terms);
  const deducted = deductedOf(amoGross, facts, pathwayRate);
  if (pathwayRate !== undefined && deducted > amoGross) {
    steps.push({ k: 'pathway', rate: pathwayRate, cents: deducted, surcharge: deducted - amoGross });
  }
  return deducted;
}

/** Under a responsible contract every kind deducts at the rate of the pathway; one kind says so itself. */
function pathwayRateOf(
  line: QuoteLine,
  formula: Formula,
  { responsible, domain }: Terms,
): Percent | undefined {
  if (formula.k === 'TM_PATHWAY') return line.pathwayRate ?? formula.pathwayRate;
  return responsible ? (line.pathwayRate ?? untoldPathwayRate(line, domain)) : undefined;
}

type Guarded = {
  readonly written: Cents;
  readonly least: Least;
  readonly facts: LevelFacts;
  readonly room: Cents | null;
};

function guarded({ line, act, tariffs, amoGross }: LineInHand, guard: Guarded, steps: Step[]): Cents {
  const { written, least, facts, room } = guard;
  const rest = facts.price - facts.deducted;
  let level = Math.min(written, rest);
  const lower = (why: Most, most: Cents) => {
    if (most >= level) return;
    level = most;
    steps.push({ k: 'most', why, cents: most });
  };
  if (line.optam === false) lower('non-optam', nonOptamMost(written, facts));
  if (Math.min(least.cents, rest) > level) {
    level = least.cents;
    steps.push({ k: 'least', why: least.why, cents: level });
  }
  if (tariffs.ceiling !== null) lower(act.optics ? 'frame' : 'hearing', tariffs.ceiling - amoGross);
  if (room !== null) lower('equipment', room);
  return level;
}
