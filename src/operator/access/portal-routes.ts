// HTTP of portal sessions: sign in, choose a structure, what the session is, sign out (DESIGN.md 4, step 1).

import { Type } from 'typebox';
import { keyThumbprint } from '../../crypto/session-proof.ts';
import { clearCookie, cookieOf, setCookie } from '../../http/cookies.ts';
import { type AnyRoute, defineRoute, event, noEntry, none, type Reply } from '../../http/route.ts';
import { AppError } from '../../lib/app-error.ts';
import { timestamp } from '../../lib/clock.ts';
import { refusal } from '../errors.ts';
import type { Confirmations } from './confirmations.ts';
import { portalCall } from './portal-authenticate.ts';
import { FLOW_COOKIE, SESSION_COOKIE } from './portal-cookies.ts';
import type { Portal, PortalSessions } from './portal-sessions.ts';
import { browserKey } from './portal-shapes.ts';

const strict = { additionalProperties: false };
const structure = Type.Object({ id: Type.String(), name: Type.String(), place: Type.String() }, strict);
const profession = Type.String();
const named = Type.Object({ name: Type.String() }, strict);
const nonces = Type.Array(Type.String());

const sessionAnswer = Type.Object(
  {
    state: Type.Unsafe<'none' | 'choose-structure' | 'open' | 'locked'>({ type: 'string' }),
    because: Type.Optional(Type.String()),
    who: Type.Optional(named),
    structures: Type.Optional(
      Type.Array(Type.Object({ accountId: Type.String(), profession, ...structure.properties }, strict)),
    ),
    account: Type.Optional(Type.Object({ accountId: Type.String(), profession, structure }, strict)),
    idleEndsAt: Type.Optional(Type.String()),
    endsAt: Type.Optional(Type.String()),
    /** Thumbprint (RFC 7638) of the browser key that the session is bound to. */
    key: Type.Optional(Type.String()),
    challenge: Type.Optional(Type.String()),
  },
  strict,
);

export type PortalRouteParts = {
  sessions: PortalSessions;
  confirmations: Confirmations;
  /** Expected failures of the parts behind as a refusal; null when it is a bug. */
  known(error: unknown): AppError | null;
};

