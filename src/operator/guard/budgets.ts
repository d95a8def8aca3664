// PURE data: every limit of the guard on one screen, with its reason. The hard ones beside them are the vault's
// (src/vault/profession-budgets.ts, hard-budgets.ts). What happens at a limit stands in responses.ts.

import { PROFESSIONS, type Profession } from '../../core/care-domains.ts';

/**
 * `misses`: 7 % of honest typed look-ups find nobody (mistyped, ended); a list that is half wrong is told from that after
 * 29 look-ups, one that is 95 % wrong after 9. 16.1 = ln(0.99 / 1e-7): one false alarm in ten million (TECHNOLOGY.md 7).
 */
export const MISSES = { p0: 0.07, p1: 0.5, threshold: 16.1 } as const;

/**
 * Typed strangers, by the hour of work and by the day: what comes beyond `times` the usual day, before `base` and
 * `perRoot` square roots of it are used up. Slow: under one an hour the fast chart sees nothing; this one sees twice the
 * usual day after a few days.
 */
export const STRANGERS = { times: 2.2, perRoot: 3 } as const;
export const STRANGERS_SLOW = { times: 2, base: 20, perRoot: 6 } as const;
/** The site's own patients: far more of them, and known anyway to whoever sits there. */
export const REGULARS = { times: 2.2, base: 40, perRoot: 5 } as const;

/** Structures of one profession that alarm within an hour; one is usual (TECHNOLOGY.md 7: 18 a day in the whole country). */
export const COHORT = { withinMs: 3_600_000, expected: 1, surprise: 1e-3 } as const;
/** Accounts of one structure that alarm within a day. */
export const SAME_SITE = { withinMs: 86_400_000, threshold: 2 } as const;

/** An own past counts up to this many times the profession's usual day: nobody raises their own limit for ever. */
export const MOST_TIMES_USUAL = 4;
/** Days of own past, and how many days before today it ends: what is going on now teaches nothing for a month. */
export const PAST_DAYS = 56;
export const LAG_DAYS = 30;

export type GuardLimits = {
  /** The profession's usual day: strangers typed, and known patients typed. */
  readonly usual: { readonly strangers: number; readonly regulars: number };
  /** Hours of work a day: a usual day's strangers come within them. */
  readonly openHours: number;
  /** Strangers beyond the drift before the fast chart alarms, usual day aside. */
  readonly base: number;
  /** Strangers at once, and how many come back a minute: faster is no person at a counter. */
  readonly pace: { readonly burst: number; readonly perMinute: number };
  readonly why: string;
};

/** `usual` at 70 % proof of TECHNOLOGY.md 7's synthetic load; [a] = an assumption. */
export const GUARD_LIMITS: Readonly<Record<Profession, GuardLimits>> = {
  pharmacist: {
    usual: { strangers: 6, regulars: 76 },
    openHours: 11,
    base: 15,
    pace: { burst: 15, perMinute: 1 },
    why: '95 checks a day, 80 % of patients known',
  },
  doctor: {
    usual: { strangers: 0.5, regulars: 5 },
    openHours: 10,
    base: 8,
    pace: { burst: 8, perMinute: 0.5 },
    why: '6 checks a day, 80 % of patients known',
  },
  optician: {
    usual: { strangers: 2, regulars: 3 },
    openHours: 10,
    base: 10,
    pace: { burst: 10, perMinute: 0.5 },
    why: '9 checks a day, 35 % of patients known',
  },
  dentist: {
    usual: { strangers: 0.5, regulars: 5 },
    openHours: 10,
    base: 8,
    pace: { burst: 8, perMinute: 0.5 },
    why: '7 checks a day, 75 % of patients known',
  },
  midwife: {
    usual: { strangers: 0.3, regulars: 2.5 },
    openHours: 10,
    base: 6,
    pace: { burst: 6, perMinute: 0.5 },
    why: '3 checks a day, as other auxiliaries [a]',
  },
  nurse: {
    usual: { strangers: 0.3, regulars: 2.5 },
    openHours: 12,
    base: 6,
    pace: { burst: 6, perMinute: 0.5 },
    why: '3 checks a day, 80 % of patients known',
  },
  physiotherapist: {
    usual: { strangers: 0.3, regulars: 2.5 },
    openHours: 11,
    base: 6,
    pace: { burst: 6, perMinute: 0.5 },
    why: '3 checks a day, 80 % of patients known',
  },
  'speech-therapist': {
    usual: { strangers: 0.3, regulars: 2.5 },
    openHours: 10,
    base: 6,
    pace: { burst: 6, perMinute: 0.5 },
    why: '3 checks a day, 80 % of patients known',
  },
  audioprosthetist: {
    usual: { strangers: 1, regulars: 2 },
    openHours: 9,
    base: 10,
    pace: { burst: 10, perMinute: 0.5 },
    why: 'few patients, most of them new [a]',
  },
  laboratory: {
    usual: { strangers: 6, regulars: 10 },
    openHours: 11,
    base: 15,
    pace: { burst: 15, perMinute: 1 },
    why: 'a secretary at a reception desk [a]',
  },
  hospital: {
    usual: { strangers: 6, regulars: 15 },
    openHours: 16,
    base: 18,
    pace: { burst: 15, perMinute: 1 },
    why: 'one agent of eight at a desk with 260 checks a day, 45 % of patients known',
  },
  'health-centre': {
    usual: { strangers: 4, regulars: 15 },
    openHours: 11,
    base: 12,
    pace: { burst: 12, perMinute: 1 },
    why: 'one agent at a desk for several doctors [a]',
  },
  transporter: {
    usual: { strangers: 1, regulars: 8 },
    openHours: 14,
    base: 8,
    pace: { burst: 8, perMinute: 0.5 },
    why: 'series of journeys, patients known after the first [a]',
  },
};

/** Tests of software ask about members of an exercise insurer: nobody is exposed, the same arithmetic runs. */
export const EXERCISE_LIMITS: GuardLimits = {
  usual: { strangers: 3_000, regulars: 3_000 },
  openHours: 24,
  base: 1e6,
  pace: { burst: 1e6, perMinute: 1e6 },
  why: 'fictitious members only',
};

/** A profession nobody has calibrated gets the narrowest row. */
export function limitsOf(profession: string): GuardLimits {
  return Object.hasOwn(PROFESSIONS, profession) ? GUARD_LIMITS[profession as Profession] : GUARD_LIMITS.nurse;
}
