// PURE. Which refusals are the guard's, and which words fit the question that was refused.

import type { EligibilityRequest, Problem } from '../../shared/api-types.ts';

/** `fresh-sign-in-alarm`, `typed-budget`: the page's own names, for what the server's code means for this question. */
export type GuardRefusalCode =
  | 'fresh-sign-in-required'
  | 'fresh-sign-in-alarm'
  | 'typed-budget'
  | 'typed-closed'
  | 'account-closed';

/** Null when the refusal is not the guard's. */
export function guardRefusal(
  { code }: Problem,
  { evidence }: Pick<EligibilityRequest, 'evidence'>,
): GuardRefusalCode | null {
  switch (code) {
    case 'typed-closed':
    case 'account-closed':
      return code;
    case 'fresh-sign-in-required':
      // Without a member number it is always asked for, with one only after an alarm.
      return evidence.kind === 'identity-only' ? code : 'fresh-sign-in-alarm';
    case 'budget-exhausted':
      return evidence.kind === 'card' ? null : 'typed-budget';
    default:
      return null;
  }
}
