// HTTP of the guard's screens, for signed-in staff: alarms and what became of them, what a stolen login would be worth,
// the limits, the fake insured. Alarms name accounts by id; nothing lists professionals, and nobody insured is here.

import { Type } from 'typebox';
import { type AnyRoute, defineRoute, event, noEntry, none } from '../../http/route.ts';
import type { Clock } from '../../lib/clock.ts';
import { refusal } from '../errors.ts';
import type { BlastRadius, GuardDesk } from '../guard/guard-desk.ts';
import {
  actParams,
  count,
  exactId,
  instant,
  maybeNumber,
  maybeText,
  reason,
  signingRequest,
  strict,
  text,
  toSign,
} from './act-schemas.ts';
import { staffOf } from './authenticate.ts';
import { GuardActs } from './guard-acts.ts';
import type { Overview } from './overview.ts';
import { authenticatorResponse } from './session-routes.ts';
import { enterLook, type StaffLookParts } from './staff-look.ts';

const MOST_ALARMS = 50;

const summary = {
  id: text,
  at: instant,
  detector: text,
  scope: text,
  account: maybeText,
  structure: maybeText,
  profession: text,
  response: text,
  value: Type.Number(),
  threshold: Type.Number(),
  facts: Type.Unsafe<Record<string, number>>({ type: 'object', additionalProperties: { type: 'number' } }),
  endsAt: maybeText,
  endedAt: maybeText,
  endedBecause: maybeText,
  endedBy: maybeText,
  endedReason: maybeText,
  reviewedAt: maybeText,
  reviewedBy: maybeText,
};
/** Curves stay behind: the list is for a glance. */
const alarmsAnswer = Type.Object({ alarms: Type.Array(Type.Object(summary, strict)) }, strict);
const alarmAnswer = Type.Object(
  { ...summary, curve: Type.Array(Type.Object({ at: instant, value: Type.Number() }, strict)) },
  strict,
);
const peopleBound = Type.Object({ strangers: count, regulars: count, total: count }, strict);
const bounds = { hour: peopleBound, day: peopleBound, month: peopleBound };
const blastRadiusAnswer = Type.Object(
  {
    kind: text,
    id: text,
    profession: maybeText,
    accounts: count,
    ...bounds,
    vaultAlone: Type.Object(bounds, strict),
    usualDay: Type.Union([
      Type.Null(),
      Type.Object({ strangers: Type.Number(), regulars: Type.Number() }, strict),
    ]),
  },
  strict,
);
const budgetLine = Type.Object(
  {
    name: text,
    profession: maybeText,
    kind: text,
    size: Type.Number(),
    perDay: maybeNumber,
    whenEmpty: text,
    why: text,
  },
  strict,
);
const canariesAnswer = Type.Object(
  { insurers: Type.Array(Type.Object({ amcNo: text, name: text, published: maybeNumber }, strict)) },
  strict,
);

/** The ledger entry that raised it, and the detector. */
const alarmParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-z-]{1,60}$' }) }, strict);
const pageQuery = Type.Object(
  {
    before: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' })),
    most: Type.Optional(Type.String({ pattern: '^[1-9][0-9]?$' })),
  },
  strict,
);
const kind = Type.Unsafe<BlastRadius['kind']>({ type: 'string', enum: ['account', 'structure', 'client'] });

export type GuardRouteParts = StaffLookParts & { guard: GuardDesk; overview: Overview; clock: Clock };

