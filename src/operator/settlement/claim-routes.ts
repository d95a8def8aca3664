// HTTP of claims (CONTRACT.md 3.2): a structure sends them, sees what became of its own, and takes back what is not being
// paid yet. The lists name no insured person (I4): a claim is a number, an insurer, two dates and an amount.

import { Type } from 'typebox';
import { type AnyRoute, defineRoute, event, noEntry, none } from '../../http/route.ts';
import { timestamp } from '../../lib/clock.ts';
import type { Asker } from '../check/question.ts';
import { refusal } from '../errors.ts';
import { claimsCsv } from './claim-csv.ts';
import {
  cancelBody,
  claimAnswers,
  claimId,
  claimList,
  claimQuery,
  claimRequest,
  type ListedClaim,
  listedClaim,
} from './claim-shapes.ts';
import type { ClaimStore } from './claim-store.ts';
import { type ClaimParts, cancelClaim, makeClaims } from './claims.ts';

const strict = { additionalProperties: false };
const params = Type.Object({ id: claimId }, strict);
/** A hundred claims of a few lines each. */
const BODY_LIMIT_BYTES = 512 * 1024;
const LISTED = 50;
/** A pharmacy's two months. */
const MOST_IN_CSV = 10_000;

const opening = {
  who: 'professional',
  budget: none('the vault opens so many engagements a day for a structure'),
  whenDisconnected: 'refused',
} as const;
const reading = {
  who: 'professional',
  budget: none('the structure’s own claims, which name nobody'),
  ledger: noEntry('no person’s data is disclosed'),
  whenDisconnected: 'goes on',
} as const;

export function claimRoutes(parts: ClaimParts): AnyRoute[] {
  return [
    defineRoute({
      ...opening,
      method: 'POST',
      path: '/v1/claims',
      summary: 'Send one claim, or a batch: each is accepted or rejected by itself, with who can mend it.',
      input: { body: claimRequest },
      bodyLimitBytes: BODY_LIMIT_BYTES,
      output: claimAnswers,
      ledger: event('claim.accepted'),
      handle: async ({ body, caller }) => ({
        body: { claims: await makeClaims(parts, caller as Asker, body) },
      }),
    }),
    defineRoute({
      ...opening,
      method: 'POST',
      path: '/v1/claims/:id/cancellation',
      summary: 'Take back a claim that is not being paid yet; its engagement can be claimed again.',
      input: { params, body: cancelBody },
      output: Type.Object({ claimId: Type.String(), state: Type.Literal('cancelled') }, strict),
      ledger: event('claim.cancelled'),
      handle: async ({ params: { id }, body: { engagementNo }, caller }) => ({
        body: await cancelClaim(parts, caller as Asker, { claimId: id, engagementNo }),
      }),
    }),
    defineRoute({
      ...reading,
      method: 'GET',
      path: '/v1/claims',
      summary: 'This structure’s claims, newest first, page by page.',
      input: { query: claimQuery },
      output: claimList,
      handle: async ({ query: { before = null, state = null }, caller }) => {
        if (before !== null && !isPlace(before)) throw refusal('invalid', { field: 'before' });
        return {
          body: await parts.claims.list((caller as Asker).structure, { before, state, limit: LISTED }),
        };
      },
    }),
    defineRoute({
      ...reading,
      method: 'GET',
      path: '/v1/claims.csv',
      summary: 'This structure’s latest claims for a spreadsheet.',
      input: {},
      output: 'bytes',
      contentType: 'text/csv; charset=utf-8',
      handle: async ({ caller }) => ({
        body: claimsCsv(await latest(parts.claims, (caller as Asker).structure)),
        headers: { 'content-disposition': 'attachment; filename="demandes.csv"' },
      }),
    }),
    defineRoute({
      ...reading,
      method: 'GET',
      path: '/v1/claims/:id',
      summary: 'One claim and what became of it.',
      input: { params },
      output: listedClaim,
      handle: async ({ params: { id }, caller }) => {
        const claim = await parts.claims.one((caller as Asker).structure, id);
        if (!claim) throw refusal('claim-unknown');
        return { body: claim };
      },
    }),
  ];
}

/** As `next` said it. */
function isPlace(before: string): boolean {
  const [at = ''] = before.split('_');
  const atMs = Date.parse(at);
  return !Number.isNaN(atMs) && timestamp(atMs) === at;
}

async function latest(store: ClaimStore, structure: string): Promise<ListedClaim[]> {
  return (await store.list(structure, { before: null, state: null, limit: MOST_IN_CSV })).claims;
}
