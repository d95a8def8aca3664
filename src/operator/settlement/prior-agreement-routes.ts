// HTTP of prior agreements: professionals ask, see and take back their structure's; insurers see what waits and decide.

import { Type } from 'typebox';
import { type AnyRoute, budget, type Caller, defineRoute, event, noEntry, none } from '../../http/route.ts';
import type { Asker } from '../check/question.ts';
import { ownNumber } from '../own-number.ts';
import { type InsurersPerson, MOST_ON_A_PAGE, type PriorAgreementDesk } from './prior-agreement-desk.ts';
import {
  agreementAnswer,
  agreementFacts,
  agreementIds,
  agreementRequest,
  cursor,
  decision,
  shown,
  strict,
  waitingAgreement,
} from './prior-agreement-shapes.ts';
import { type AgreementParts, askPriorAgreement } from './prior-agreements.ts';

const pageOf = (one: typeof agreementFacts | typeof waitingAgreement) =>
  Type.Object({ priorAgreements: Type.Array(one), next: Type.Union([Type.String(), Type.Null()]) }, strict);

/** `next`: where to go on, null after the last page. */
function page<Facts extends Parameters<typeof shown>[0]>(facts: readonly Facts[]) {
  const next = facts.length < MOST_ON_A_PAGE ? null : (facts.at(-1)?.id ?? null);
  return { priorAgreements: facts.map((one) => shown(one)), next };
}

export type AgreementRouteParts = AgreementParts & { priorAgreements: PriorAgreementDesk };

/** For professionals, whether through software or at the portal. */
export function priorAgreementRoutes(parts: AgreementRouteParts): AnyRoute[] {
  const { priorAgreements: desk } = parts;
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/prior-agreements',
      summary:
        'Asks an insurer to agree beforehand: accepted at once where the rules allow it, waiting otherwise.',
      who: 'professional',
      input: { body: agreementRequest },
      output: agreementAnswer,
      budget: budget('engagementPerStructurePerDay'),
      ledger: event('prior-agreement.asked'),
      whenDisconnected: 'refused',
      handle: async ({ body, caller }) => ({ body: await askPriorAgreement(parts, caller as Asker, body) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/prior-agreements',
      summary: `Prior agreements that this structure asked for, newest first, ${MOST_ON_A_PAGE} at a time. Nobody’s identity.`,
      who: 'professional',
      input: { query: cursor('before') },
      output: pageOf(agreementFacts),
      budget: none('the structure’s own, without anybody’s identity'),
      ledger: noEntry('no person’s data is disclosed'),
      whenDisconnected: 'goes on',
      handle: async ({ query, caller }) => ({
        body: page(await desk.list(caller as Asker, query['before'] ?? null)),
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/prior-agreements/:id',
      summary: 'One prior agreement of this structure: its state, why, how much, until when.',
      who: 'professional',
      input: { params: agreementIds },
      output: agreementFacts,
      budget: none('the structure’s own, without anybody’s identity'),
      ledger: noEntry('no person’s data is disclosed'),
      whenDisconnected: 'goes on',
      handle: async ({ params, caller }) => ({ body: shown(await desk.show(params.id, caller as Asker)) }),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/prior-agreements/:id',
      summary: 'Takes back a prior agreement of this structure, waiting or accepted.',
      who: 'professional',
      input: { params: agreementIds },
      output: agreementFacts,
      budget: none('the structure’s own; it only frees'),
      ledger: event('prior-agreement.cancelled'),
      whenDisconnected: 'refused',
      handle: async ({ params, caller }) => ({ body: shown(await desk.cancel(params.id, caller as Asker)) }),
    }),
  ];
}

export function insurerAgreementRoutes({ priorAgreements: desk }: AgreementRouteParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/prior-agreements/pending',
      summary: `Prior agreements that wait for the calling insurer, oldest first, ${MOST_ON_A_PAGE} at a time.`,
      who: 'insurer',
      input: { query: cursor('after') },
      output: pageOf(waitingAgreement),
      budget: none('the vault opens so many a day and no more (noticesPerInsurerPerDay)'),
      ledger: event('prior-agreement.read'),
      whenDisconnected: 'refused',
      handle: async ({ query, caller }) => ({
        body: page(await desk.waiting(insurersPerson(caller), query['after'] ?? null)),
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/prior-agreements/:id/decision',
      summary: 'The calling insurer accepts or refuses a prior agreement that waits for it, once.',
      who: 'insurer',
      input: { params: agreementIds, body: decision },
      output: Type.Object(
        {
          priorAgreementId: Type.String(),
          state: Type.String(),
          reason: Type.String(),
          validUntil: Type.String(),
        },
        strict,
      ),
      budget: none('each can be decided once'),
      ledger: event('prior-agreement.decided'),
      whenDisconnected: 'refused',
      handle: async ({ params, body, caller }) => ({
        body: {
          priorAgreementId: params.id,
          ...(await desk.decide(params.id, insurersPerson(caller), body)),
        },
      }),
    }),
  ];
}

function insurersPerson(caller: Caller | null): InsurersPerson {
  const { person } = caller as Extract<Caller, { role: 'insurer' }>;
  return { amcNo: ownNumber(caller), person };
}
