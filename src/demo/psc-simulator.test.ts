// The simulator of Pro Santé Connect, over real HTTP: what it gives, what it refuses, and how it ends a session.

import { createHash, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_ACCOUNTS, pscPeople } from './accounts.ts';
import { idNpsOf, type PscPerson } from './psc-claims.ts';
import { pscAccessToken } from './psc-sign-in.ts';
import { type PscSimulator, type PscSimulatorOptions, startPscSimulator } from './psc-simulator.ts';

const REDIRECT = 'http://127.0.0.1:9/callback';
const SIGNED_OUT = 'http://127.0.0.1:9/signed-out';
const CLIENT = { id: 'officine', secret: 'fictitious-secret-of-the-officine', redirectUri: REDIRECT };
const people = pscPeople(DEMO_ACCOUNTS);
const named = (givenName: string): PscPerson => {
  const person = people.find((one) => one.givenName === givenName);
  if (!person) throw new Error(`nobody is called ${givenName}`);
  return person;
};
const claire = named('Claire');
const lucien = named('Lucien');

const signingKey: JsonWebKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  format: 'jwk',
});

/** The client's own server: told when a session ends. */
let relyingParty: Server;
const logoutTokens: string[] = [];
let psc: PscSimulator;
let options: PscSimulatorOptions;

beforeAll(async () => {
  relyingParty = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    logoutTokens.push(new URLSearchParams(body).get('logout_token') ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => relyingParty.listen(0, '127.0.0.1', resolve));
  const { port } = relyingParty.address() as AddressInfo;
  options = {
    mode: 'demo',
    port: 0,
    people,
    clients: [
      {
        id: CLIENT.id,
        secret: CLIENT.secret,
        redirectUris: [REDIRECT],
        postLogoutRedirectUris: [SIGNED_OUT],
        backchannelLogoutUri: `http://127.0.0.1:${port}/logout`,
      },
    ],
    signingKey,
    cookieSecret: randomBytes(32).toString('base64url'),
  };
  psc = await startPscSimulator(options);
});
afterAll(async () => {
  await psc.close();
  relyingParty.close();
});

const verified = async (token: string, audience: string): Promise<JWTPayload> => {
  const keys = createLocalJWKSet(psc.jwks as Parameters<typeof createLocalJWKSet>[0]);
  const { payload } = await jwtVerify(token, keys, {
    issuer: psc.issuer,
    audience,
    algorithms: ['RS256'],
  });
  return payload;
};

const endpoint = (name: string) => `${psc.issuer}/protocol/openid-connect/${name}`;
const userInfo = (token: string) =>
  fetch(endpoint('userinfo'), { headers: { authorization: `Bearer ${token}` } });

/** A browser with cookies, that stops where it is sent elsewhere. */
function browser() {
  const cookies = new Map<string, string>();
  const open = async (address: string, form?: Record<string, string>) => {
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get('location');
    return {
      status: response.status,
      headers: response.headers,
      location: location && new URL(location, address).href,
      page: await response.text(),
      address,
    };
  };
  /** Follows redirects while they stay at the simulator. */
  const walk = async (address: string, form?: Record<string, string>) => {
    let seen = await open(address, form);
    for (let step = 0; step < 10 && seen.location?.startsWith(psc.issuer); step++)
      seen = await open(seen.location);
    return seen;
  };
  return { open, walk };
}

const VERIFIER = 'a-verifier-of-at-least-43-characters-long-0123456789';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

function authorization(changes: Record<string, string | null> = {}): string {
  const asked = {
    response_type: 'code',
    client_id: CLIENT.id,
    redirect_uri: REDIRECT,
    scope: 'openid scope_all',
    acr_values: 'eidas1',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  };
  const given = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== null);
  return `${endpoint('auth')}?${new URLSearchParams(given)}`;
}

async function codeFor(person: PscPerson, visitor = browser()): Promise<string> {
  const page = await visitor.walk(authorization());
  const { location } = await visitor.walk(page.address, { person: person.idNps });
  return new URL(location ?? '').searchParams.get('code') ?? '';
}

