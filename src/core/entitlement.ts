// Is this person covered, for this care, on this day? The last and only decision about rights (DESIGN.md 4, step 7).
// Must never say more than the act needs: the reason behind "not covered" is for the internal audit alone (invariant I5),
// and nothing here tells other domains, other periods or the past of a contract.
import type { CareDomain } from './care-domains.ts';
import type { CareDate, Period } from './period.ts';
import { addDays, contains, earlierOf, isImpossible } from './period.ts';

/** One stretch of cover: a domain, its days, and the rule that says how much is paid. */
export type CoverPeriod = {
  readonly domain: CareDomain;
  readonly from: CareDate;
  readonly to: CareDate | null;
  readonly rule: string;
};

/** What a sealed record holds, and all that it holds (DESIGN.md 3). */
export type Rights = {
  readonly product: string;
  readonly responsible: boolean;
  readonly convType: string;
  readonly csr: string | null;
  readonly card: { readonly from: CareDate; readonly to: CareDate } | null;
  readonly periods: readonly CoverPeriod[];
  /** A fake insured whom only a thief looks up. Written when true and never else. */
  readonly canary?: true;
};

export type NotCoveredWhy = 'ended' | 'not-started' | 'never' | 'closed';

export type Entitlement =
  | {
      readonly kind: 'covered';
      readonly coverFrom: CareDate;
      readonly coverTo: CareDate | null;
      readonly guaranteeUntil: CareDate;
      readonly rule: string;
      readonly responsible: boolean;
    }
  /** Public code 101: another domain is covered on the care date. */
  | { readonly kind: 'domain-excluded' }
  /** Public code 200, whatever the reason. */
  | { readonly kind: 'not-covered'; readonly why: NotCoveredWhy };

export type EntitlementQuestion = {
  readonly rights: Rights;
  /** The day the insurer closed the record: the last day of cover, included. It can only shorten. */
  readonly closedOn: CareDate | null;
  readonly domain: CareDomain;
  readonly careDate: CareDate;
};

/**
 * Days after the care date during which the guarantee holds (DOMAIN.md 3.3): 1 at a counter, 30 for a series
 * (laboratory, auxiliaries) and a hospital stay, 60 where a prior agreement is usual (optics, hearing, dental work).
 */
export const GUARANTEE_DAYS: Readonly<Record<CareDomain, number>> = {
  PHAR: 1,
  MED: 1,
  FOUR: 1,
  RADL: 1,
  SAGE: 1,
  EXTE: 1,
  CSTE: 1,
  URGE: 1,
  DESO: 1,
  TRAN: 1,
  SVIL: 1,
  DIV: 1,
  LABO: 30,
  AUXM: 30,
  HOSP: 30,
  OPTI: 60,
  AUDI: 60,
  DEPR: 60,
  ODF: 60,
};

/** Covered, covered for something else, or not covered. Total: any list of periods in any order gives one answer. */
export function decideEntitlement(question: EntitlementQuestion): Entitlement {
  const { rights, closedOn, domain, careDate } = question;
  const open = openPeriods(rights.periods, closedOn);
  const ofDomain = open.filter((period) => period.domain === domain);
  const deciding = decidingPeriod(ofDomain, careDate);
  if (deciding !== null) return covered(question, ofDomain, deciding);
  if (open.some((period) => contains(period, careDate))) return { kind: 'domain-excluded' };
  return { kind: 'not-covered', why: whyNotCovered(question, ofDomain) };
}

// A period that would begin after the closing day has no day left and drops out.
function openPeriods(periods: readonly CoverPeriod[], closedOn: CareDate | null): readonly CoverPeriod[] {
  const shortened =
    closedOn === null
      ? periods
      : periods.map((period) => ({ ...period, to: earlierOf(closedOn, period.to) }));
  return shortened.filter((period) => !isImpossible(period));
}

// The latest `from` wins. Feeds with overlaps are refused, so ties come only from damaged records: then the longer
// period and the smaller rule name, so that order never matters.
function decidingPeriod(periods: readonly CoverPeriod[], date: CareDate): CoverPeriod | null {
  let best: CoverPeriod | null = null;
  for (const period of periods) {
    if (contains(period, date) && (best === null || beats(period, best))) best = period;
  }
  return best;
}

function beats(a: CoverPeriod, b: CoverPeriod): boolean {
  if (a.from !== b.from) return a.from > b.from;
  if (a.to !== b.to) return a.to === null || (b.to !== null && a.to > b.to);
  return a.rule < b.rule;
}

function covered(
  question: EntitlementQuestion,
  ofDomain: readonly CoverPeriod[],
  deciding: CoverPeriod,
): Entitlement {
  const { rights, domain, careDate } = question;
  const coverTo = lastDayUnderRule(ofDomain, deciding, careDate);
  return {
    kind: 'covered',
    // The start of the period that decides, never of those before it: earlier years are contract history (DOMAIN.md 3.3).
    coverFrom: deciding.from,
    coverTo,
    guaranteeUntil: earlierOf(addDays(careDate, GUARANTEE_DAYS[domain]), coverTo),
    rule: deciding.rule,
    responsible: rights.responsible,
  };
}

/**
 * The last day on which the same rule is still in force without a gap. Looking forward through renewals keeps a
 * guarantee given on 31 December alive in January. Each step crosses the first or last day of a period,
 * so there are at most two steps per period.
 */
function lastDayUnderRule(
  periods: readonly CoverPeriod[],
  deciding: CoverPeriod,
  date: CareDate,
): CareDate | null {
  const end = lastDayDecidedBy(deciding, periods, date);
  if (end === null) return null;
  const next = addDays(end, 1);
  const follower = decidingPeriod(periods, next);
  const goesOn = follower?.rule === deciding.rule && next > end;
  return goesOn ? lastDayUnderRule(periods, follower, next) : end;
}

// A period decides until its own end, or until the eve of one that begins later.
function lastDayDecidedBy(deciding: Period, periods: readonly Period[], date: CareDate): CareDate | null {
  let end = deciding.to;
  for (const period of periods) {
    if (period.from > date) end = earlierOf(addDays(period.from, -1), end);
  }
  return end;
}

function whyNotCovered(question: EntitlementQuestion, ofDomain: readonly CoverPeriod[]): NotCoveredWhy {
  const { closedOn, careDate } = question;
  if (closedOn !== null && careDate > closedOn) return 'closed';
  if (ofDomain.some((period) => period.to !== null && period.to < careDate)) return 'ended';
  return ofDomain.some((period) => period.from > careDate) ? 'not-started' : 'never';
}
