// Signs a fictitious professional in at the Pro Santé Connect simulator, as a pharmacy software's browser would: the
// whole code flow, with the choice on the sign-in page made by program. It must never be used on any real provider.

import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { randomSlice } from '../lib/random.ts';
import { PSC_ACR } from './psc-claims.ts';

export type PscSignIn = {
  issuer: string;
  client: { id: string; secret: string; redirectUri: string };
  /** Who signs in. */
  idNps: string;
  /** Asked for instead of a random one and of `eidas1`, by tests. */
  nonce?: string;
  acrValues?: string;
};

export type PscTokens = {
  accessToken: string;
  idToken: string;
  /** When the access token ends, in seconds since 1970 (its `exp`). */
  expiresAt: number;
};

type Endpoints = Record<'authorization_endpoint' | 'token_endpoint' | 'jwks_uri', string>;

const MOST_REDIRECTS = 10;
const random = () => randomSlice(32).toString('base64url');

export async function pscAccessToken(options: PscSignIn): Promise<PscTokens> {
  const { issuer, client, idNps } = options;
  const { hostname } = new URL(issuer);
  if (hostname !== '127.0.0.1') throw new Error('signs in at the simulator on this machine only');
  const discovery = await fetch(`${issuer}/.well-known/wallet-openid-configuration`);
  const endpoints = (await discovery.json()) as Endpoints;

  const state = random();
  const nonce = options.nonce ?? random();
  const verifier = random();
  const start = new URL(endpoints.authorization_endpoint);
  start.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUri,
    scope: 'openid scope_all',
    acr_values: options.acrValues ?? PSC_ACR,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
    nonce,
  }).toString();

  const back = await walkThrough(start, client.redirectUri, idNps);
  const answer = back.searchParams;
  if (answer.get('state') !== state) throw new Error('the answer is not to our question (state)');
  if (answer.get('iss') !== issuer) throw new Error('the answer comes from another provider (iss)');
  const code = answer.get('code');
  if (!code) throw refusal(answer.get('error'), answer.get('error_description'));

  const tokens = await redeem(endpoints.token_endpoint, client, code, verifier);
  const keys = createRemoteJWKSet(new URL(endpoints.jwks_uri));
  const rules = { issuer, audience: client.id, algorithms: ['RS256'] };
  const { payload } = await jwtVerify(tokens.idToken, keys, rules);
  if (payload['nonce'] !== nonce) throw new Error('the ID token is not for this sign-in (nonce)');
  if (payload['acr'] !== PSC_ACR) throw new Error(`the level of assurance is not ${PSC_ACR} (acr)`);
  return { ...tokens, expiresAt: decodeJwt(tokens.accessToken).exp ?? 0 };
}

/** Follows redirects as a browser does, choosing `idNps` on the one page it meets, until it is sent back. */
export async function walkThrough(start: URL, redirectUri: string, idNps: string): Promise<URL> {
  const jar = new CookieJar();
  let url = start;
  let form: URLSearchParams | null = null;
  for (let step = 0; step < MOST_REDIRECTS; step++) {
    const response: Response = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: jar.cookiesFor(url) },
      ...(form ? { method: 'POST', body: form } : {}),
    });
    jar.take(response);
    const location = response.headers.get('location');
    const page = await response.text();
    if (location) {
      url = new URL(location, url);
      form = null;
      if (`${url.origin}${url.pathname}` === redirectUri) return url;
      if (url.origin !== start.origin) throw new Error('the simulator sends us elsewhere');
    } else {
      if (!response.ok) throw new Error(`the simulator refuses: ${textOf(page)}`);
      if (!page.includes(`value="${idNps}"`)) throw new Error(`the simulator does not know ${idNps}`);
      form = new URLSearchParams({ person: idNps });
    }
  }
  throw new Error('signing in goes round in circles');
}

/** The protocol's own words on the error page. */
const textOf = (page: string): string => /<p class="code">([^<]*)</.exec(page)?.[1] ?? 'no reason given';

async function redeem(endpoint: string, client: PscSignIn['client'], code: string, verifier: string) {
  const credentials = `${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: client.redirectUri,
      code_verifier: verifier,
    }),
  });
  const body = (await response.json()) as Record<string, string>;
  if (!response.ok) throw refusal(body['error'], body['error_description']);
  return { accessToken: body['access_token'] ?? '', idToken: body['id_token'] ?? '' };
}

function refusal(code: string | null | undefined, description: string | null | undefined): Error {
  return new Error(
    `Pro Santé Connect (simulator) refuses: ${code ?? 'no code'}, ${description ?? 'no reason'}`,
  );
}

/** Just enough of a browser's cookies for one walk at one origin: name, value, path. */
class CookieJar {
  readonly #cookies = new Map<string, { name: string; value: string; path: string }>();

  take(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', ...value] = pair.split('=');
      const path = attributes.find((one) => /^path=/i.test(one))?.slice('path='.length) ?? '/';
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(`${name} ${path}`);
      else this.#cookies.set(`${name} ${path}`, { name, value: value.join('='), path });
    }
  }

  cookiesFor(url: URL): string {
    return [...this.#cookies.values()]
      .filter(({ path }) => url.pathname === path || url.pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}
