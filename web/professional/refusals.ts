// PURE. Which refusals have words of their own, and what the page offers next. Unknown codes show the server's words.

import type { Problem } from '../shared/api-types.ts';
import type { Language } from '../shared/format.ts';

export const REFUSALS = [
  'disconnected',
  'overloaded',
  'budget-exhausted',
  'typed-budget',
  'new-browser-budget',
  'identity-budget',
  'emergency-spent',
  'fresh-sign-in-required',
  'fresh-sign-in-alarm',
  'fresh-sign-in-change',
  'typed-closed',
  'account-closed',
  'domain-not-allowed',
  'routing-unknown',
  'request-replayed',
  'invalid',
  'nir-invalid',
  'care-date-in-future',
  'card-unreadable',
  'session-ended',
  'session-locked',
  'session-key-missing',
  'session-replaced',
  'session-nonce-replayed',
  'session-psc-signed-out',
  'session-closed',
  'sign-in-refused',
  'passkey-refused',
  'passkeys-full',
  'passkeys-off',
  'site-refused',
  'account-idle',
  'step-up-required',
  'unreachable',
  'no-answer',
  'cancelled',
  'bad-answer',
  'certificate-refused',
  'origin-refused',
  'engagement-unknown',
  'engagement-expired',
  'engagement-used',
  'engagement-cancelled',
  'product-unknown',
  'prior-agreement-needed',
  'above-prior-agreement',
  'prior-agreement-standing',
  'prior-agreement-over',
  'prior-agreement-other-domain',
  'claim-unknown',
  'claim-not-cancellable',
  'bank-details-refused',
  'internal',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export function knownRefusal(code: string): RefusalCode | null {
  return REFUSALS.find((known) => known === code) ?? null;
}

/** The server's own sentence for a code this page does not know. */
export function serverSentence(problem: Problem, language: Language): string {
  return language === 'fr' ? problem.detail : problem.title;
}

/** The answer may have been given and lost: the same request, sent again, gets it and counts once. */
export function mayRepeat(code: string): boolean {
  return ['unreachable', 'no-answer', 'cancelled', 'overloaded', 'internal', 'disconnected'].includes(code);
}

/** After these the page asks the server again what state the session is in. */
export function concernsSession(code: string): boolean {
  return code.startsWith('session-');
}
