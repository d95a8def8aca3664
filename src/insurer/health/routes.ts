// Is the process alive, and can it issue and revoke cards now? Nothing about anybody.

import { Type } from 'typebox';
import { type AnyRoute, defineRoute, noEntry, none } from '../../http/route.ts';
import { refusal } from '../errors.ts';

const status = Type.Object({ status: Type.String() }, { additionalProperties: false });
const open = {
  method: 'GET',
  who: 'public',
  input: {},
  output: status,
  budget: none('constant answer, no work'),
  ledger: noEntry('nothing personal is disclosed'),
  whenDisconnected: 'goes on',
} as const;

/** `isReady` = vault reachable and unlocked, database there, and a card key that the trust list names. */
export function healthRoutes(isReady: () => Promise<boolean>): AnyRoute[] {
  return [
    defineRoute({
      ...open,
      path: '/health',
      summary: 'The process is alive.',
      handle: async () => ({ body: { status: 'alive' } }),
    }),
    defineRoute({
      ...open,
      path: '/ready',
      summary: 'Cards can be issued now.',
      handle: async () => {
        if (!(await isReady())) throw refusal('disconnected');
        return { body: { status: 'ready' } };
      },
    }),
  ];
}
