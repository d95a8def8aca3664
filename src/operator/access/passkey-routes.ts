// HTTP of professionals' passkeys: a person's own, signing in with one, reopening an idle session with one.

import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { Type } from 'typebox';
import { clearCookie, cookieOf, setCookie } from '../../http/cookies.ts';
import { type AnyRoute, budget, type Caller, defineRoute, event, noEntry, none } from '../../http/route.ts';
import { departure } from '../../lib/departure.ts';
import type { SessionProof } from '../../vault/protocol.ts';
import { assertion, credentialId, registration, webauthnOptions } from './passkey-shapes.ts';
import type { PortalPasskeys } from './passkeys.ts';
import { portalCall } from './portal-authenticate.ts';
import { FLOW_COOKIE, SESSION_COOKIE } from './portal-cookies.ts';
import type { PortalSessions } from './portal-sessions.ts';
import { browserKey } from './portal-shapes.ts';

/** Far longer than the vault needs to look at an assertion. */
const REFUSAL_SLOT_MS = 100;

const strict = { additionalProperties: false };
const label = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' });
const passkey = Type.Object(
  {
    id: Type.String(),
    label: Type.String(),
    createdAt: Type.String(),
    lastUsedAt: Type.Union([Type.String(), Type.Null()]),
  },
  strict,
);
const own = none('a person’s own two');

type Professional = Extract<Caller, { role: 'professional' }>;

export function passkeyRoutes(parts: { passkeys: PortalPasskeys; sessions: PortalSessions }): AnyRoute[] {
  const { passkeys, sessions } = parts;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/passkeys',
      summary: 'This person’s passkeys.',
      who: 'professional',
      input: {},
      output: Type.Object({ passkeys: Type.Array(passkey) }, strict),
      budget: own,
      ledger: noEntry('a person sees their own'),
      whenDisconnected: 'goes on',
      handle: async ({ caller }) => ({
        body: { passkeys: await passkeys.of((caller as Professional).account) },
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/passkeys/options',
      summary: 'What an authenticator is asked to register a passkey (WebAuthn creation options).',
      who: 'professional',
      input: {},
      output: webauthnOptions,
      budget: own,
      ledger: noEntry('nothing is registered yet'),
      whenDisconnected: 'refused',
      async handle({ caller, received, headers }) {
        const { proof, ...registering } = caller as Professional;
        const { cookie } = portalCall(received, headers);
        const portal = await sessions.look(cookie);
        const who = portal.kind === 'open' ? portal.session.who : '';
        return { body: await passkeys.registrationOptions(registering, who, proof as SessionProof) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/passkeys',
      summary:
        'Registers a passkey, within ten minutes of a sign-in through Pro Santé Connect; two for one person.',
      who: 'professional',
      input: { body: Type.Object({ label, response: registration }, strict) },
      output: Type.Object({}, strict),
      status: 201,
      budget: own,
      ledger: event('passkey.added'),
      whenDisconnected: 'refused',
      async handle({ body, caller }) {
        const { proof, ...actor } = caller as Professional;
        await passkeys.register(actor, proof as SessionProof, body.label.trim());
        return { body: {} };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/passkeys/:id',
      summary: 'Removes one of this person’s passkeys.',
      who: 'professional',
      input: { params: Type.Object({ id: credentialId }, strict) },
      output: Type.Object({}, strict),
      budget: own,
      ledger: event('passkey.removed'),
      whenDisconnected: 'goes on',
      async handle({ params, caller }) {
        await passkeys.remove(caller as Professional, params.id);
        return { body: {} };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/session/unlock/options',
      summary: 'What an authenticator is asked to reopen an idle session (WebAuthn request options).',
      who: 'public',
      input: {},
      output: webauthnOptions,
      budget: own,
      ledger: noEntry('opens nothing yet'),
      whenDisconnected: 'refused',
      async handle({ received, headers }) {
        const call = portalCall(received, headers);
        const session = await sessions.provenWhileLocked(call);
        return { body: await passkeys.unlockOptions(session), headers: nonce(sessions, call.cookie) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/session/unlock',
      summary: 'Reopens an idle session with the touch of a passkey.',
      who: 'public',
      input: { body: assertion },
      output: Type.Object({}, strict),
      budget: own,
      ledger: noEntry('the session goes on; its sign-in is entered'),
      whenDisconnected: 'refused',
      async handle({ body, received, headers }) {
        const call = portalCall(received, headers);
        const session = await sessions.provenWhileLocked(call);
        await passkeys.unlock(session, body as AuthenticationResponseJSON);
        return { body: {}, headers: nonce(sessions, call.cookie) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/auth/passkey/options',
      summary: 'Begins a sign-in with a passkey, for a browser that has made a key.',
      who: 'public',
      input: { body: Type.Object({ publicKey: browserKey }, strict) },
      output: webauthnOptions,
      budget: none('keeps nothing: what is remembered travels in the browser’s cookie'),
      ledger: noEntry('nobody is known yet'),
      whenDisconnected: 'refused',
      async handle({ body }) {
        const { x, y } = body.publicKey;
        const begun = await passkeys.signInOptions({ x, y });
        return {
          body: begun.options,
          headers: { 'set-cookie': setCookie(FLOW_COOKIE, begun.flowCookie) },
        };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/auth/passkey',
      summary: 'Signs in with a passkey: break-glass when Pro Santé Connect is away.',
      who: 'public',
      input: { body: assertion },
      output: Type.Object({}, strict),
      budget: budget('signInsPerSite'),
      ledger: event('access.granted'),
      whenDisconnected: 'refused',
      async handle({ body, headers, arrivedAtMs }) {
        const flow = cookieOf(headers['cookie'], FLOW_COOKIE);
        const cookie = await passkeys
          .signIn(body as AuthenticationResponseJSON, flow)
          .catch(async (error: unknown) => {
            await departure(arrivedAtMs, REFUSAL_SLOT_MS); // does not tell whether the passkey exists
            throw error;
          });
        return {
          body: {},
          headers: { 'set-cookie': [clearCookie(FLOW_COOKIE), setCookie(SESSION_COOKIE, cookie)] },
        };
      },
    }),
  ];
}

const nonce = (sessions: PortalSessions, cookie: string) => ({
  'session-nonce': sessions.freshNonce(cookie),
});
