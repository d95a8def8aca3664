// How soon the contrat responsable lets somebody have equipment again (DOMAIN.md 5.2), and what a person's sealed history
// says about it. It must never hold more of anybody than days: no act, no price, no place.

import type { CivilDay } from './calendar.ts';
import { isoDay, isRealDay } from './calendar.ts';
import type { CareDomain } from './care-domains.ts';
import type { CareDate } from './period.ts';
import { civilOf } from './period.ts';

export const AGE_GROUPS = ['under-6', '6-15', '16-and-over'] as const;
export type AgeGroup = (typeof AGE_GROUPS)[number];

/** Each is renewed by itself. */
export const PARTS = ['glasses', 'left-ear', 'right-ear'] as const;
export type EquipmentPart = (typeof PARTS)[number];
export const EARS = ['left-ear', 'right-ear'] as const satisfies readonly EquipmentPart[];

/** Equipment that is asked for. Hearing is per ear, whatever the age; sight that changed renews glasses sooner. */
export type Equipment =
  | { readonly domain: 'OPTI'; readonly age: AgeGroup; readonly sightChanged: boolean }
  | { readonly domain: 'AUDI'; readonly ears: readonly (typeof EARS)[number][] };

/**
 * One line of a history. `engagement`: digest of the engagement's number. `had`: the day of care of a claim that was accepted
 * for it. Until then it is a wish for `on`, which counts while an accepted prior agreement of that engagement stands.
 */
export type EquipmentLine = {
  readonly engagement: string;
  readonly on: CareDate;
  readonly parts: readonly EquipmentPart[];
  readonly had: CareDate | null;
};
export type EquipmentHistory = readonly EquipmentLine[];

/** Months from one equipment to the next. */
const GLASSES_MONTHS: Readonly<Record<AgeGroup, number>> = { 'under-6': 6, '6-15': 12, '16-and-over': 24 };
const EAR_MONTHS = 48;

/** Is it care that knows a frequency? */
export function isEquipmentDomain(domain: CareDomain): domain is Equipment['domain'] {
  return domain === 'OPTI' || domain === 'AUDI';
}

export function partsOf(equipment: Equipment): readonly EquipmentPart[] {
  return equipment.domain === 'OPTI' ? ['glasses'] : equipment.ears;
}

/**
 * The first day on which everything asked for may be had again, when that is not `on` yet; null when nothing stands
 * against it. `counting`: the lines of the history that count, without the asking engagement's own. Care dated before
 * an equipment is held to the same distance as care after it.
 */
export function tooEarly(counting: EquipmentHistory, equipment: Equipment, on: CareDate): CareDate | null {
  if (equipment.domain === 'OPTI' && equipment.sightChanged) return null;
  const months = equipment.domain === 'OPTI' ? GLASSES_MONTHS[equipment.age] : EAR_MONTHS;
  const asked = partsOf(equipment);
  const against = counting
    .filter(({ parts }) => parts.some((part) => asked.includes(part)))
    .map(dayOf)
    .filter((day) => on < addMonths(day, months) && day < addMonths(on, months))
    .map((day) => addMonths(day, months));
  return against.length === 0 ? null : against.reduce((a, b) => (a > b ? a : b));
}

/** Writes down what an engagement is asked for; what was had for it before stays had. */
export function withWish(history: EquipmentHistory, wish: Omit<EquipmentLine, 'had'>): EquipmentHistory {
  const { before, others } = split(history, wish.engagement);
  return [...others, { ...wish, had: before?.had ?? null }];
}

/** A claim was accepted for care on that day. Nobody asked which ears: then it stands for both. */
export function withClaim(
  history: EquipmentHistory,
  { engagement, on }: Pick<EquipmentLine, 'engagement' | 'on'>,
  domain: Equipment['domain'],
): EquipmentHistory {
  const { before, others } = split(history, engagement);
  const parts: readonly EquipmentPart[] = domain === 'OPTI' ? ['glasses'] : EARS;
  return [...others, { ...(before ?? { engagement, on, parts }), had: on }];
}

/** The claim was cancelled: the history answers everything as before it. */
export function withoutClaim(history: EquipmentHistory, engagement: string): EquipmentHistory {
  return history.map((line) => (line.engagement === engagement ? { ...line, had: null } : line));
}

function split(history: EquipmentHistory, engagement: string) {
  return {
    before: history.find((line) => line.engagement === engagement),
    others: history.filter((line) => line.engagement !== engagement),
  };
}

const dayOf = ({ had, on }: EquipmentLine): CareDate => had ?? on;

/** Without the lines that are too old to stand against anything from `today` on: four years are the longest of all rules. */
export function pruned(history: EquipmentHistory, today: CareDate): EquipmentHistory {
  return history.filter((line) => today < lastDayOf(line));
}

/** The same day `months` later; the last day of the month where there is no such day. */
export function addMonths(date: CareDate, months: number): CareDate {
  const { year, month, day } = civilOf(date);
  const count = year * 12 + (month - 1) + months;
  const inMonth = (one: number): CivilDay => ({
    year: Math.floor(count / 12),
    month: (count % 12) + 1,
    day: one,
  });
  let last = day;
  while (last > 28 && !isRealDay(inMonth(last))) last -= 1;
  return isoDay(inMonth(last)) as CareDate;
}

/** The last day on which a line can stand against anything. */
export function lastDayOf(line: EquipmentLine): CareDate {
  return addMonths(dayOf(line), EAR_MONTHS);
}
