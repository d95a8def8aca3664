// Is the process alive, is it ready to answer, and does my certificate work? Nothing about anybody.

import { Type } from 'typebox';
import { type AnyRoute, defineRoute, noEntry, none } from '../../http/route.ts';
import { refusal } from '../errors.ts';

const status = Type.Object({ status: Type.String() }, { additionalProperties: false });
const free = {
  budget: none('constant answer, no work'),
  ledger: noEntry('nothing personal is disclosed'),
  whenDisconnected: 'goes on',
} as const;

/** `isReady` = vault reachable and unlocked, database and ledger writable. */
export function healthRoutes(isReady: () => Promise<boolean>): AnyRoute[] {
  return [
    defineRoute({
      ...free,
      method: 'GET',
      path: '/health',
      summary: 'The process is alive.',
      who: 'public',
      input: {},
      output: status,
      handle: async () => ({ body: { status: 'alive' } }),
    }),
    defineRoute({
      ...free,
      method: 'GET',
      path: '/ready',
      summary: 'The operator answers checks now.',
      who: 'public',
      input: {},
      output: status,
      handle: async () => {
        if (!(await isReady())) throw refusal('disconnected');
        return { body: { status: 'ready' } };
      },
    }),
    defineRoute({
      ...free,
      method: 'GET',
      path: '/v1/ping',
      summary: 'Do my client certificate and my token work? An empty answer says yes.',
      who: 'professional',
      input: {},
      output: Type.Object({}, { additionalProperties: false }),
      handle: async () => ({ body: {} }),
    }),
  ];
}
