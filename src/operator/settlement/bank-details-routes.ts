// HTTP of where a structure is paid: shown masked, changed by a signed call after a fresh sign-in. The portal's alone.

import { Type } from 'typebox';
import { type AnyRoute, type Caller, defineRoute, event, noEntry, none } from '../../http/route.ts';
import { type BankDetailsParts, bankDetailsOf, putBankDetails } from './bank-details.ts';

const strict = { additionalProperties: false };
const shown = { masked: Type.String(), inForceFrom: Type.String() };
const orNone = (name: keyof typeof shown) => Type.Union([shown[name], Type.Null()]);

type Professional = Extract<Caller, { role: 'professional' }>;

export function bankDetailsRoutes(parts: BankDetailsParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/bank-details',
      summary: 'Where this structure is paid, masked, and a change that waits until it is in force.',
      who: 'professional',
      input: {},
      output: Type.Object(
        {
          masked: orNone('masked'),
          inForceFrom: orNone('inForceFrom'),
          waiting: Type.Union([Type.Object(shown, strict), Type.Null()]),
        },
        strict,
      ),
      budget: none('the structure’s own, masked'),
      ledger: noEntry('nobody’s data is disclosed'),
      whenDisconnected: 'goes on',
      async handle({ caller }) {
        const { inForce, waiting } = await bankDetailsOf(parts, (caller as Professional).structure);
        return { body: { ...(inForce ?? { masked: null, inForceFrom: null }), waiting } };
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/bank-details',
      summary:
        'Changes where this structure is paid, within ten minutes of a sign-in through Pro Santé Connect; in force 72 hours later.',
      who: 'professional',
      input: {
        body: Type.Object(
          {
            holder: Type.String({ minLength: 1, maxLength: 70 }),
            iban: Type.String({ minLength: 1, maxLength: 42 }),
            bic: Type.Optional(Type.Union([Type.String({ maxLength: 11 }), Type.Null()])),
          },
          strict,
        ),
      },
      output: Type.Object(shown, strict),
      budget: none('each needs a sign-in of its own time, and is a line of the vault’s journal'),
      ledger: event('bank-details.changed'),
      whenDisconnected: 'refused',
      handle: async ({ caller }) => ({ body: await putBankDetails(parts, caller as Professional) }),
    }),
  ];
}