export function portalRoutes(parts: PortalRouteParts): AnyRoute[] {
  const { sessions } = parts;
  return [
    defineRoute({
      method: 'POST',
      path: '/auth/sign-in',
      summary: 'Begins a sign-in: where to go, for a browser that has made a key.',
      who: 'public',
      input: { body: Type.Object({ publicKey: browserKey }, strict) },
      output: Type.Object({ redirectTo: Type.String() }, strict),
      budget: none('keeps nothing: what is remembered travels in the browser’s cookie'),
      ledger: noEntry('nobody is known yet'),
      whenDisconnected: 'goes on',
      async handle({ body }) {
        const { x, y } = body.publicKey;
        const { redirectTo, flowCookie } = await sessions.begin({ x, y });
        return { body: { redirectTo }, headers: { 'set-cookie': setCookie(FLOW_COOKIE, flowCookie) } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/auth/callback',
      summary: 'The browser comes back from Pro Santé Connect; answers with a redirection to a page of ours.',
      who: 'public',
      input: {},
      output: 'bytes',
      budget: none('each answer needs a code that Pro Santé Connect gave out once'),
      ledger: event('access.granted'),
      whenDisconnected: 'refused',
      handle: ({ received, headers }) => comeBack(parts, received.path, headers['cookie']),
    }),
    defineRoute({
      method: 'POST',
      path: '/auth/backchannel-logout',
      summary:
        'Pro Santé Connect says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0).',
      who: 'public',
      input: { body: Type.Object({ logout_token: Type.String({ maxLength: 16_384 }) }, strict) },
      bodyAs: 'form',
      bodyLimitBytes: 32 * 1024,
      output: Type.Object({}, strict),
      budget: none('only what Pro Santé Connect has signed ends anything'),
      ledger: event('access.ended'),
      whenDisconnected: 'goes on',
      async handle({ body }) {
        await sessions.signOutElsewhere(body.logout_token);
        return { body: {} };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/session',
      summary: 'What this browser’s session is; proves nothing and opens nothing.',
      who: 'public',
      input: {},
      output: sessionAnswer,
      budget: none('tells a browser about its own cookie'),
      ledger: noEntry('nothing is disclosed but who signed in with this cookie'),
      whenDisconnected: 'goes on',
      async handle({ headers }) {
        const cookie = cookieOf(headers['cookie'], SESSION_COOKIE);
        if (cookie === '') return { body: { state: 'none' } };
        return { body: seen(sessions, cookie, await sessions.look(cookie)) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/session/nonces',
      summary: 'Nonces for a browser that has none: signed with the challenge of GET /v1/session.',
      who: 'public',
      input: {},
      output: Type.Object({ nonces }, strict),
      budget: none('eight of a session at most'),
      ledger: noEntry('opens nothing'),
      whenDisconnected: 'goes on',
      handle: async ({ received, headers }) => ({
        body: { nonces: await sessions.renewNonces(portalCall(received, headers)) },
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/session/structure',
      summary: 'Opens the session for one of the structures that were offered.',
      who: 'public',
      input: { body: Type.Object({ accountId: Type.String({ maxLength: 64 }) }, strict) },
      output: Type.Object({}, strict),
      budget: none('one for each sign-in'),
      ledger: event('access.granted'),
      whenDisconnected: 'refused',
      async handle({ body, received, headers }) {
        const call = portalCall(received, headers);
        await sessions.choose(call, body.accountId);
        return { body: {}, headers: { 'session-nonce': sessions.freshNonce(call.cookie) } };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/session',
      summary: 'Signs out, a locked session too; says where to sign out of Pro Santé Connect.',
      who: 'public',
      input: {},
      output: Type.Object({ redirectTo: Type.Union([Type.String(), Type.Null()]) }, strict),
      budget: none('ends what it names'),
      ledger: event('access.ended'),
      whenDisconnected: 'goes on',
      async handle({ received, headers }) {
        const redirectTo = await sessions.signOut(portalCall(received, headers));
        return { body: { redirectTo }, headers: { 'set-cookie': clearCookie(SESSION_COOKIE) } };
      },
    }),
  ];
}

/** Where a sign-in that confirmed a session leads: a page that tells the one where the question waits. */
const CONFIRMED_PAGE = '/confirmed';

/** Always to a page of ours, whatever came with the address; a refusal goes along as its code. */
async function comeBack(
  { sessions, confirmations, known }: PortalRouteParts,
  path: string,
  cookies: string | undefined,
): Promise<Reply<unknown>> {
  const to = (location: string, ...more: string[]): Reply<unknown> => ({
    status: 303,
    body: '',
    headers: { location, 'set-cookie': [clearCookie(FLOW_COOKIE), ...more] },
  });
  const query = path.slice(path.indexOf('?') + 1);
  const flow = sessions.underWay(cookieOf(cookies, FLOW_COOKIE));
  const page = flow?.confirms === undefined ? '/' : CONFIRMED_PAGE;
  try {
    if (!flow) throw refusal('sign-in-refused');
    if (flow.confirms === undefined) {
      return to(page, setCookie(SESSION_COOKIE, await sessions.comeBack(query, flow)));
    }
    await confirmations.comeBack(query, { ...flow, confirms: flow.confirms });
    return to(page);
  } catch (error) {
    const refused = error instanceof AppError ? error : known(error);
    if (!refused) throw error;
    return to(`${page}?refused=${encodeURIComponent(refused.code)}`);
  }
}

function seen(sessions: PortalSessions, cookie: string, portal: Portal) {
  switch (portal.kind) {
    case 'none':
      return { state: 'none' as const, ...(portal.because ? { because: portal.because } : {}) };
    case 'choosing': {
      const { who, activities, key } = portal.choosing;
      return {
        state: 'choose-structure' as const,
        who: { name: who },
        structures: activities.map(({ account: accountId, structure: id, name, place, profession: as }) => ({
          accountId,
          profession: as,
          id,
          name,
          place,
        })),
        key: keyThumbprint(key),
        challenge: sessions.challenge(cookie),
      };
    }
    case 'open': {
      const { session, locked } = portal;
      const { account: accountId, profession: as, structure: id, structureName: name, place } = session;
      return {
        state: locked ? ('locked' as const) : ('open' as const),
        who: { name: session.who },
        account: { accountId, profession: as, structure: { id, name, place } },
        idleEndsAt: timestamp(sessions.idleEndsAtMs(session)),
        endsAt: timestamp(session.endsAtMs),
        key: keyThumbprint(session.key),
        challenge: sessions.challenge(cookie),
      };
    }
  }
}