async function redeem(code: string, changes: Record<string, string> = {}) {
  const response = await fetch(endpoint('token'), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      code,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
      ...changes,
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

describe('what Pro Santé Connect says of a person', () => {
  it('is in an access token of five minutes, signed RS256', async () => {
    const { accessToken, expiresAt } = await pscAccessToken({
      issuer: psc.issuer,
      client: CLIENT,
      idNps: claire.idNps,
    });
    const claims = await verified(accessToken, `${psc.issuer}/api`);
    expect(claims).toMatchObject({
      iss: psc.issuer,
      azp: CLIENT.id,
      client_id: CLIENT.id,
      acr: 'eidas1',
      idp: 'PSC',
      SubjectNameID: claire.idNps,
      jti: expect.any(String),
      scope: 'openid scope_all',
    });
    expect(claims.sub).toMatch(/^f:[0-9a-f-]{36}:8997002\d{5}$/);
    expect(idNpsOf(claims.sub ?? '')).toBe(claire.idNps);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
    expect(expiresAt).toBe(claims.exp);
  });

  it('holds every activity in SubjectRefPro: Lucien works at two pharmacies', async () => {
    const { accessToken } = await pscAccessToken({
      issuer: psc.issuer,
      client: CLIENT,
      idNps: lucien.idNps,
    });
    expect(decodeJwt(accessToken)['SubjectRefPro']).toMatchObject({
      exercices: [
        {
          codeProfession: '21',
          codeCategorieProfessionnelle: 'C',
          nomDexercice: 'Garrigue',
          prenomDexercice: 'Lucien',
          activities: [
            {
              codeModeExercice: 'L',
              codeSecteurDactivite: expect.stringMatching(/^SA\d\d$/),
              identifiantTechniqueDeLaStructure: 'S-PHARMACIE-MOULIN',
              raisonSocialeSite: 'Pharmacie du Moulin',
            },
            {
              identifiantTechniqueDeLaStructure: 'S-PHARMACIE-QUAI',
              raisonSocialeSite: 'Pharmacie du Quai',
            },
          ],
        },
      ],
    });
  });

  it('is the same in the ID token and in UserInfo', async () => {
    const { accessToken, idToken } = await pscAccessToken({
      issuer: psc.issuer,
      client: CLIENT,
      idNps: lucien.idNps,
      nonce: 'nonce-of-the-test',
    });
    const claims = await verified(idToken, CLIENT.id);
    expect(claims).toMatchObject({
      acr: 'eidas1',
      nonce: 'nonce-of-the-test',
      auth_time: expect.any(Number),
    });
    const info = (await (await userInfo(accessToken)).json()) as Record<string, unknown>;
    for (const name of ['sub', 'SubjectNameID', 'SubjectRefPro', 'SubjectRole', 'idp'])
      expect(claims[name], name).toEqual(info[name]);
    expect(info).toMatchObject({
      family_name: 'Garrigue',
      given_name: 'Lucien',
      SubjectRole: ['21^1.2.250.1.213.1.1.5.5'],
      Secteur_Activite: expect.stringContaining('^1.2.250.1.71.4.2.4'),
      Palier_Authentification: 'APPPRIP3^1.2.250.1.213.1.5.1.1.1',
      otherIds: [{ identifiant: lucien.idNps, origine: 'RPPS', qualite: '1' }],
    });
  });

  it('survives a restart with the same key', async () => {
    const first = await startPscSimulator({ ...options, port: 0 });
    const { accessToken } = await pscAccessToken({
      issuer: first.issuer,
      client: CLIENT,
      idNps: claire.idNps,
    });
    await first.close();
    const again = await startPscSimulator({ ...options, port: Number(new URL(first.issuer).port) });
    expect(again.jwks).toEqual(first.jwks);
    const keys = createLocalJWKSet(again.jwks as Parameters<typeof createLocalJWKSet>[0]);
    await expect(jwtVerify(accessToken, keys, { issuer: again.issuer })).resolves.toBeDefined();
    await again.close();
  });
});

describe('a relying party of its own making (openid-client)', () => {
  it('signs Claire in and reads her UserInfo', async () => {
    const config = await oidc.discovery(new URL(psc.issuer), CLIENT.id, CLIENT.secret, undefined, {
      execute: [oidc.allowInsecureRequests],
    });
    const codeVerifier = oidc.randomPKCECodeVerifier();
    const nonce = oidc.randomNonce();
    const state = oidc.randomState();
    const start = oidc.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT,
      scope: 'openid scope_all',
      acr_values: 'eidas1',
      code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      nonce,
      state,
    });
    const visitor = browser();
    const page = await visitor.walk(start.href);
    const { location } = await visitor.walk(page.address, { person: claire.idNps });
    const tokens = await oidc.authorizationCodeGrant(config, new URL(location ?? ''), {
      pkceCodeVerifier: codeVerifier,
      expectedNonce: nonce,
      expectedState: state,
      maxAge: 60,
    });
    const subject = tokens.claims()?.sub ?? '';
    const info = await oidc.fetchUserInfo(config, tokens.access_token, subject);
    expect(info).toMatchObject({ SubjectNameID: claire.idNps, given_name: 'Claire' });
  });
});

