// HTTP of "confirm that it is you": with a passkey in the page, or at Pro Santé Connect and back. What it gives is a newer
// binding of the session that is open; nothing of it is told to the page.

import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { Type } from 'typebox';
import { setCookie } from '../../http/cookies.ts';
import { type AnyRoute, budget, defineRoute, event, noEntry, none } from '../../http/route.ts';
import type { Confirmations } from './confirmations.ts';
import { assertion, webauthnOptions } from './passkey-shapes.ts';
import type { PortalPasskeys } from './passkeys.ts';
import { portalCall } from './portal-authenticate.ts';
import { FLOW_COOKIE } from './portal-cookies.ts';

const strict = { additionalProperties: false };

export function confirmationRoutes(parts: {
  passkeys: PortalPasskeys;
  confirmations: Confirmations;
}): AnyRoute[] {
  const { passkeys, confirmations } = parts;
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/session/confirmation/options',
      summary: 'What an authenticator is asked to confirm who has this session (WebAuthn request options).',
      who: 'professional',
      input: {},
      output: webauthnOptions,
      budget: none('keeps one challenge of a session'),
      ledger: noEntry('nothing is confirmed yet'),
      whenDisconnected: 'refused',
      async handle({ received, headers }) {
        const session = await confirmations.sessionOf(portalCall(received, headers).cookie);
        return { body: await passkeys.confirmOptions(session) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/session/confirmation',
      summary: 'Confirms with the touch of a passkey who has this session.',
      who: 'professional',
      input: { body: assertion },
      output: Type.Object({}, strict),
      budget: budget('signInsPerSite'),
      ledger: event('access.confirmed'),
      whenDisconnected: 'refused',
      async handle({ body, received, headers }) {
        const session = await confirmations.sessionOf(portalCall(received, headers).cookie);
        await passkeys.confirm(session, body as AuthenticationResponseJSON);
        return { body: {} };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/session/confirmation/sign-in',
      summary: 'Begins a sign-in with Pro Santé Connect that confirms who has this session: where to go.',
      who: 'professional',
      input: {},
      output: Type.Object({ redirectTo: Type.String() }, strict),
      budget: none('keeps nothing: what is remembered travels in the browser’s cookie'),
      ledger: noEntry('nothing is confirmed yet'),
      whenDisconnected: 'refused',
      async handle({ received, headers }) {
        const session = await confirmations.sessionOf(portalCall(received, headers).cookie);
        const { redirectTo, flowCookie } = await confirmations.begin(session);
        return { body: { redirectTo }, headers: { 'set-cookie': setCookie(FLOW_COOKIE, flowCookie) } };
      },
    }),
  ];
}
