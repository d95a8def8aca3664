// PURE. What is done about an alarm by itself, and how it ends. Responses rise with every further alarm and fall by a
// fresh sign-in, by time, or by staff. It must never close anything for more than one account: a profession or a structure
// can at most be asked to sign in again, and cards go on (DESIGN.md 5).

import type { Detector, Response } from './alarm.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Earlier alarms count for so long. */
export const REMEMBERED_MS = 30 * DAY_MS;
/** After that every session is newer anyway (they live four hours). */
const SHARED_FOR_MS = 4 * HOUR_MS;
/** Refused typed look-ups within ten minutes after which a machine is at work and the account is closed. */
export const REFUSED_BEFORE_CLOSED = 30;
export const REFUSED_WITHIN_MS = 10 * 60_000;

export type Ordered = { response: Exclude<Response, 'watched'>; endsAtMs: number | null };
/** An emergency is looked at, and nothing is done about it. */
type Answered = Exclude<Detector, 'emergency'>;

/** `earlier`: alarms of the account in the last 30 days, this one not counted. Null `endsAtMs`: until somebody ends it. */
export function orderedFor(detector: Answered, earlier: number, nowMs: number): Ordered {
  if (detector === 'cohort') return { response: 'fresh-sign-in', endsAtMs: nowMs + SHARED_FOR_MS };
  if (detector === 'refused') return { response: 'account-closed', endsAtMs: nowMs + DAY_MS };
  if (earlier === 0) return { response: 'fresh-sign-in', endsAtMs: null };
  return { response: 'typed-closed', endsAtMs: earlier === 1 ? nowMs + DAY_MS : null };
}

/** How many alarms an account can cause within that time before only staff open typed look-ups again. */
export function mostAlarms(hours: number): number {
  return hours <= 24 ? 2 : 3;
}
