// HTTP of software sign-in: POST /v1/token (RFC 8693 token exchange, CONTRACT.md 3.1) and its revocation (RFC 7009).

import { Type } from 'typebox';
import { type AnyRoute, budget, type Caller, defineRoute, event } from '../../http/route.ts';
import type { IssuedTokens } from '../../vault/protocol.ts';
import { refusal } from '../errors.ts';
import { endSignIn, exchangeToken, renewToken, type TokenParts } from './tokens.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const REFRESH = 'refresh_token';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const SUBJECT_TYPES = [
  ACCESS_TOKEN,
  'urn:ietf:params:oauth:token-type:id_token',
  'urn:ietf:params:oauth:token-type:jwt',
];

const strict = { additionalProperties: false };
const token = Type.String({ minLength: 1, maxLength: 16_384 });

const tokenRequest = Type.Object(
  {
    grant_type: Type.Unsafe<string>({ type: 'string', enum: [EXCHANGE, REFRESH] }),
    subject_token: Type.Optional(token),
    subject_token_type: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: SUBJECT_TYPES })),
    requested_token_type: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: [ACCESS_TOKEN] })),
    /** The site to ask for: an activity of this person, and a site of this client. */
    structure: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    refresh_token: Type.Optional(token),
  },
  strict,
);

/** `expires_in` and `refresh_expires_in` in seconds. The access token works only over this certificate. */
const tokenAnswer = Type.Object(
  {
    access_token: Type.String(),
    issued_token_type: Type.String(),
    token_type: Type.String(),
    expires_in: Type.Integer(),
    refresh_token: Type.String(),
    refresh_expires_in: Type.Integer(),
    structure: Type.String(),
    profession: Type.String(),
  },
  strict,
);

export function tokenRoutes(parts: TokenParts): AnyRoute[] {
  const perSignIn = budget('signInsPerSite');
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/token',
      summary:
        'A Pro Santé Connect token and a client certificate become an access token for one site, five minutes long.',
      who: 'software',
      input: { body: tokenRequest },
      bodyAs: 'form',
      bodyLimitBytes: 48 * 1024,
      output: tokenAnswer,
      budget: perSignIn,
      ledger: event('access.granted'),
      whenDisconnected: 'refused',
      async handle({ body, caller }) {
        const client = caller as Extract<Caller, { role: 'software' }>;
        const issued =
          body.grant_type === REFRESH
            ? await renewToken(parts, client, given('refresh_token', body.refresh_token))
            : await exchangeToken(parts, client, {
                subjectToken: given('subject_token', body.subject_token),
                structure: given('structure', body.structure),
              });
        return { body: answerOf(issued, parts.clock.nowMs()) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/token/revocation',
      summary: 'Ends a sign-in: its tokens are refused from now on.',
      who: 'software',
      input: { body: Type.Object({ token, token_type_hint: Type.Optional(Type.String()) }, strict) },
      bodyAs: 'form',
      bodyLimitBytes: 48 * 1024,
      output: Type.Object({}, strict),
      budget: perSignIn,
      ledger: event('access.ended'),
      whenDisconnected: 'goes on',
      async handle({ body, caller }) {
        await endSignIn(parts, caller as Extract<Caller, { role: 'software' }>, body.token);
        return { body: {} };
      },
    }),
  ];
}

function given(field: string, value: string | undefined): string {
  if (value === undefined) throw refusal('invalid', { field });
  return value;
}

function answerOf(issued: IssuedTokens, nowMs: number) {
  const secondsLeft = (expiresAt: number) => Math.max(0, expiresAt - Math.floor(nowMs / 1000));
  return {
    access_token: issued.accessToken,
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: secondsLeft(issued.accessExpiresAt),
    refresh_token: issued.refreshToken,
    refresh_expires_in: secondsLeft(issued.refreshExpiresAt),
    structure: issued.actor.structure,
    profession: issued.actor.profession,
  };
}
