// PURE. May this claim be paid on this engagement, and what of the reservation does it leave free? A claim is what was
// quoted, or less; what it does not ask for is free again, exactly.

import type { Taken } from '../../core/counters.ts';
import type { Cents } from '../../core/money.ts';
import type { QuoteLine } from '../../core/quote.ts';
import type { RejectionCode } from './claim-rejections.ts';
import type { Claim } from './claim-shapes.ts';
import { type Engagement, keptUntil, type Reserved } from './engagement.ts';

/** What must be as it was quoted, line by line. */
const AS_QUOTED = [
  'lineNo',
  'actCode',
  'quantity',
  'price',
  'br',
  'amoRate',
  'amoAmount',
  'careDate',
  'basket',
  'pathwayRate',
  'optam',
  'otherAmc',
  'exempt',
  'heavyAct',
] as const satisfies readonly (keyof QuoteLine)[];

/** Why an engagement takes no claim; null when it does. `today`: Paris. */
export function closedForClaims(engagement: Engagement, today: string): RejectionCode | null {
  if (engagement.state === 'used') return 'engagement-used';
  if (engagement.state === 'cancelled') return 'engagement-cancelled';
  return keptUntil(engagement) < today ? 'claim-late' : null;
}

/** What is wrong with the claim beside what is reserved; null when nothing is. */
export function claimProblem(claim: Claim, reserved: Reserved): RejectionCode | null {
  if (claim.lines.length !== reserved.lines.length) return 'lines-not-as-quoted';
  const quoted = new Map(reserved.lines.map((line) => [line.lineNo, line]));
  if (quoted.size !== new Set(claim.lines.map(({ lineNo }) => lineNo)).size) return 'lines-not-as-quoted';
  for (const line of claim.lines) {
    const promised = quoted.get(line.lineNo);
    if (!promised || AS_QUOTED.some((name) => line[name] !== promised[name])) return 'lines-not-as-quoted';
    if (line.amcAsked > promised.amc) return 'amount-above-quote';
  }
  return null;
}

/** What stays reserved for the claim, and what comes back to the counters. */
export function used(claim: Claim, reserved: Reserved): { kept: Reserved; freed: Taken[] } {
  const asked = new Map(claim.lines.map(({ lineNo, amcAsked }) => [lineNo, amcAsked]));
  const short = new Map(reserved.lines.map(({ lineNo, amc }) => [lineNo, amc - (asked.get(lineNo) ?? 0)]));
  const parts = reserved.taken.map((taken) => {
    const cents = Math.min(short.get(taken.lineNo) ?? 0, taken.cents);
    return { freed: { ...taken, cents }, kept: { ...taken, cents: taken.cents - cents } };
  });
  const some = ({ cents }: Taken) => cents > 0;
  return {
    kept: {
      lines: reserved.lines.map((line) => ({ ...line, amc: asked.get(line.lineNo) ?? 0 })),
      amc: askedOf(claim),
      isAgreed: reserved.isAgreed,
      taken: parts.map(({ kept }) => kept).filter(some),
    },
    freed: parts.map(({ freed }) => freed).filter(some),
  };
}

export function askedOf({ lines }: Claim): Cents {
  return lines.reduce((sum, { amcAsked }) => sum + amcAsked, 0);
}

export function priceOf({ lines }: Claim): Cents {
  return lines.reduce((sum, { price }) => sum + price, 0);
}

/** The last day of care in it. */
export function lastDayOf({ lines }: Claim): string {
  return lines.reduce((last, { careDate }) => (careDate > last ? careDate : last), '');
}
