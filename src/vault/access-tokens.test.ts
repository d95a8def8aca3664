// Tokens of the vault: who gets one, what one proves, and everything that must prove nothing. Real keys, real files;
// the only foreign hand is Pro Santé Connect's signature, made here with the key that the enrolment pins.

import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { RunningVault } from './start.ts';
import type { Vault } from './vault.ts';
import {
  accessToken,
  CLAIRE,
  compactJws,
  encoded,
  MARC,
  openItem,
  pscToken,
  type VaultHome,
  vaultHome,
} from './vault-fixture.ts';

const CLAIRE_ID = '899700200001';
const MINUTE_MS = 60_000;

let home: VaultHome;
let running: RunningVault;
let vault: Vault;
beforeEach(async () => {
  home = vaultHome(tempDir());
  running = await home.start();
  vault = running.vault;
});
afterEach(() => running.close());

const exchange = (overrides: Partial<Parameters<Vault['exchangeToken']>[0]> = {}) =>
  vault.exchangeToken({ client: CLAIRE, subjectToken: pscToken(CLAIRE_ID), structure: 'S-1', ...overrides });

/** What the vault says to somebody who opens a door with that token. */
async function opens(token: string, client = CLAIRE): Promise<string> {
  const [outcome] = await vault.open([openItem(1, { proof: { kind: 'token', client, token } })]);
  return outcome?.ok ? 'opened' : (outcome?.code ?? '');
}

