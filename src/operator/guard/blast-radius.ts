// PURE. "If stolen now, at most so many people": from the very tables that enforce it. Pessimistic on purpose: the thief
// knows every limit, the account starts from rest, its holder confirms each alarm without noticing anything, and the days of
// the theft become part of the account's own past. It must never be below what a thief can get; the drills measure that.

import { EMERGENCY_UNITS, type HardBudget } from '../../vault/hard-budgets.ts';
import { budgetsOf } from '../../vault/profession-budgets.ts';
import { type Charts, chartsOf, type UsualDay } from './account-watch.ts';
import { limitsOf, PAST_DAYS } from './budgets.ts';
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

/**
 * What the guard lets one account reach before its alarms have closed typed look-ups. Its charts follow its own past, and
 * days of a thief become part of that: each further day goes by what the days before it can have taught.
 */
function guardBound(member: Member, hours: number): PeopleBound {
  const limits = limitsOf(member.profession);
  const alarms = mostAlarms(hours);
  let charts = chartsOf(limits, member.usual);
  let reached = sum(0, 0);
  let drained = { strangers: 0, slow: 0, regulars: 0 };
  for (let day = 1; 24 * (day - 1) < hours; day += 1) {
    const hard = professionalBound(member.profession, Math.min(24 * day, hours));
    const span = Math.min(24, hours - 24 * (day - 1));
    const beforeMidnight = least(hard, reachedUnder(charts, later(drained, charts, span), alarms));
    charts = higher(charts, chartsOf(limits, taught(member, beforeMidnight, day)));
    drained = later(drained, charts, span);
    reached = least(hard, reachedUnder(charts, drained, alarms));
  }
  return reached;
}

type Drained = Record<'strangers' | 'slow' | 'regulars', number>;
const OF_DRAINED = ['strangers', 'slow', 'regulars'] as const;

function later(drained: Drained, charts: Charts, hours: number): Drained {
  const [strangers, slow, regulars] = OF_DRAINED.map(
    (name) => drained[name] + charts[name].driftPerHour * hours,
  ) as [number, number, number];
  return { strangers, slow, regulars };
}

function reachedUnder(charts: Charts, drained: Drained, alarms: number): PeopleBound {
  const [strangers, slow, regulars] = OF_DRAINED.map((name) =>
    cusumBound(charts[name].threshold, { drift: drained[name], alarms }),
  ) as [number, number, number];
  return sum(Math.min(strangers, slow), regulars);
}

/** The highest mean that `day` midnights can leave: old days fall out of the past, one at most for each that comes. */
function taught({ usual, days, today }: Member, { strangers, regulars }: PeopleBound, day: number): UsualDay {
  const own = usual === null ? 0 : (days ?? PAST_DAYS);
  const mean = (before: number, now: number, more: number) =>
    (before * own + now + more) / Math.max(own, day);
  return {
    strangers: mean(usual?.strangers ?? 0, today?.strangers ?? 0, strangers),
    regulars: mean(usual?.regulars ?? 0, today?.regulars ?? 0, regulars),
  };
}

/** Chart by chart the wider one. */
function higher(a: Charts, b: Charts): Charts {
  const widest = (name: keyof Charts) => (a[name].threshold > b[name].threshold ? a[name] : b[name]);
  return {
    pace: a.pace,
    strangers: widest('strangers'),
    slow: widest('slow'),
    regulars: widest('regulars'),
  };
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
 * `usual`: mean of its own `days` (all eight weeks, if not said); `today`: what has come since midnight. `metToday`: people
 * it looked up in the last 24 hours; to look them up again costs nothing.
 */
type Member = AccountBehind & { usual: UsualDay | null; days?: number; today?: UsualDay; metToday: number };

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
  const { strangers, regulars } = isGuarded
    ? guardBound(member, hours)
    : professionalBound(member.profession, hours);
  return sum(strangers, regulars + member.metToday);
}

function structureBound(profession: string, hours: number): PeopleBound {
  const { typedPerStructurePerDay, knownPerStructurePerDay } = budgetsOf(profession);
  return sum(
    refillBound(typedPerStructurePerDay, hours) + emergencyBound(hours),
    refillBound(knownPerStructurePerDay, hours),
  );
}
