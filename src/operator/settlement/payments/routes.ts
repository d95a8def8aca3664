// HTTP of a structure's payments: its transfers with the claims they pay and what the bank shows, as JSON and as a table.

import { Type } from 'typebox';
import { type AnyRoute, type Caller, defineRoute, noEntry, none } from '../../../http/route.ts';
import { BANK_STATES, type PaymentsStore, paymentsCsv } from './payments.ts';

const strict = { additionalProperties: false };
const MOST_AT_ONCE = 20;
const MOST_LINES = 50_000;

type Professional = Extract<Caller, { role: 'professional' }>;

const cents = Type.Integer({ minimum: 0 });
const payment = Type.Object(
  {
    advice: Type.String(),
    executeOn: Type.String(),
    cents,
    insurer: Type.String(),
    insurerName: Type.String(),
    claims: Type.Integer(),
    list: Type.Array(Type.Object({ claimId: Type.String(), amc: cents }, strict)),
    bank: Type.Union(BANK_STATES.map((state) => Type.Literal(state))),
    bankOn: Type.Union([Type.String(), Type.Null()]),
  },
  strict,
);
const own = none('the structure’s own money');
const nothingOwed = noEntry('amounts of the structure’s own claims: nobody insured is named');

export function paymentRoutes({ payments }: { payments: PaymentsStore }): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/payments',
      summary: `Transfers to this structure, the newest first, at most ${MOST_AT_ONCE}: \`before\` is the advice to go on from.`,
      who: 'professional',
      input: {
        query: Type.Object({ before: Type.Optional(Type.String({ pattern: '^PAY-[0-9-]{1,31}$' })) }, strict),
      },
      output: Type.Object({ payments: Type.Array(payment) }, strict),
      budget: own,
      ledger: nothingOwed,
      whenDisconnected: 'goes on',
      async handle({ query, caller }) {
        const asked = { before: query.before ?? null, most: MOST_AT_ONCE };
        return { body: { payments: await payments.page((caller as Professional).structure, asked) } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/payments.csv',
      summary: `The same as a table, one line per claim, the newest ${MOST_LINES}.`,
      who: 'professional',
      input: {},
      output: 'bytes',
      contentType: 'text/csv; charset=utf-8',
      budget: own,
      ledger: nothingOwed,
      whenDisconnected: 'goes on',
      async handle({ caller }) {
        const lines = await payments.lines((caller as Professional).structure, MOST_LINES);
        return { body: Buffer.from(paymentsCsv(lines)) };
      },
    }),
  ];
}
