// A simulator of Pro Santé Connect for the demo and the tests: an OpenID provider with its shapes (DOMAIN.md 8.1),
// without passwords, on the loopback interface. It must never run outside the demo: whoever asks becomes whom he likes.

import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, importJWK, type JWK, jwtVerify } from 'jose';
import {
  type Configuration,
  errors,
  interactionPolicy,
  Provider,
  type JWK as ProviderJwk,
} from 'oidc-provider';
import { systemClock } from '../lib/clock.ts';
import { idNpsOf, PSC_ACR, type PscPerson, pscSubject, pscTokenClaims, pscUserClaims } from './psc-claims.ts';
import { pscMemory } from './psc-memory.ts';
import { errorPage, STYLESHEET, signedOutPage, signInPage, signOutPage } from './psc-pages.ts';

export type PscClient = {
  id: string;
  secret: string;
  redirectUris: readonly string[];
  postLogoutRedirectUris: readonly string[];
  /** Told when a session ends; on this machine, as everything of the demo. */
  backchannelLogoutUri?: string;
};

export type PscSimulatorOptions = {
  /** The simulator starts in the demo only: it believes whoever clicks. */
  mode: 'demo';
  /** 0 picks a free one. */
  port: number;
  people: readonly PscPerson[];
  clients: readonly PscClient[];
  /** Private RSA key for RS256. The same key after a restart keeps the tokens of before valid. */
  signingKey: JsonWebKey;
  cookieSecret: string;
};

export type PscSimulator = {
  issuer: string;
  /** The public half of the signing key. */
  jwks: { keys: JsonWebKey[] };
  close(): Promise<void>;
};

/** An address, not a name: `localhost` would share its cookies with the portal, whatever the port. */
const HOST = '127.0.0.1';
/** Paths as Pro Santé Connect has them. */
const REALM = '/auth/realms/esante-wallet';
const PROTOCOL = '/protocol/openid-connect';
const DISCOVERY = '/.well-known/openid-configuration';
const WALLET_DISCOVERY = '/.well-known/wallet-openid-configuration';
const USERINFO = `${PROTOCOL}/userinfo`;
const LOGOUT = `${PROTOCOL}/logout`;
const STYLES = '/simulator.css';
const INTERACTION = '/interaction/';

const ACCESS_TOKEN_SECONDS = 5 * 60;
const CODE_SECONDS = 60;
const CHOICE_SECONDS = 10 * 60;
const SESSION_SECONDS = 4 * 3600;
/** A choice is one short form field. */
const MOST_FORM_BYTES = 4_096;

