// HTTP of the console, all of it for signed-in staff: the overview, one account or structure by its exact id, switches
// with signatures, the ledger's verification. No route lists or searches persons, insured or not.

import { Type } from 'typebox';
import { type AnyRoute, defineRoute, event, noEntry, none } from '../../http/route.ts';
import { type Clock, timestamp } from '../../lib/clock.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
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
import type { LedgerCheck } from './ledger-check.ts';
import type { Overview } from './overview.ts';
import { authenticatorResponse } from './session-routes.ts';
import type { ConsoleSessions } from './sessions.ts';
import { enterLook } from './staff-look.ts';
import type { SubjectStore } from './subject-store.ts';
import type { SwitchActs } from './switch-acts.ts';

const trafficNow = Type.Object(
  {
    perSecond: Type.Number(),
    p50Ms: maybeNumber,
    p99Ms: maybeNumber,
    minutes: Type.Array(
      Type.Object({ answered: count, refused: count, p50Ms: maybeNumber, p99Ms: maybeNumber }, strict),
    ),
    refusals: Type.Array(Type.Object({ code: text, status: count, count }, strict)),
  },
  strict,
);
const feed = Type.Object(
  {
    amcNo: text,
    name: text,
    appliedAt: maybeText,
    latest: Type.Union([
      Type.Null(),
      Type.Object(
        {
          seq: count,
          kind: text,
          state: text,
          lines: count,
          received: count,
          begunAt: instant,
          endedAt: maybeText,
          rejected: maybeNumber,
          closes: maybeNumber,
          closeLimit: maybeNumber,
          problem: maybeText,
        },
        strict,
      ),
    ]),
  },
  strict,
);
const check = Type.Object(
  {
    kind: text,
    by: Type.Optional(text),
    startedAt: Type.Optional(instant),
    endedAt: Type.Optional(instant),
    seconds: Type.Optional(Type.Number()),
    entries: Type.Optional(count),
    of: Type.Optional(count),
    proved: Type.Optional(count),
    doors: Type.Optional(count),
    ok: Type.Optional(Type.Boolean()),
    firstBad: Type.Optional(maybeNumber),
    reason: Type.Optional(maybeText),
    code: Type.Optional(maybeText),
  },
  strict,
);
const overviewAnswer = Type.Object(
  {
    at: instant,
    traffic: trafficNow,
    ledger: Type.Object({ entries: count, signed: count, signedAt: maybeText, check }, strict),
    vault: text,
    feeds: Type.Array(feed),
    switches: Type.Array(
      Type.Object({ scope: text, state: text, reason: text, author: text, at: instant }, strict),
    ),
    waiting: Type.Array(
      Type.Object(
        { id: text, scope: text, state: text, reason: text, at: instant, firstStaff: text },
        strict,
      ),
    ),
    alarms: Type.Object({ standing: count, unreviewed: count, latestAt: maybeText }, strict),
    payments: Type.Object(
      {
        late: count,
        lateAdvices: Type.Array(text),
        unfinished: Type.Union([Type.Object({ run: text, signatures: count }, strict), Type.Null()]),
      },
      strict,
    ),
  },
  strict,
);

/** A scope as it stands at the moment, or null: what the look-up shows beside its subject. */
const subjectParams = Type.Object({ id: exactId }, strict);
const accountAnswer = Type.Object(
  {
    id: text,
    profession: text,
    structure: text,
    begunOn: text,
    endedOn: maybeText,
    lastUsedOn: maybeText,
    openSessions: count,
  },
  strict,
);
const structureAnswer = Type.Object(
  {
    id: text,
    name: text,
    place: text,
    accounts: Type.Array(Type.Object({ id: text, profession: text, endedOn: maybeText }, strict)),
    clients: Type.Array(
      Type.Object({ client: text, thumbprint: text, enrolledAt: instant, revokedAt: maybeText }, strict),
    ),
    openSessions: count,
  },
  strict,
);
export type ConsoleRouteParts = {
  sessions: ConsoleSessions;
  overview: Overview;
  subjects: SubjectStore;
  acts: SwitchActs;
  ledgerCheck: LedgerCheck;
  ledger: Ledger;
  clock: Clock;
};