export function guardRoutes(parts: GuardRouteParts): AnyRoute[] {
  const { guard, sessions } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/guard/alarms',
      summary:
        'What the guard noticed, newest first: at most 50 at a time, before the `at` of the last one seen.',
      who: 'staff',
      input: { query: pageQuery },
      output: alarmsAnswer,
      budget: none('at most 50 a call, from an index'),
      ledger: noEntry('what was noticed is in the ledger already; who opens one of them is entered'),
      whenDisconnected: 'refused',
      async handle({ query }) {
        sessions.refuseWhenStaffIsClosed();
        const most = Math.min(Number(query.most ?? MOST_ALARMS), MOST_ALARMS);
        return { body: { alarms: await guard.alarms({ before: query.before, most }) } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/guard/alarms/:id',
      summary: 'One alarm, with the curve that raised it.',
      who: 'staff',
      input: { params: alarmParams },
      output: alarmAnswer,
      budget: none('names one alarm, and who asked is entered'),
      ledger: event('staff.looked-up'),
      whenDisconnected: 'refused',
      async handle({ params, caller }) {
        await enterLook(parts, staffOf(caller), `alarm:${params.id}`);
        const alarm = await guard.alarm(params.id);
        if (!alarm) throw refusal('alarm-unknown');
        return { body: alarm };
      },
    }),
    ...alarmActRoutes(parts),
    defineRoute({
      method: 'GET',
      path: '/v1/guard/blast-radius',
      summary:
        'If this account, structure or client were stolen now: how many people at most, in an hour, a day, 30 days.',
      who: 'staff',
      input: { query: Type.Object({ kind, id: exactId }, strict) },
      output: blastRadiusAnswer,
      budget: none('names one of them, and who asked is entered'),
      ledger: event('staff.looked-up'),
      whenDisconnected: 'refused',
      async handle({ query, caller }) {
        await enterLook(parts, staffOf(caller), `${query.kind}:${query.id}`);
        const radius = await guard.blastRadius(query.kind, query.id);
        if (!radius) throw refusal('id-unknown');
        return { body: radius };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/guard/budgets',
      summary: 'Every limit with its size and its reason: the vault’s and the guard’s own.',
      who: 'staff',
      input: {},
      output: Type.Object({ budgets: Type.Array(budgetLine) }, strict),
      budget: none('a table in memory'),
      ledger: noEntry('nobody is in it'),
      whenDisconnected: 'goes on',
      handle: async () => ({ body: { budgets: guard.budgets() } }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/guard/canaries',
      summary: 'How many fake insured each insurer’s last full feed had; never who.',
      who: 'staff',
      input: {},
      output: canariesAnswer,
      budget: none('one number for each insurer'),
      ledger: noEntry('nobody is in it'),
      whenDisconnected: 'goes on',
      handle: async () => ({ body: { insurers: await guard.canaries() } }),
    }),
  ];
}

/** What staff do about an alarm. */
function alarmActRoutes({ guard, sessions, overview, clock }: GuardRouteParts): AnyRoute[] {
  const acts = new GuardActs({ desk: guard, sessions, clock });
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/guard/alarms/:id/undo',
      summary: 'Says why a response should end; answers with the text to sign. Nothing happens yet.',
      who: 'staff',
      input: { params: alarmParams, body: Type.Object({ reason }, strict) },
      output: signingRequest,
      budget: none('a thousand wait at most'),
      ledger: noEntry('nothing has happened; the signature is what is entered'),
      whenDisconnected: 'refused',
      handle: async ({ params, body, caller }) => ({
        body: toSign(await acts.propose(staffOf(caller), params.id, body.reason)),
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/guard/acts/:id/signature',
      summary: 'The person’s signature: the response ends.',
      who: 'staff',
      input: { params: actParams, body: Type.Object({ response: authenticatorResponse }, strict) },
      output: Type.Object({ state: text }, strict),
      budget: none('each act is done once'),
      ledger: event('guard.undone'),
      whenDisconnected: 'refused',
      async handle({ params, body, caller }) {
        await acts.sign(staffOf(caller), params.id, body.response);
        overview.forget();
        return { body: { state: 'done' } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/guard/alarms/:id/review',
      summary: 'Says that somebody has looked at this alarm. Changes nothing for the account.',
      who: 'staff',
      input: { params: alarmParams },
      output: Type.Object({}, strict),
      budget: none('names one alarm'),
      ledger: event('guard.reviewed'),
      whenDisconnected: 'refused',
      async handle({ params, caller }) {
        sessions.refuseWhenStaffIsClosed();
        await guard.review(params.id, staffOf(caller));
        overview.forget();
        return { body: {} };
      },
    }),
  ];
}