export async function startPscSimulator(options: PscSimulatorOptions): Promise<PscSimulator> {
  if (options.mode !== 'demo') throw new Error('the Pro Santé Connect simulator starts in demo mode only');
  const signingKey = await namedKey(options.signingKey);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const issuer = `http://${HOST}:${port}${REALM}`;
  const provider = new Provider(issuer, configuration(issuer, options, signingKey));
  const publicKey = publicPart(signingKey);
  server.on('request', requestHandler({ issuer, provider, publicKey, ...options }));
  return {
    issuer,
    jwks: { keys: [publicKey] },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function namedKey(key: JsonWebKey): Promise<JsonWebKey> {
  if (key.kty !== 'RSA') throw new Error('Pro Santé Connect signs with RS256: the key must be RSA');
  const kid = await calculateJwkThumbprint(key as JWK);
  return { ...key, kid, alg: 'RS256', use: 'sig' };
}

function publicPart(key: JsonWebKey): JsonWebKey {
  const { kid, alg, use } = key;
  return { ...createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' }), kid, alg, use };
}

// --- the provider ---------------------------------------------------------------------------------------------------

function configuration(
  issuer: string,
  { people, clients, cookieSecret }: PscSimulatorOptions,
  signingKey: JsonWebKey,
): Configuration {
  const stylesheet = `${issuer}${STYLES}`;
  const personOf = (subject: string | undefined) =>
    people.find(({ idNps }) => idNps === idNpsOf(subject ?? ''));
  // PSC's access tokens are signed and readable by their audience. One resource, taken when none is asked for.
  const resource = `${issuer}/api`;
  const off = { enabled: false };
  return {
    adapter: pscMemory(systemClock),
    jwks: { keys: [signingKey as ProviderJwk] },
    clients: clients.map(clientMetadata),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    responseTypes: ['code'],
    scopes: ['openid', 'scope_all'],
    acrValues: [PSC_ACR],
    claims: {
      openid: ['sub', 'acr', 'amr', 'auth_time', 'SubjectNameID', 'SubjectRefPro', 'idp'],
      scope_all: USER_CLAIMS,
      sid: null,
      iss: null,
    },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: {
      keys: [cookieSecret],
      names: { session: 'psc_simulator', interaction: 'psc_choice', resume: 'psc_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: REALM },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: CODE_SECONDS,
      IdToken: ACCESS_TOKEN_SECONDS,
      Interaction: CHOICE_SECONDS,
      Session: SESSION_SECONDS,
      Grant: SESSION_SECONDS,
    },
    routes: {
      authorization: `${PROTOCOL}/auth`,
      token: `${PROTOCOL}/token`,
      jwks: `${PROTOCOL}/certs`,
      end_session: LOGOUT,
    },
    discovery: { userinfo_endpoint: `${issuer}${USERINFO}` },
    features: {
      devInteractions: off,
      dPoP: off,
      pushedAuthorizationRequests: off,
      // NOTE oidc-provider's UserInfo refuses JWT access tokens; ours (userInfo below) takes them, as PSC's does.
      userinfo: off,
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = signOutPage({ stylesheet, form });
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.type = 'html';
          ctx.body = signedOutPage(stylesheet);
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: (_ctx, asked) => {
          if (asked !== resource) throw new errors.InvalidTarget();
          return {
            scope: 'openid scope_all',
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: ACCESS_TOKEN_SECONDS,
            jwt: { sign: { alg: 'RS256' } },
          };
        },
        useGrantedResource: () => true,
      },
    },
    interactions: {
      url: (_ctx, interaction) => `${REALM}${INTERACTION}${interaction.uid}`,
      policy: signInPolicy(),
    },
    // Consent is implicit: professionals consent in their software's terms, not here.
    loadExistingGrant: async (ctx) => {
      const { client, provider, session } = ctx.oidc;
      const accountId = session?.accountId;
      if (!client || !accountId) return undefined;
      const grant = new provider.Grant({ accountId, clientId: client.clientId });
      grant.addOIDCScope('openid scope_all');
      grant.addResourceScope(resource, 'openid scope_all');
      await grant.save();
      return grant;
    },
    findAccount: (_ctx, subject) => {
      const person = personOf(subject);
      return person && { accountId: subject, claims: async () => pscUserClaims(person) };
    },
    extraTokenClaims: (ctx, token) => {
      if (token.kind !== 'AccessToken') return undefined;
      const person = personOf(token.accountId);
      return {
        ...(person ? pscTokenClaims(person) : {}),
        typ: 'Bearer',
        azp: token.clientId,
        acr: ctx.oidc.entities.AuthorizationCode?.acr,
        auth_time: ctx.oidc.entities.AuthorizationCode?.authTime,
        sid: token.sid,
        session_state: token.sessionUid,
      };
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage({ stylesheet, code: out.error, detail: out.error_description });
    },
    fetch: fetchOnLoopback,
  };
}

/** What `scope_all` stands for: every claim of UserInfo. */
const USER_CLAIMS = Object.keys(
  pscUserClaims({ idNps: '', familyName: '', givenName: '', activities: [] }),
).filter((claim) => claim !== 'sub');

function clientMetadata(client: PscClient) {
  return {
    client_id: client.id,
    client_name: client.id,
    client_secret: client.secret,
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    response_types: ['code' as const],
    grant_types: ['authorization_code'],
    id_token_signed_response_alg: 'RS256' as const,
    require_auth_time: true,
    ...(client.backchannelLogoutUri
      ? { backchannel_logout_uri: client.backchannelLogoutUri, backchannel_logout_session_required: true }
      : {}),
  };
}

/** Signing in is the only question asked; and like PSC, only the level eidas1 may be asked for. */
function signInPolicy(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const asksForLevel = new interactionPolicy.Check(
    'acr_values',
    'acr_values is eidas1',
    'invalid_request',
    (ctx) => {
      const asked = String(ctx.oidc.params?.['acr_values'] ?? '').split(' ');
      if (!asked.includes(PSC_ACR)) throw new errors.InvalidRequest(`acr_values must be ${PSC_ACR}`);
      return interactionPolicy.Check.NO_NEED_TO_PROMPT;
    },
  );
  policy.get('login')?.checks.add(asksForLevel, 0);
  return policy;
}

/**
 * The provider only calls back-channel logout addresses. oidc-provider guards its calls against this very machine,
 * where all of the demo lives; here it is the other way round: this machine, and nothing else.
 */
const fetchOnLoopback: NonNullable<Configuration['fetch']> = (url, init) => {
  const { hostname } = new URL(url);
  if (!LOOPBACK.has(hostname)) throw new Error('the simulator calls nobody outside this machine');
  const { method, headers, body, redirect, signal } = init as RequestInit;
  return fetch(url, {
    redirect: redirect ?? 'manual',
    ...(method ? { method } : {}),
    ...(headers ? { headers } : {}),
    ...(body ? { body } : {}),
    ...(signal ? { signal } : {}),
  });
};
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

// --- HTTP around the provider ---------------------------------------------------------------------------------------

type Serving = Pick<PscSimulatorOptions, 'people' | 'clients'> & {
  issuer: string;
  provider: Provider;
  publicKey: JsonWebKey;
};

function requestHandler(serving: Serving) {
  const { issuer, provider } = serving;
  const callback = provider.callback();
  const policy = contentSecurityPolicy(serving.clients);
  const stylesheet = `${issuer}${STYLES}`;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader('content-security-policy', policy);
    // A name that was made to point here would let a foreign page read the answers.
    if (request.headers.host !== new URL(issuer).host) return refuse(response, stylesheet, 421, 'wrong_host');
    const url = request.url ?? '/';
    if (!url.startsWith(`${REALM}/`)) return refuse(response, stylesheet, 404, 'not_found');
    const path = new URL(url, issuer).pathname.slice(REALM.length);
    if (path === STYLES) return send(response, 200, 'text/css', STYLESHEET);
    if (path === USERINFO) return userInfo(serving, request, response);
    if (path.startsWith(INTERACTION)) return choice(serving, request, response);
    if (!isProviderPath(path)) return refuse(response, stylesheet, 404, 'not_found');
    // Mounted under the realm: oidc-provider compares the two to find out where it stands.
    request.url = url.slice(REALM.length).replace(WALLET_DISCOVERY, DISCOVERY);
    Object.assign(request, { originalUrl: REALM + request.url });
    await callback(request, response);
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      // What the browser can cause is told; anything else stays inside.
      const known = error instanceof errors.OIDCProviderError && error.expose;
      if (response.headersSent) response.destroy();
      else if (known) refuse(response, stylesheet, error.statusCode, error.error, error.error_description);
      else refuse(response, stylesheet, 500, 'server_error');
    });
  };
}

