// PURE. "If stolen now, at most so many people": from the very tables that enforce it. Pessimistic on purpose: the thief
// knows every limit, the account starts from rest, and its holder confirms each alarm without noticing anything. What the
// thief does teaches the charts nothing for a month (past.ts). It must never be below what a thief can get; the drills
// measure that.

import { EMERGENCY_UNITS, type HardBudget } from '../../vault/hard-budgets.ts';
import { budgetsOf } from '../../vault/profession-budgets.ts';
import { chartsOf, type UsualDay } from './account-watch.ts';
import { limitsOf } from './budgets.ts';
import { cusumBound } from './detectors.ts';
import type { BlastRadius, PeopleBound } from './guard-desk.ts';
import type { AccountBehind } from './guard-store.ts';
import { mostAlarms } from './responses.ts';

const HOURS = { hour: 1, day: 24, month: 30 * 24 } as const;
type Span = keyof typeof HOURS;
type Refill = Pick<HardBudget, 'size' | 'perDay'>;

/** A budget that refills evenly gives at most this many in `hours`, from full. */
export function refillBound({ size, perDay }: Refill, hours: number): number {
  return size + Math.floor((perDay * hours) / 24);
}

/** Units of the emergency override: once a day and structure. */
function emergencyBound(hours: number): number {
  return EMERGENCY_UNITS * Math.ceil(hours / 24 + (hours > 1 ? 1 : 0));
}

/** What the vault alone lets one professional of that profession reach. */
function professionalBound(profession: string, hours: number): PeopleBound {
  const { typedPerProfessionalPerDay, knownPerProfessionalPerDay } = budgetsOf(profession);
  return sum(
    refillBound(typedPerProfessionalPerDay, hours) + emergencyBound(hours),
    refillBound(knownPerProfessionalPerDay, hours),
  );
}

/** What the guard lets one account reach before its alarms have closed typed look-ups. */
function guardBound({ profession, usual }: Member, hours: number): PeopleBound {
  const charts = chartsOf(limitsOf(profession), usual);
  const reached = (name: 'pace' | 'strangers' | 'slow' | 'regulars') =>
    cusumBound(charts[name], hours, mostAlarms(hours));
  return sum(Math.min(reached('pace'), reached('strangers'), reached('slow')), reached('regulars'));
}

const sum = (strangers: number, regulars: number): PeopleBound => ({
  strangers,
  regulars,
  total: strangers + regulars,
});
const least = (a: PeopleBound, b: PeopleBound) =>
  sum(Math.min(a.strangers, b.strangers), Math.min(a.regulars, b.regulars));
const together = (bounds: readonly PeopleBound[]) =>
  bounds.reduce((all, one) => sum(all.strangers + one.strangers, all.regulars + one.regulars), sum(0, 0));

/**
 * `usual`: the highest usual day of the coming month, null without a past. `metToday`: people it looked up in the last 24
 * hours; to look them up again costs nothing.
 */
type Member = AccountBehind & { usual: UsualDay | null; metToday: number };

export function blastRadiusOf(
  { kind, id }: Pick<BlastRadius, 'kind' | 'id'>,
  members: readonly Member[],
): BlastRadius {
  const professions = new Set(members.map(({ profession }) => profession));
  const [profession] = professions;
  const [only] = members;
  const guarded = (span: Span) => boundOf(kind, members, HOURS[span], true);
  const alone = (span: Span) => boundOf(kind, members, HOURS[span], false);
  return {
    kind,
    id,
    profession: professions.size === 1 ? (profession ?? null) : null,
    accounts: members.length,
    hour: guarded('hour'),
    day: guarded('day'),
    month: guarded('month'),
    vaultAlone: { hour: alone('hour'), day: alone('day'), month: alone('month') },
    usualDay: kind === 'account' ? (only?.usual ?? null) : null,
  };
}

/** Each account by its own limits, each structure by what it shares; a client reaches what its structures do. */
function boundOf(
  kind: BlastRadius['kind'],
  members: readonly Member[],
  hours: number,
  isGuarded: boolean,
): PeopleBound {
  const accounts = members.map((one) => accountBound(one, hours, isGuarded));
  if (kind === 'account') return together(accounts);
  // The vault counts a structure profession by profession.
  const rows = new Set(members.map(({ structure, profession }) => `${structure} ${profession}`));
  const structures = [...rows].map((row) => {
    const own = members.flatMap((one, i) => (`${one.structure} ${one.profession}` === row ? [i] : []));
    const profession = members[own[0] ?? 0]?.profession ?? '';
    return least(together(own.map((i) => accounts[i] ?? sum(0, 0))), structureBound(profession, hours));
  });
  return together(structures);
}

function accountBound(member: Member, hours: number, isGuarded: boolean): PeopleBound {
  const hard = professionalBound(member.profession, hours);
  const { strangers, regulars } = isGuarded ? least(hard, guardBound(member, hours)) : hard;
  return sum(strangers, regulars + member.metToday);
}

function structureBound(profession: string, hours: number): PeopleBound {
  const { typedPerStructurePerDay, knownPerStructurePerDay } = budgetsOf(profession);
  return sum(
    refillBound(typedPerStructurePerDay, hours) + emergencyBound(hours),
    refillBound(knownPerStructurePerDay, hours),
  );
}
