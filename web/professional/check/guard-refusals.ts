// PURE. Which refusals are the guard's, and which words and ways on fit the question that was refused.

import type { EligibilityRequest, Problem } from '../../shared/api-types.ts';

/** Most are the page's own names for what the server's code means for this question. */
export type GuardRefusalCode =
  | 'fresh-sign-in-required'
  | 'fresh-sign-in-alarm'
  | 'typed-budget'
  | 'new-browser-budget'
  | 'identity-budget'
  | 'typed-closed'
  | 'account-closed';

export type WaysOn = {
  /** `passkey`: Pro Santé Connect alone would change nothing. */
  confirm: 'any' | 'passkey' | null;
  card: boolean;
  emergency: boolean;
};

/** A card passes all of them but a closed account; the emergency units help where the vault gives units back. */
export const WAYS_ON: Readonly<Record<GuardRefusalCode, WaysOn>> = {
  'fresh-sign-in-required': { confirm: 'any', card: true, emergency: false },
  'fresh-sign-in-alarm': { confirm: 'any', card: true, emergency: false },
  'typed-budget': { confirm: null, card: true, emergency: true },
  'new-browser-budget': { confirm: 'passkey', card: true, emergency: true },
  'identity-budget': { confirm: null, card: true, emergency: false },
  'typed-closed': { confirm: null, card: true, emergency: false },
  'account-closed': { confirm: 'any', card: false, emergency: false },
};

/** Budgets (src/vault/hard-budgets.ts) that a person can do something about; the others have the general words. */
const BUDGETS: Readonly<Record<string, GuardRefusalCode>> = {
  typedPerProfessionalPerDay: 'typed-budget',
  typedPerStructurePerDay: 'typed-budget',
  typedOnNewBrowsersPerProfessionalPerDay: 'new-browser-budget',
  identityOnlyPerProfessionalPerDay: 'identity-budget',
  identityOnlyPerStructurePerDay: 'identity-budget',
};

/** Null when the refusal has the same words for every question. */
export function guardRefusal(
  { code, budget }: Pick<Problem, 'code' | 'budget'>,
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
      return BUDGETS[budget ?? ''] ?? null;
    default:
      return null;
  }
}
