// What oidc-provider is told so that it behaves as Pro Santé Connect does (DOMAIN.md 8.1): flows, claims, tokens, pages.
// What PSC does not offer is off. It must never decide who somebody is: that is the choice in psc-simulator.ts.

import type { JsonWebKey } from 'node:crypto';
import { type Configuration, errors, interactionPolicy, type JWK as ProviderJwk } from 'oidc-provider';
import { systemClock } from '../lib/clock.ts';
import {
  idNpsOf,
  PSC_ACR,
  PSC_PATHS,
  type PscClient,
  type PscPerson,
  pscTokenClaims,
  pscUserClaims,
} from './psc-claims.ts';
import { pscMemory } from './psc-memory.ts';
import { errorPage, signedOutPage, signOutPage } from './psc-pages.ts';

type ProviderOptions = {
  people: readonly PscPerson[];
  clients: readonly PscClient[];
  cookieSecret: string;
};

const ACCESS_TOKEN_SECONDS = 5 * 60;
const CODE_SECONDS = 60;
const CHOICE_SECONDS = 10 * 60;
const SESSION_SECONDS = 4 * 3600;

export function pscProviderConfiguration(
  issuer: string,
  { people, clients, cookieSecret }: ProviderOptions,
  signingKey: JsonWebKey,
): Configuration {
  const stylesheet = `${issuer}${PSC_PATHS.stylesheet}`;
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
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: PSC_PATHS.realm },
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
      authorization: `${PSC_PATHS.protocol}/auth`,
      token: `${PSC_PATHS.protocol}/token`,
      jwks: `${PSC_PATHS.protocol}/certs`,
      end_session: PSC_PATHS.logout,
    },
    discovery: { userinfo_endpoint: `${issuer}${PSC_PATHS.userInfo}` },
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
      url: (_ctx, interaction) => `${PSC_PATHS.realm}${PSC_PATHS.interaction}${interaction.uid}`,
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
