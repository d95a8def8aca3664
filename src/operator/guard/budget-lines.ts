// PURE. The table of budgets as people read it: every limit with its number and its reason, from the tables that enforce it.

import { PROFESSIONS, type Profession } from '../../core/care-domains.ts';
import { HARD_BUDGETS, type HardBudgetName } from '../../vault/hard-budgets.ts';
import { PROFESSION_BUDGETS, type ProfessionBudgetName } from '../../vault/profession-budgets.ts';
import { chartsOf } from './account-watch.ts';
import { COHORT, GUARD_LIMITS, MISSES, SAME_SITE } from './budgets.ts';
import { surprising } from './cohort.ts';
import type { BudgetLine } from './guard-desk.ts';

const REFUSED = 'refused until units are back; cards go on';
/** What happens when one of the budgets that bound cards, or nobody's look-ups, is empty. */
const WHEN_EMPTY: Partial<Record<HardBudgetName, string>> = {
  cardPerPatientPerDay: 'this card is refused at this site until units are back',
  cardPerStructurePerDay: 'cards are refused at this site until units are back',
  cardsRefusedPerStructurePerDay: 'bad cards are no longer told apart; good cards go on',
  engagementPerStructurePerDay: 'engagements of this site stay closed until units are back; cards go on',
  claimsPerInsurerPerDay: 'the payment run goes on when units are back; nothing is lost',
  bankDetailsPerRun: 'the payment run goes on when units are back; nothing is lost',
  noticesPerInsurerPerDay: 'the insurer reads on when units are back; nothing is lost',
};
const FRESH_SIGN_IN =
  'a fresh sign-in; the second time typed look-ups close for a day, the third time until staff look';

export function budgetLines(): BudgetLine[] {
  const professions = Object.keys(PROFESSIONS) as Profession[];
  return [
    ...sharedHard(),
    ...sharedSoft(),
    ...professions.flatMap((one) => [...hardOf(one), ...softOf(one)]),
  ];
}

function sharedHard(): BudgetLine[] {
  return (Object.keys(HARD_BUDGETS) as HardBudgetName[]).map((name) => ({
    name,
    profession: null,
    kind: 'hard',
    ...HARD_BUDGETS[name],
    whenEmpty: WHEN_EMPTY[name] ?? REFUSED,
  }));
}

function sharedSoft(): BudgetLine[] {
  const line = (name: string, size: number, whenEmpty: string, why: string): BudgetLine => ({
    name,
    profession: null,
    kind: 'soft',
    size,
    perDay: null,
    whenEmpty,
    why,
  });
  return [
    line(
      'missesPerAccount',
      Math.ceil(MISSES.threshold / Math.log(MISSES.p1 / MISSES.p0)),
      FRESH_SIGN_IN,
      'people nobody knows, one after the other: 7 % are honest',
    ),
    line(
      'alarmsPerProfessionPerHour',
      surprising(COHORT),
      'a fresh sign-in for typed look-ups of the profession, four hours',
      'one alarm an hour is usual in the whole country',
    ),
    line(
      'alarmsPerStructurePerDay',
      SAME_SITE.threshold,
      'a fresh sign-in for typed look-ups of the structure, four hours',
      'two accounts of one site are no chance',
    ),
  ];
}

function hardOf(profession: Profession): BudgetLine[] {
  const { why, ...budgets } = PROFESSION_BUDGETS[profession];
  return (Object.keys(budgets) as ProfessionBudgetName[]).map((name) => ({
    name,
    profession,
    kind: 'hard',
    ...budgets[name],
    whenEmpty: name.startsWith('known') ? 'known patients count as strangers' : REFUSED,
    why,
  }));
}

function softOf(profession: Profession): BudgetLine[] {
  const limits = GUARD_LIMITS[profession];
  const { pace, strangers, slow, regulars } = chartsOf(limits, null);
  const chart = (name: string, { threshold, driftPerHour }: typeof pace, why: string): BudgetLine => ({
    name,
    profession,
    kind: 'soft',
    size: Math.floor(threshold) + 1,
    perDay: Math.floor(driftPerHour * 24),
    whenEmpty: FRESH_SIGN_IN,
    why,
  });
  return [
    chart('strangersAtOncePerAccount', pace, 'faster is no person at a counter'),
    chart('strangersPerAccount', strangers, limits.why),
    chart('strangersOverDaysPerAccount', slow, limits.why),
    chart('regularsPerAccount', regulars, limits.why),
  ];
}