export function consoleRoutes(parts: ConsoleRouteParts): AnyRoute[] {
  const { sessions, overview, acts, ledgerCheck } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/overview',
      summary: 'The platform at a glance: traffic of the last hour, feeds, switches, ledger, vault.',
      who: 'staff',
      input: {},
      output: overviewAnswer,
      budget: none('counters in memory; the database is asked once a second for everybody'),
      ledger: noEntry('nobody is in it'),
      whenDisconnected: 'goes on',
      handle: async () => ({ body: await overview.now() }),
    }),
    ...subjectRoutes(parts),
    defineRoute({
      method: 'POST',
      path: '/v1/switches/acts',
      summary:
        'Says what one wants closed or opened again; answers with the text to sign. Nothing happens yet.',
      who: 'staff',
      input: {
        body: Type.Object(
          {
            scope: Type.String({ maxLength: 80 }),
            state: Type.Unsafe<'closed' | 'open'>({ type: 'string', enum: ['closed', 'open'] }),
            reason,
          },
          strict,
        ),
      },
      output: signingRequest,
      budget: none('a thousand wait at most'),
      ledger: noEntry('nothing has happened; the signature is what is entered'),
      whenDisconnected: 'goes on',
      handle: async ({ body, caller }) => ({ body: toSign(await acts.propose(staffOf(caller), body)) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/switches/acts/:id/options',
      summary: 'For the second person: the text that the first one signed.',
      who: 'staff',
      input: { params: actParams },
      output: signingRequest,
      budget: none('names one act'),
      ledger: noEntry('nothing has happened'),
      whenDisconnected: 'goes on',
      handle: async ({ params, caller }) => ({ body: toSign(await acts.second(staffOf(caller), params.id)) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/switches/acts/:id/signature',
      summary: 'The person’s signature: closes at once; opens when it is the second person’s.',
      who: 'staff',
      input: { params: actParams, body: Type.Object({ response: authenticatorResponse }, strict) },
      output: Type.Object({ state: text }, strict),
      budget: none('each act is done once'),
      ledger: event('switch.closed'),
      whenDisconnected: 'goes on',
      async handle({ params, body, caller }) {
        const state = await acts.sign(staffOf(caller), params.id, body.response);
        overview.forget();
        return { body: { state } };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/switches/acts/:id',
      summary: 'Takes a waiting request to open back.',
      who: 'staff',
      input: { params: actParams },
      output: Type.Object({}, strict),
      budget: none('leaves everything closed'),
      ledger: event('switch.request-withdrawn'),
      whenDisconnected: 'goes on',
      async handle({ params, caller }) {
        await acts.withdraw(staffOf(caller), params.id);
        overview.forget();
        return { body: {} };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/ledger/verification',
      summary: 'Verifies the whole ledger now; progress and result are in the overview.',
      who: 'staff',
      input: {},
      output: Type.Object({}, strict),
      status: 202,
      budget: none('one at a time, in a process of its own at low priority'),
      ledger: event('ledger.verified'),
      whenDisconnected: 'refused',
      async handle({ caller }) {
        sessions.refuseWhenStaffIsClosed();
        ledgerCheck.start(staffOf(caller));
        return { body: {} };
      },
    }),
  ];
}

function subjectRoutes({ subjects, clock, ...parts }: ConsoleRouteParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/accounts/:id',
      summary: 'One account by its exact id: profession, site, last use. No name.',
      who: 'staff',
      input: { params: subjectParams },
      output: accountAnswer,
      budget: none('names one account, and who asked is entered'),
      ledger: event('staff.looked-up'),
      whenDisconnected: 'refused',
      async handle({ params, caller }) {
        await enterLook(parts, staffOf(caller), `account:${params.id}`);
        const account = await subjects.account(params.id, clock.nowMs());
        if (!account) throw refusal('id-unknown');
        return { body: account };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/structures/:id',
      summary: 'One structure by its exact id: its accounts by id, its certificates, open sessions.',
      who: 'staff',
      input: { params: subjectParams },
      output: structureAnswer,
      budget: none('names one structure, and who asked is entered'),
      ledger: event('staff.looked-up'),
      whenDisconnected: 'refused',
      async handle({ params, caller }) {
        await enterLook(parts, staffOf(caller), `structure:${params.id}`);
        const structure = await subjects.structure(params.id, clock.nowMs());
        if (!structure) throw refusal('id-unknown');
        const clients = structure.clients.map(({ client, thumbprint, enrolledAtMs, revokedAtMs }) => ({
          client,
          thumbprint,
          enrolledAt: timestamp(enrolledAtMs),
          revokedAt: revokedAtMs === null ? null : timestamp(revokedAtMs),
        }));
        return { body: { ...structure, clients } };
      },
    }),
  ];
}