describe('a token of Pro Santé Connect', () => {
  it('and an enrolled certificate give a token of five minutes for the person at the site, which opens doors', async () => {
    const issued = await exchange();
    const { jwk } = { jwk: await vault.tokenKey() };
    const { payload } = await jwtVerify(issued.accessToken, createPublicKey({ key: jwk, format: 'jwk' }), {
      currentDate: new Date(home.clock.nowMs()),
    });
    expect(payload).toMatchObject({
      sub: 'claire',
      structure: 'S-1',
      profession: 'pharmacist',
      client_id: 'software-claire',
      cnf: { 'x5t#S256': CLAIRE },
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(issued.refreshExpiresAt - (payload.iat ?? 0)).toBe(4 * 3_600);
    expect(decodeProtectedHeader(issued.accessToken)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(await opens(issued.accessToken)).toBe('opened');
  });

  it('never puts the person’s national number into a token or the journal', async () => {
    const { accessToken: access, refreshToken } = await exchange();
    await opens(access);
    const texts = [JSON.stringify(decodeJwt(access)), JSON.stringify(decodeJwt(refreshToken))];
    const lines = await vault.journal((await vault.openedSince(0)).numbers);
    for (const text of [...texts, ...lines]) expect(text).not.toContain(CLAIRE_ID);
  });

  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const nowSeconds = () => Math.floor(home.clock.nowMs() / 1000);
  it.each<[string, () => string]>([
    ['that has expired', () => pscToken(CLAIRE_ID, { exp: nowSeconds() - 31 })],
    ['of another issuer', () => pscToken(CLAIRE_ID, { iss: 'https://psc.example.evil' })],
    ['made for another client', () => pscToken(CLAIRE_ID, { azp: 'somebody-else' })],
    [
      'made for us and for somebody else',
      () => pscToken(CLAIRE_ID, { azp: undefined, aud: ['rempart-test', 'x'] }),
    ],
    ['of a lower assurance', () => pscToken(CLAIRE_ID, { acr: 'eidas0' })],
    ['as old as the hills, that never ends', () => pscToken(CLAIRE_ID, { iat: 1, exp: 4_102_444_800 })],
    ['without a beginning', () => pscToken(CLAIRE_ID, { iat: undefined })],
    ['without an end', () => pscToken(CLAIRE_ID, { exp: undefined })],
    ['signed with another key', () => pscToken(CLAIRE_ID, {}, other)],
    ['of nobody', () => pscToken(CLAIRE_ID, { SubjectNameID: undefined })],
    [
      'without a signature (alg none)',
      () => `${encoded({ alg: 'none' })}.${pscToken(CLAIRE_ID).split('.')[1]}.`,
    ],
    [
      'signed with the public key as a shared secret (HS256)',
      () => {
        const input = `${encoded({ alg: 'HS256', kid: 'psc-1' })}.${pscToken(CLAIRE_ID).split('.')[1]}`;
        const publicKey = createPublicKey({ key: home.enrolment.psc.keys[0] as never, format: 'jwk' });
        const secret = publicKey.export({ format: 'pem', type: 'spki' });
        return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      },
    ],
    ['that is one of ours', () => accessToken(CLAIRE)],
    ['that is no token', () => 'claire'],
  ])('%s gives nothing', async (_, token) => {
    await expect(exchange({ subjectToken: token() })).rejects.toMatchObject({ code: 'subject-refused' });
  });

  it('of somebody the vault does not know gives no site', async () => {
    const subjectToken = pscToken('899700299999');
    await expect(exchange({ subjectToken })).rejects.toMatchObject({ code: 'site-refused' });
  });

  it('does not reach a site where this person does not work, nor one the client does not serve', async () => {
    await expect(exchange({ structure: 'S-2' })).rejects.toMatchObject({ code: 'site-refused' });
    await expect(exchange({ client: MARC })).rejects.toMatchObject({ code: 'site-refused' });
    await expect(exchange({ client: 'mallory' })).rejects.toMatchObject({ code: 'not-enrolled' });
  });

  it('is refused the moment the activity has ended in the enrolment', async () => {
    home.enrolment.professionals = home.enrolment.professionals.filter(({ id }) => id !== CLAIRE_ID);
    home.writeEnrolment();
    await expect(exchange()).rejects.toMatchObject({ code: 'site-refused' });
  });

  it('gives nothing while the vault is locked', async () => {
    await vault.lock('sophie', 'phishing');
    await expect(exchange()).rejects.toMatchObject({ code: 'locked' });
    await expect(vault.tokenKey()).rejects.toMatchObject({ code: 'locked' });
  });
});

describe('an access token', () => {
  const forged = (claims: Record<string, unknown>, header = {}) => {
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    return compactJws(key, { ...decodeJwt(accessToken(CLAIRE)), ...claims }, { typ: 'at+jwt', ...header });
  };
  it.each<[string, () => string]>([
    ['signed by somebody else', () => forged({})],
    [
      'without a signature (alg none)',
      () => `${encoded({ alg: 'none', typ: 'at+jwt' })}.${accessToken(CLAIRE).split('.')[1]}.`,
    ],
    ['for another audience', () => accessToken(CLAIRE, { aud: 'somebody-else' })],
    ['of another issuer', () => accessToken(CLAIRE, { iss: 'somebody-else' })],
    [
      'that lives longer than five minutes',
      () => accessToken(CLAIRE, { iat: Math.floor(home.clock.nowMs() / 1000) - 301 }),
    ],
    ['bound to no certificate', () => accessToken(CLAIRE, { cnf: {} })],
    ['for an account nobody enrolled', () => accessToken(CLAIRE, { sub: 'mallory' })],
    ['for a site that is not this account’s', () => accessToken(CLAIRE, { structure: 'S-2' })],
    ['of Pro Santé Connect', () => pscToken(CLAIRE_ID)],
    ['of nothing', () => ''],
  ])('%s opens nothing', async (_, token) => {
    expect(await opens(token())).toBe('proof-refused');
  });

  it('opens nothing with another certificate than its own', async () => {
    const { accessToken: token } = await exchange();
    expect(await opens(token, MARC)).toBe('proof-refused');
  });

  it('opens nothing once its five minutes are over, though it was verified before', async () => {
    const { accessToken: token } = await exchange();
    expect(await opens(token)).toBe('opened');
    home.clock.advance(5 * MINUTE_MS - 1);
    expect(await opens(token)).toBe('opened');
    home.clock.advance(1);
    expect(await opens(token)).toBe('proof-refused');
  });

  it('that was over stays over when the clock is put back', async () => {
    const { accessToken: token } = await exchange();
    expect(await opens(token)).toBe('opened');
    home.clock.advance(-6_000);
    expect(await opens(token)).toBe('proof-refused');
  });

  it('opens nothing within a second after its client, its site or its person was struck off', async () => {
    const { accessToken: token } = await exchange();
    const { clients, professionals } = home.enrolment;
    const struck = [
      { clients: clients.filter(({ thumbprint }) => thumbprint !== CLAIRE) },
      { clients: clients.map((one) => ({ ...one, structures: [] })) },
      { professionals: [] },
    ];
    for (const change of struck) {
      expect(await opens(token)).toBe('opened');
      Object.assign(home.enrolment, { clients, professionals, ...change });
      home.writeEnrolment();
      home.clock.advance(1_000);
      expect(await opens(token)).not.toBe('opened');
      Object.assign(home.enrolment, { clients, professionals });
      home.writeEnrolment();
      home.clock.advance(1_000);
    }
  });

  it('outlives a restart of the vault', async () => {
    const { accessToken: token } = await exchange();
    await running.close();
    running = await home.start();
    vault = running.vault;
    expect(await opens(token)).toBe('opened');
  });
});

describe('a refresh token', () => {
  it('gives new access tokens for four hours and not longer, for the same sign-in', async () => {
    const first = await exchange();
    for (let i = 0; i < 3; i += 1) {
      home.clock.advance(79 * MINUTE_MS);
      const next = await vault.renewToken({ client: CLAIRE, refreshToken: first.refreshToken });
      expect(next.actor).toEqual(first.actor);
      expect(await opens(next.accessToken)).toBe('opened');
    }
    home.clock.advance(2 * MINUTE_MS); // 3 h 59
    const last = await vault.renewToken({ client: CLAIRE, refreshToken: first.refreshToken });
    expect(last.accessExpiresAt).toBe(first.refreshExpiresAt); // one minute, not five
    home.clock.advance(MINUTE_MS);
    await expect(
      vault.renewToken({ client: CLAIRE, refreshToken: first.refreshToken }),
    ).rejects.toMatchObject({
      code: 'refresh-refused',
    });
    expect(await opens(last.accessToken)).toBe('proof-refused');
  });

  it('is worth nothing with another certificate, as an access token, or the other way round', async () => {
    const { accessToken: access, refreshToken } = await exchange();
    await expect(vault.renewToken({ client: MARC, refreshToken })).rejects.toMatchObject({
      code: 'refresh-refused',
    });
    await expect(vault.renewToken({ client: CLAIRE, refreshToken: access })).rejects.toMatchObject({
      code: 'refresh-refused',
    });
    expect(await opens(refreshToken)).toBe('proof-refused');
  });

  it('ends with the activity', async () => {
    const { refreshToken } = await exchange();
    home.enrolment.professionals = [];
    home.writeEnrolment();
    await expect(vault.renewToken({ client: CLAIRE, refreshToken })).rejects.toMatchObject({
      code: 'site-refused',
    });
  });
});
