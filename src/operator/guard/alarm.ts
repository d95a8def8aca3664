// PURE. An alarm as everybody sees it: what was noticed about which account, the numbers behind the sentence, the curve
// that raised it, what was done by itself and how it ended. Professionals only: nothing here is about an insured person.

/**
 * `misses`: too many typed people that nobody knows. `strangers`: people typed for the first time, faster than this
 * account's own days; `strangers-slow`: the same over days. `regulars`: known patients, likewise. `pace`: faster than a
 * person types. `canary`: a fake insured was looked up. `refused`: typed on and on against a closed door. `cohort`: several
 * accounts, one pattern. `emergency`: units of the emergency override were taken.
 */
export const DETECTORS = [
  'misses',
  'strangers',
  'strangers-slow',
  'regulars',
  'pace',
  'canary',
  'refused',
  'cohort',
  'emergency',
] as const;
export type Detector = (typeof DETECTORS)[number];

/**
 * What is done by itself, mildest first. `watched`: nothing but the alarm. `fresh-sign-in`: typed look-ups need a sign-in
 * later than the alarm. `typed-closed`: no typed look-ups. `account-closed`: nothing, cards included, for this one account,
 * until a person signs in anew.
 */
export const RESPONSES = ['watched', 'fresh-sign-in', 'typed-closed', 'account-closed'] as const;
export type Response = (typeof RESPONSES)[number];

export type EndedBecause = 'fresh-sign-in' | 'expired' | 'undone';
export type CurvePoint = { at: string; value: number };

/** Times are RFC 3339 UTC. */
export type Alarm = {
  id: string;
  at: string;
  detector: Detector;
  /** `account:ID`, `structure:ID` or `profession:CODE`: whom the response is for. */
  scope: string;
  account: string | null;
  structure: string | null;
  profession: string;
  response: Response;
  /** What the detector had reached, and where it alarms. */
  value: number;
  threshold: number;
  /** Counts for the sentence: how many people, within how many seconds, the account's usual day … */
  facts: Readonly<Record<string, number>>;
  curve: readonly CurvePoint[];
  /** Null: until a fresh sign-in, or until staff end it. */
  endsAt: string | null;
  endedAt: string | null;
  endedBecause: EndedBecause | null;
  endedBy: string | null;
  endedReason: string | null;
  reviewedAt: string | null;
  reviewedBy: string | null;
};
