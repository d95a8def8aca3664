// HTTP of console sessions: register a passkey with a code, sign in with one, what the session is, sign out.

import { Type } from 'typebox';
import { keyThumbprint } from '../../crypto/session-proof.ts';
import { clearCookie, cookieOf, setCookie } from '../../http/cookies.ts';
import { type AnyRoute, defineRoute, event, noEntry, none } from '../../http/route.ts';
import { timestamp } from '../../lib/clock.ts';
import { browserCall } from '../access/browser-proof.ts';
import { CONSOLE_COOKIE } from './console-cookie.ts';
import type { ConsoleSessions } from './sessions.ts';

const strict = { additionalProperties: false };
const coordinate = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const publicKey = Type.Object(
  { kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: coordinate, y: coordinate },
  strict,
);
const code = Type.String({ minLength: 20, maxLength: 40 });
const challenge = Type.String({ maxLength: 200 });
/** As the browser gives it; only the WebAuthn library looks inside. */
export const authenticatorResponse = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{8,1400}$' }) });
const webauthnOptions = Type.Unsafe<unknown>({ type: 'object', additionalProperties: true });

/** ES256, EdDSA, RS256: what authenticators make. */
const ALGORITHMS = [-7, -8, -257];
const PROMPT_MS = 120_000;

const sessionAnswer = Type.Object(
  {
    state: Type.Unsafe<'none' | 'open'>({ type: 'string' }),
    because: Type.Optional(Type.String()),
    who: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() }, strict)),
    endsAt: Type.Optional(Type.String()),
    /** Thumbprint (RFC 7638) of the browser key that the session is bound to. */
    key: Type.Optional(Type.String()),
    challenge: Type.Optional(Type.String()),
  },
  strict,
);

export function consoleSessionRoutes(sessions: ConsoleSessions): AnyRoute[] {
  const signedIn = (cookie: string) => ({
    body: {},
    headers: { 'set-cookie': setCookie(CONSOLE_COOKIE, cookie) },
  });
  return [
    defineRoute({
      method: 'POST',
      path: '/auth/options',
      summary: 'What an authenticator is asked to sign so that this browser’s key gets a session.',
      who: 'public',
      input: { body: Type.Object({ publicKey }, strict) },
      output: webauthnOptions,
      budget: none('keeps nothing, and names nobody'),
      ledger: noEntry('nobody is known yet'),
      whenDisconnected: 'goes on',
      handle: async ({ body }) => ({
        body: { ...sessions.beginSignIn(body.publicKey), timeout: PROMPT_MS, userVerification: 'required' },
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/auth/sign-in',
      summary: 'Opens a session with a registered passkey.',
      who: 'public',
      input: { body: Type.Object({ publicKey, challenge, response: authenticatorResponse }, strict) },
      output: Type.Object({}, strict),
      budget: none('needs a signature of a registered authenticator'),
      ledger: event('staff.signed-in'),
      whenDisconnected: 'goes on',
      handle: async ({ body }) =>
        signedIn(await sessions.signIn(body.publicKey, body.challenge, body.response)),
    }),
    defineRoute({
      method: 'POST',
      path: '/auth/enrolment/options',
      summary: 'What an authenticator is asked to make for whoever holds this one-time code.',
      who: 'public',
      input: { body: Type.Object({ code, publicKey }, strict) },
      output: webauthnOptions,
      budget: none('a code has 100 bits and lives for fifteen minutes: nobody guesses one'),
      ledger: noEntry('a wrong code is nobody’s; the right one is entered when it is used'),
      whenDisconnected: 'goes on',
      async handle({ body }) {
        const begun = await sessions.beginEnrolment(body.code, body.publicKey);
        return { body: creationOptions(begun) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/auth/enrolment',
      summary: 'Registers a passkey with a one-time code, uses the code up and opens a session.',
      who: 'public',
      input: {
        body: Type.Object(
          {
            code,
            publicKey,
            challenge,
            label: Type.String({ minLength: 1, maxLength: 40, pattern: '^[^\\p{Cc}]+$' }),
            response: authenticatorResponse,
          },
          strict,
        ),
      },
      output: Type.Object({}, strict),
      budget: none('each code does this once'),
      ledger: event('staff.enrolled'),
      whenDisconnected: 'goes on',
      async handle({ body: { response, publicKey: key, ...asked } }) {
        return signedIn(await sessions.enrol({ ...asked, key }, response));
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
        const cookie = cookieOf(headers['cookie'], CONSOLE_COOKIE);
        if (cookie === '') return { body: { state: 'none' } };
        const look = await sessions.look(cookie);
        if (look.kind === 'none') {
          return { body: { state: 'none', ...(look.because ? { because: look.because } : {}) } };
        }
        const { staff: id, name, endsAtMs } = look.session;
        const facts = {
          who: { id, name },
          endsAt: timestamp(endsAtMs),
          key: keyThumbprint(look.session.key),
          challenge: sessions.challenge(cookie),
        };
        return { body: { state: 'open', ...facts } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/session/nonces',
      summary: 'Nonces for a browser that has none: signed with the challenge of GET /v1/session.',
      who: 'public',
      input: {},
      output: Type.Object({ nonces: Type.Array(Type.String()) }, strict),
      budget: none('eight of a session at most'),
      ledger: noEntry('opens nothing'),
      whenDisconnected: 'goes on',
      handle: async ({ received, headers }) => ({
        body: { nonces: await sessions.renewNonces(browserCall(CONSOLE_COOKIE, received, headers)) },
      }),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/session',
      summary: 'Signs out.',
      who: 'public',
      input: {},
      output: Type.Object({}, strict),
      budget: none('ends what it names'),
      ledger: event('staff.session-ended'),
      whenDisconnected: 'goes on',
      async handle({ received, headers }) {
        await sessions.signOut(browserCall(CONSOLE_COOKIE, received, headers));
        return { body: {}, headers: { 'set-cookie': clearCookie(CONSOLE_COOKIE) } };
      },
    }),
  ];
}

/** PublicKeyCredentialCreationOptionsJSON: a discoverable passkey that verifies its user. */
function creationOptions(begun: {
  challenge: string;
  rpId: string;
  staff: string;
  name: string;
  passkeys: string[];
}) {
  const { challenge: asked, rpId, staff, name, passkeys } = begun;
  return {
    challenge: asked,
    rp: { id: rpId, name: 'Rempart, console' },
    user: { id: Buffer.from(`console ${staff}`).toString('base64url'), name: staff, displayName: name },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: PROMPT_MS,
    attestation: 'none',
    excludeCredentials: passkeys.map((id) => ({ type: 'public-key', id })),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
  };
}
