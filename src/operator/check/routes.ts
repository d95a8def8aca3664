// HTTP of the rights check: POST /v1/eligibility (CONTRACT.md 3.1).

import { type AnyRoute, budget, defineRoute, event } from '../../http/route.ts';
import { type CheckParts, checkRights } from './check-rights.ts';
import { eligibilityAnswer, eligibilityRequest } from './eligibility.ts';
import type { Asker } from './question.ts';

/** Longest answer (all fields set, flush of 1,000) stays below; every answer has this length. */
const ANSWER_CHARACTERS = 1_280;

export function checkRoutes(parts: CheckParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/eligibility',
      summary: 'Is this person covered for this care domain on this day? One person, one domain, one answer.',
      who: 'professional',
      input: { body: eligibilityRequest },
      output: eligibilityAnswer,
      padTo: ANSWER_CHARACTERS,
      budget: budget('typedPerStructurePerDay'),
      ledger: event('rights.checked'),
      whenDisconnected: 'refused',
      handle: async ({ body, caller, arrivedAtMs }) => ({
        body: await checkRights(parts, caller as Asker, body, arrivedAtMs),
      }),
    }),
  ];
}