const isProviderPath = (path: string): boolean =>
  path.startsWith(`${PROTOCOL}/`) || path === DISCOVERY || path === WALLET_DISCOVERY;

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/**
 * An empty script-src allows none, and lets oidc-provider add the hash of its one self-sending form (signing out twice).
 * Browsers hold the redirect after a form to `form-action` too, so the way back to the clients is named.
 */
function contentSecurityPolicy(clients: readonly PscClient[]): string {
  const wayBack = clients.flatMap((client) =>
    [...client.redirectUris, ...client.postLogoutRedirectUris].map((uri) => new URL(uri).origin),
  );
  const targets = ["'self'", ...new Set(wayBack)].join(' ');
  return `default-src 'none'; style-src 'self'; script-src; form-action ${targets}; base-uri 'none'; frame-ancestors 'none'`;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` });
  response.end(body);
}

function refuse(
  response: ServerResponse,
  stylesheet: string,
  status: number,
  code: string,
  detail?: string,
): void {
  send(response, status, 'text/html', errorPage({ stylesheet, code, detail }));
}

/** The page where a person is chosen, and the choice. */
async function choice(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { provider, people, issuer } = serving;
  const { params, uid, prompt } = await provider.interactionDetails(request, response);
  if (prompt.name !== 'login') throw new errors.InvalidRequest('nothing to choose');
  if (request.method !== 'POST') {
    const view = {
      stylesheet: `${issuer}${STYLES}`,
      action: `${REALM}${INTERACTION}${uid}`,
      client: String(params['client_id']),
      people,
    };
    return send(response, 200, 'text/html', signInPage(view));
  }
  const form = await readForm(request);
  const person = people.find(({ idNps }) => idNps === form.get('person'));
  if (form.has('cancel')) {
    const result = { error: 'access_denied', error_description: 'the person cancelled' };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  if (!person) throw new errors.InvalidRequest('nobody of that number');
  const login = { accountId: pscSubject(person.idNps), acr: PSC_ACR, amr: ['simulator'], remember: true };
  return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_FORM_BYTES) throw new errors.InvalidRequest('the form is too long');
  }
  return new URLSearchParams(text);
}

/** UserInfo for an access token that is signed by us, still valid, and whose session has not ended. */
async function userInfo(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { issuer, provider, people, publicKey } = serving;
  const token = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const key = await importJWK(publicKey as JWK, 'RS256');
  const rules = { issuer, audience: `${issuer}/api`, algorithms: ['RS256'], requiredClaims: ['exp', 'sub'] };
  // Whatever is wrong with a token, the answer is the same.
  const claims = await jwtVerify(token, key, rules).then(
    ({ payload }) => payload,
    () => null,
  );
  const session = claims && (await provider.Session.findByUid(String(claims['session_state'])));
  const person = session && people.find(({ idNps }) => idNps === idNpsOf(claims?.sub ?? ''));
  if (!person) {
    response.setHeader('www-authenticate', 'Bearer error="invalid_token"');
    return send(response, 401, 'application/json', JSON.stringify({ error: 'invalid_token' }));
  }
  send(response, 200, 'application/json', JSON.stringify(pscUserClaims(person)));
}
