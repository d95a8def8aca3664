// A simulator of Pro Santé Connect for the demo and the tests: an OpenID provider with its shapes (DOMAIN.md 8.1),
// without passwords, on the loopback interface. It must never run outside the demo: whoever asks becomes whom he likes.

import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, importJWK, type JWK, jwtVerify } from 'jose';
import { errors, Provider } from 'oidc-provider';
import {
  idNpsOf,
  PSC_ACR,
  PSC_PATHS,
  type PscClient,
  type PscPerson,
  pscSubject,
  pscUserClaims,
} from './psc-claims.ts';
import { errorPage, STYLESHEET, signInPage } from './psc-pages.ts';
import { pscProviderConfiguration } from './psc-provider.ts';

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
const DISCOVERY = '/.well-known/openid-configuration';
const WALLET_DISCOVERY = '/.well-known/wallet-openid-configuration';
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
  const issuer = `http://${HOST}:${port}${PSC_PATHS.realm}`;
  const provider = new Provider(issuer, pscProviderConfiguration(issuer, options, signingKey));
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

type Serving = Pick<PscSimulatorOptions, 'people' | 'clients'> & {
  issuer: string;
  provider: Provider;
  publicKey: JsonWebKey;
};

function requestHandler(serving: Serving) {
  const { issuer, provider } = serving;
  const callback = provider.callback();
  const policy = contentSecurityPolicy(serving.clients);
  const stylesheet = `${issuer}${PSC_PATHS.stylesheet}`;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader('content-security-policy', policy);
    // A name that was made to point here would let a foreign page read the answers.
    if (request.headers.host !== new URL(issuer).host) return refuse(response, stylesheet, 421, 'wrong_host');
    const url = request.url ?? '/';
    if (!url.startsWith(`${PSC_PATHS.realm}/`)) return refuse(response, stylesheet, 404, 'not_found');
    const path = new URL(url, issuer).pathname.slice(PSC_PATHS.realm.length);
    if (path === PSC_PATHS.stylesheet) return send(response, 200, 'text/css', STYLESHEET);
    if (path === PSC_PATHS.userInfo) return userInfo(serving, request, response);
    if (path.startsWith(PSC_PATHS.interaction)) return choice(serving, request, response);
    if (!isProviderPath(path)) return refuse(response, stylesheet, 404, 'not_found');
    // Mounted under the realm: oidc-provider compares the two to find out where it stands.
    request.url = url.slice(PSC_PATHS.realm.length).replace(WALLET_DISCOVERY, DISCOVERY);
    Object.assign(request, { originalUrl: PSC_PATHS.realm + request.url });
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
  path.startsWith(`${PSC_PATHS.protocol}/`) || path === DISCOVERY || path === WALLET_DISCOVERY;

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
      stylesheet: `${issuer}${PSC_PATHS.stylesheet}`,
      action: `${PSC_PATHS.realm}${PSC_PATHS.interaction}${uid}`,
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
