// HTTP of quotes and engagements (CONTRACT.md 3.2), for professionals at machines and in the portal.

import { Type } from 'typebox';
import { type AnyRoute, defineRoute, event, none } from '../../http/route.ts';
import type { Asker } from '../check/question.ts';
import { cancelEngagement, type EngagementDeskParts, engagementState } from './engagement-desk.ts';
import { cancelledAnswer, engagementAnswer } from './engagement-shapes.ts';
import { engagementNo, quoteAnswer, quoteRequest } from './quote-shapes.ts';
import { type QuoteParts, quoteFor } from './quotes.ts';

const strict = { additionalProperties: false };
const params = Type.Object({ no: engagementNo }, strict);
/** Sixty lines with every field. */
const BODY_LIMIT_BYTES = 32 * 1024;
const budget = none(
  'the vault opens so many engagements a day for a structure (engagementPerStructurePerDay)',
);

export function quoteRoutes(parts: QuoteParts & EngagementDeskParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/quotes',
      summary:
        'Who pays what for these acts: the amounts are reserved and guaranteed, unless it is a dry run.',
      who: 'professional',
      input: { body: quoteRequest },
      bodyLimitBytes: BODY_LIMIT_BYTES,
      output: quoteAnswer,
      budget,
      ledger: event('quote.made'),
      whenDisconnected: 'refused',
      handle: async ({ body, caller }) => ({ body: await quoteFor(parts, caller as Asker, body) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/engagements/:no',
      summary: 'The state of an engagement, for the structure that obtained it.',
      who: 'professional',
      input: { params },
      output: engagementAnswer,
      budget,
      ledger: event('engagement.read'),
      whenDisconnected: 'refused',
      handle: async ({ params: { no }, caller }) => ({
        body: await engagementState(parts, caller as Asker, no),
      }),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/engagements/:no',
      summary: 'Cancels an engagement: what it had reserved is free again, exactly.',
      who: 'professional',
      input: { params },
      output: cancelledAnswer,
      budget,
      ledger: event('engagement.cancelled'),
      whenDisconnected: 'refused',
      handle: async ({ params: { no }, caller }) => ({
        body: await cancelEngagement(parts, caller as Asker, no),
      }),
    }),
  ];
}
