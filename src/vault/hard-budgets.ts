// PURE data: every hard budget that is the same for all professions, on one screen; those by profession are in
// profession-budgets.ts. The vault enforces both. The name spells the key a budget counts by.
// What is counted is distinct people (docs/adr/0019): a door that the same professional opens again within 24 hours
// spends `typedPerPatientPerDay` and nothing else, a card shown again at the same structure `cardPerPatientPerDay`.

import type { Amount } from './gcra.ts';
import { budgetsOf, type ProfessionBudgetName } from './profession-budgets.ts';

export type HardBudget = Amount & { readonly why: string };

export const HARD_BUDGETS = {
  typedPerPatientPerDay: {
    size: 300,
    perDay: 300,
    why: 'the insured person’s door, whoever asks, and each asker’s repeats of it: no honest person is asked for 300 times a day',
  },
  typedOnNewBrowsersPerProfessionalPerDay: {
    size: 8,
    perDay: 8,
    why: 'browsers first seen less than 24 hours ago: a locum’s first day at a new counter (mean 6 new patients), a thief’s new computer',
  },
  emergencyPerStructurePerDay: {
    size: 1,
    perDay: 1,
    why: 'ten more people when the counter cannot wait (EMERGENCY_UNITS); whoever needs more has to call, and somebody looks at each one',
  },
  exercisePerStructurePerDay: {
    size: 3_000,
    perDay: 3_000,
    why: 'people of an insurer that has fictitious members only: wide enough to try software and load with',
  },
  typedPerInsurerPerDay: {
    size: 500_000,
    perDay: 2_000_000,
    why: 'half of the national day of 3.8 million checks for one insurer; typed and new are 6 % of them: ten times that',
  },
  typedOnPlatformPerDay: {
    size: 2_000_000,
    perDay: 8_000_000,
    why: 'twice the national day; reached only by an attack on the whole platform',
  },
  floorPerStructurePerDay: {
    size: 20,
    perDay: 20,
    why: 'when the platform or an insurer is drained by others, each structure can still serve 20 new patients: a busy pharmacy types 24',
  },
  cardPerPatientPerDay: {
    size: 300,
    perDay: 300,
    why: 'one card shown again at the same site: no honest card is shown there 300 times a day',
  },
  cardPerStructurePerDay: {
    size: 3_000,
    perDay: 3_000,
    why: 'above the busiest hospital desk of the synthetic load (260 checks a day, sigma 0.8: p99.9 = 3,080)',
  },
  cardsRefusedPerStructurePerDay: {
    size: 500,
    perDay: 500,
    why: 'more than every card of a busy day being expired; forged ones cost a signature check and an entry each',
  },
  engagementPerStructurePerDay: {
    size: 30_000,
    perDay: 30_000,
    why: 'ten openings (tried, quoted, claimed, looked at) of an engagement of each card of the busiest hospital desk',
  },
  noticesPerInsurerPerDay: {
    size: 100_000,
    perDay: 100_000,
    why: 'look-ups without a member number of one insurer’s people: far above any day, far below its portfolio',
  },
  claimsPerInsurerPerDay: {
    size: 2_000_000,
    perDay: 2_000_000,
    why: 'a payment run of a million claims, begun again once: they are opened for runs that two persons signed',
  },
  bankDetailsPerRun: {
    size: 500_000,
    perDay: 500_000,
    why: 'every structure of the country in one run, with room for a second start: two persons signed for the run',
  },
} as const satisfies Record<string, HardBudget>;
export type HardBudgetName = keyof typeof HARD_BUDGETS;
export type BudgetName = HardBudgetName | ProfessionBudgetName;

/** What a key of that budget holds; `profession`: the asker's, which the budgets that all share do not look at. */
export function amountOf(name: BudgetName, profession: string): Amount {
  return name in HARD_BUDGETS
    ? HARD_BUDGETS[name as HardBudgetName]
    : budgetsOf(profession)[name as ProfessionBudgetName];
}

/** Units that an emergency gives back, of each budget of who takes them; never above full. */
export const EMERGENCY_UNITS = 10;

/** Counters that may be found for each door opened: those of every basket of a rule, at the look-up and at its quotes. */
export const COUNTERS_PER_DOOR = 64;

/** The same fields at more insurers than this within a day is a search for somebody's insurer. */
export const INSURERS_PER_PERSON_PER_DAY = 3;

/**
 * A card seen at this many structures within a day says little about who stands there: it may be a copy. Doctor,
 * laboratory and pharmacy in one day are three; its owner is served all the same (DESIGN.md 5).
 */
export const STRUCTURES_PER_CARD_PER_DAY = 5;
