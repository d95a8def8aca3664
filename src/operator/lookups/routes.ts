// HTTP of a site's own look-ups of today: enough to find a receipt again, useless to anybody else.

import { Type } from 'typebox';
import { type AnyRoute, type Caller, defineRoute, noEntry, none } from '../../http/route.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { LookupsStore } from './lookups-store.ts';

const strict = { additionalProperties: false };
const lookup = Type.Object(
  { at: Type.String(), domain: Type.String(), code: Type.String(), receiptIndex: Type.Integer() },
  strict,
);

export type LookupParts = { store: LookupsStore; clock: Clock };

export function lookupRoutes({ store, clock }: LookupParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/lookups',
      summary:
        'What this structure asked today (Paris): time, care domain, code, receipt. Nobody’s identity.',
      who: 'professional',
      input: {},
      output: Type.Object({ lookups: Type.Array(lookup) }, strict),
      budget: none('at most 200 lines without anybody’s identity'),
      ledger: noEntry('no person’s data is disclosed'),
      whenDisconnected: 'goes on',
      async handle({ caller }) {
        const { structure } = caller as Extract<Caller, { role: 'professional' }>;
        return { body: { lookups: await store.of(structure, parisDate(clock.nowMs())) } };
      },
    }),
  ];
}