describe('what it refuses', () => {
  it.each([
    ['a redirect address that is not registered', { redirect_uri: `${REDIRECT}/` }, 'invalid_redirect_uri'],
    ['a client that is unknown', { client_id: 'stranger' }, 'invalid_client'],
  ])('%s, on a page and without sending anybody there', async (_what, changes, code) => {
    const answer = await browser().open(authorization(changes));
    expect(answer.status).toBe(400);
    expect(answer.location).toBeNull();
    expect(answer.page).toContain(code);
    expect(answer.page).toContain('SIMULATEUR');
  });

  it.each([
    ['a request without PKCE', { code_challenge: null, code_challenge_method: null }],
    ['PKCE in the clear', { code_challenge_method: 'plain' }],
    ['a request without a level of assurance', { acr_values: null }],
    ['a level that Pro Santé Connect does not give', { acr_values: 'eidas3' }],
  ])('%s', async (_what, changes) => {
    const { location } = await browser().open(authorization(changes));
    expect(location?.startsWith(`${REDIRECT}?`)).toBe(true);
    const answer = new URL(location ?? '').searchParams;
    expect(answer.get('error')).toBe('invalid_request');
    expect(answer.get('code')).toBeNull();
  });

  it('a token instead of a code', async () => {
    const { location } = await browser().open(authorization({ response_type: 'id_token' }));
    expect(location).toContain('error=unsupported_response_type');
  });

  it('a code that was used before', async () => {
    const code = await codeFor(claire);
    expect((await redeem(code)).status).toBe(200);
    expect(await redeem(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it.each([
    ['a wrong secret', { client_secret: 'guessed' }, 401, 'invalid_client'],
    ['a wrong verifier', { code_verifier: VERIFIER.toUpperCase() }, 400, 'invalid_grant'],
    ['another redirect address', { redirect_uri: `${REDIRECT}2` }, 400, 'invalid_grant'],
  ])('%s at the token endpoint', async (_what, changes, status, error) => {
    expect(await redeem(await codeFor(claire), changes)).toMatchObject({ status, body: { error } });
  });

  it('a person who is not in its list', async () => {
    const visitor = browser();
    const page = await visitor.walk(authorization());
    const answer = await visitor.walk(page.address, { person: '899999999999' });
    expect(answer.status).toBe(400);
    expect(answer.location).toBeNull();
    await expect(
      pscAccessToken({ issuer: psc.issuer, client: CLIENT, idNps: '899999999999' }),
    ).rejects.toThrow('does not know');
  });

  it('a choice from a browser that did not ask, or an unknown address, with a page', async () => {
    const page = await browser().walk(authorization());
    const answer = await browser().open(page.address, { person: claire.idNps });
    expect(answer.status).toBe(400);
    expect(answer.page).toContain('SIMULATEUR');
    expect((await browser().open(`${psc.issuer}/nowhere`)).status).toBe(404);
  });

  it('a host name that was made to point at it', async () => {
    const { port } = new URL(psc.issuer);
    const status = await new Promise((resolve, reject) => {
      const call = httpRequest(
        { host: '127.0.0.1', port, path: new URL(psc.issuer).pathname, headers: { host: 'evil.example' } },
        (response) => resolve(response.resume().statusCode),
      );
      call.on('error', reject).end();
    });
    expect(status).toBe(421);
  });

  it('to start outside the demo, or with a key that cannot sign RS256', async () => {
    const production = { ...options, mode: 'production' } as unknown as PscSimulatorOptions;
    await expect(startPscSimulator(production)).rejects.toThrow('demo mode only');
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    await expect(startPscSimulator({ ...options, signingKey: ec })).rejects.toThrow('RSA');
  });

  it('UserInfo without a token of its own', async () => {
    const { idToken } = await pscAccessToken({ issuer: psc.issuer, client: CLIENT, idNps: claire.idNps });
    for (const token of ['', 'x.y.z', idToken]) expect((await userInfo(token)).status).toBe(401);
  });
});

describe('cancelling', () => {
  it('goes back with access_denied', async () => {
    const visitor = browser();
    const page = await visitor.walk(authorization());
    const { location } = await visitor.walk(page.address, { cancel: 'yes' });
    expect(location).toContain('error=access_denied');
    expect(location).toContain('state=the-state');
  });
});

describe('signing out', () => {
  it('asks once, tells the client over the back channel, goes back, and ends UserInfo', async () => {
    const visitor = browser();
    const { body } = await redeem(await codeFor(claire, visitor));
    const { access_token: accessToken = '', id_token: idToken = '' } = body;
    expect((await userInfo(accessToken)).status).toBe(200);

    // Still signed in: the next request is answered without a page.
    const silently = await visitor.walk(authorization());
    expect(silently.location).toContain('code=');

    const asked = new URLSearchParams({
      id_token_hint: idToken,
      post_logout_redirect_uri: SIGNED_OUT,
      state: 'bye',
    });
    const page = await visitor.walk(`${endpoint('logout')}?${asked}`);
    expect(page.page).toContain('Se déconnecter');
    const [, action = ''] = /action="([^"]+)"/.exec(page.page) ?? [];
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page.page) ?? [];
    logoutTokens.length = 0;
    const left = await visitor.walk(action, { xsrf, logout: 'yes' });
    expect(left.location).toBe(`${SIGNED_OUT}?state=bye`);

    expect(logoutTokens).toHaveLength(1);
    const told = await verified(logoutTokens[0] ?? '', CLIENT.id);
    expect(told).toMatchObject({
      sub: decodeJwt(idToken).sub,
      sid: decodeJwt(idToken)['sid'],
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(told).not.toHaveProperty('nonce');
    expect(decodeJwt(accessToken)['sid']).toBe(told['sid']);

    expect((await userInfo(accessToken)).status).toBe(401);
    const after = await visitor.walk(authorization());
    expect(after.page).toContain('Qui se connecte');
  });

  it('goes to registered addresses only', async () => {
    const { body } = await redeem(await codeFor(claire));
    const asked = new URLSearchParams({
      id_token_hint: body['id_token'] ?? '',
      post_logout_redirect_uri: 'http://127.0.0.1:9/elsewhere',
    });
    const answer = await browser().open(`${endpoint('logout')}?${asked}`);
    expect(answer.status).toBe(400);
    expect(answer.page).toContain('post_logout_redirect_uri');
  });
});

describe('its pages', () => {
  it('say in two languages that this is a simulator, and offer every person as a button', async () => {
    const { page, status } = await browser().walk(authorization());
    expect(status).toBe(200);
    expect(page).toContain('Simulateur de Pro Santé Connect pour la démonstration');
    expect(page).toContain('this is not the real service');
    expect(page).toContain('Se connecter comme');
    for (const person of people) {
      expect(page).toContain(`name="person" value="${person.idNps}"`);
      expect(page).toContain(`${person.givenName} ${person.familyName}`);
      for (const { structureName } of person.activities) expect(page).toContain(structureName);
    }
  });

  it('need no script and no inline style, and a policy says so', async () => {
    const { headers, page } = await browser().walk(authorization());
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-');
    expect(policy).toContain("form-action 'self' http://127.0.0.1:9");
    expect(policy).toMatch(/script-src;/);
    expect(page).not.toMatch(/<script|<style| style=|javascript:/i);
    const [, stylesheet = ''] = /rel="stylesheet" href="([^"]+)"/.exec(page) ?? [];
    const style = await fetch(stylesheet);
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
  });

  it('repeat nothing as markup', async () => {
    const { page } = await browser().open(authorization({ client_id: '<script>alert(1)</script>' }));
    expect(page).not.toContain('<script');
  });
});

describe('the demo’s professionals', () => {
  it('have fictitious numbers, one for each person', () => {
    for (const { professionalId } of DEMO_ACCOUNTS) expect(professionalId).toMatch(/^8997002\d{5}$/);
    expect(people).toHaveLength(DEMO_ACCOUNTS.length - 1);
    expect(lucien.activities.map(({ structureId }) => structureId)).toEqual([
      'S-PHARMACIE-MOULIN',
      'S-PHARMACIE-QUAI',
    ]);
    expect(DEMO_ACCOUNTS.at(-1)?.id).toBe('lucien-quai');
  });
});
