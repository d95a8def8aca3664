// Yearly and two-yearly amounts: what of them is used, in which days (DOMAIN.md 5.3).
// Must never go below nothing, and what is given back leaves no trace: a cancelled quote never happened.

import type { Every } from './formulas.ts';
import type { Cents } from './money.ts';
import { addDays, type CareDate, contains, overlaps } from './period.ts';

/** A stretch of days and what of an amount is used in it. `to` included. */
export type CounterWindow = { readonly from: CareDate; readonly to: CareDate; readonly used: Cents };

/** Windows in the order of their days, none without use, no two of them sharing a day. */
export type CounterState = readonly CounterWindow[];

/** What a line of a quote takes from a counter: which window, how much. Giving it back restores the counter exactly. */
export type Taken = {
  readonly lineNo: number;
  readonly counter: string;
  readonly from: CareDate;
  readonly to: CareDate;
  readonly cents: Cents;
};

/**
 * The window that care on this day is counted in. YEAR: the civil year. TWO_YEARS: two years from the first care date
 * used. Care shortly *before* such a window counts in it as well: otherwise invoices that arrive in the wrong order would
 * pay twice within two years.
 */
export function windowFor(state: CounterState, every: Every, careDate: CareDate): CounterWindow {
  const fresh = every === 'YEAR' ? civilYear(careDate) : twoYears(careDate);
  return (
    state.find((window) => contains(window, careDate)) ??
    state.find((window) => overlaps(window, fresh)) ?? { ...fresh, used: 0 }
  );
}

function civilYear(careDate: CareDate) {
  const year = careDate.slice(0, 4);
  return { from: `${year}-01-01` as CareDate, to: `${year}-12-31` as CareDate };
}

/** Until the day before the same day two years later; from 29 February: until 28 February. */
function twoYears(from: CareDate) {
  const year = Number(from.slice(0, 4)) + 2;
  if (year > 9999) return { from, to: '9999-12-31' as CareDate };
  const monthDay = from.slice(5) === '02-29' ? '03-01' : from.slice(5);
  return { from, to: addDays(`${String(year).padStart(4, '0')}-${monthDay}` as CareDate, -1) };
}

type Part = Omit<Taken, 'counter' | 'lineNo'>;

/** The counter with this much more used. */
export function take(state: CounterState, { from, to, cents }: Part): CounterState {
  const found = state.find((window) => window.from === from && window.to === to);
  const others = state.filter((window) => window !== found);
  const used = (found?.used ?? 0) + cents;
  return used === 0 ? others : [...others, { from, to, used }].sort(byDay);
}

/**
 * The counter as if it had not been taken; a window that was pruned meanwhile stays away.
 * Throws when more would come back than was taken: then the books are wrong, and guessing would hide it.
 */
export function giveBack(state: CounterState, { from, to, cents }: Part): CounterState {
  const found = state.find((window) => window.from === from && window.to === to);
  if (!found) return state;
  if (found.used < cents) throw new Error('more is given back than was taken');
  return take(state, { from, to, cents: -cents });
}

/** Without the windows that ended before that day. */
export function prune(state: CounterState, day: CareDate): CounterState {
  return state.filter(({ to }) => to >= day);
}

function byDay(a: CounterWindow, b: CounterWindow): number {
  return a.from < b.from ? -1 : 1;
}
