// What the public may read of the ledger: checkpoint and tiles (C2SP tlog-tiles), and the trust list. None of it says
// anything about a person: entries are pairs of salted commitments.

import { type TObject, Type } from 'typebox';
import { type AnyRoute, defineRoute, noEntry, none } from '../../http/route.ts';
import { refusal } from '../errors.ts';
import type { PublishedLog } from './published-log.ts';

const open = {
  who: 'public',
  budget: none('static bytes that never change once published; caches may keep them'),
  ledger: noEntry('nothing personal is disclosed'),
  whenDisconnected: 'goes on',
} as const;

const wildcard: TObject = Type.Object({ '*': Type.String({ maxLength: 80 }) });

export function ledgerRoutes(log: PublishedLog): AnyRoute[] {
  return [
    defineRoute({
      ...open,
      method: 'GET',
      path: '/ledger/checkpoint',
      summary: 'The last signed tree head of the ledger (C2SP tlog-checkpoint).',
      input: {},
      output: 'bytes',
      contentType: 'text/plain; charset=utf-8',
      handle: async () => ({ body: (await log.checkpoint()) ?? notThere() }),
    }),
    defineRoute({
      ...open,
      method: 'GET',
      path: '/ledger/tile/*',
      summary: 'A hash tile or an entry bundle of the ledger (C2SP tlog-tiles).',
      input: { params: wildcard },
      output: 'bytes',
      contentType: 'application/octet-stream',
      handle: async ({ params }) => ({
        body: (await log.tile(`tile/${(params as { '*': string })['*']}`)) ?? notThere(),
      }),
    }),
    ...trustRoutes(log),
  ];
}

/** Also on the portal: pages verify cards by themselves. */
export function trustRoutes(log: PublishedLog): AnyRoute[] {
  return [
    ...(['trust.json', 'trust.json.jws'] as const).map((name) =>
      defineRoute({
        ...open,
        method: 'GET',
        path: `/${name}`,
        summary: 'The keys to trust, signed by the trust root.',
        input: {},
        output: 'bytes',
        contentType: name === 'trust.json' ? 'application/json' : 'application/jose',
        handle: async () => ({ body: await log.trust(name) }),
      }),
    ),
  ];
}

function notThere(): never {
  throw refusal('not-found');
}
