// Test support: the papers and folders of a small vault, its people, and approvals to unlock it.
// It must never be imported by anything that runs in production.

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VaultConfig } from '../config/config.ts';
import type { AmcNo } from '../core/ids.ts';
import { nirKey } from '../core/nir.ts';
import { cardKid } from '../crypto/card-signature.ts';
import { wrapIdentityHalf } from '../crypto/identity-half.ts';
import { ManualClock } from '../lib/clock.ts';
import type { EnrolmentFile } from './enrolment.ts';
import type { Approval, EngagementItem, PresenceItem } from './protocol.ts';
import { type RunningVault, startVault } from './start.ts';
import type { Vault } from './vault.ts';
import type { VaultClient } from './vault-client.ts';

export const DAY_MS = 86_400_000;
export const START_MS = Date.parse('2026-03-01T08:00:00.000Z');
export const INSURERS = ['0999000101', '0999000202', '0999000303', '0999000404'] as AmcNo[];
export const [TILLEULS, VIEUX_PORT] = INSURERS as [AmcNo, AmcNo];
/** Its members are all fictitious: wide budgets, for tests that open many doors as one person. */
export const EXERCISE = '0999000909' as AmcNo;
export const STRANGER = '0999009999' as AmcNo;
/** Thumbprints, as a certificate's would look. */
export const CLAIRE = 'claire'.padEnd(43, 'x');
export const MARC = 'marc'.padEnd(43, 'x');

/** Where the portal of the home is: passkeys are made for it. */
export const PORTAL_SITE = { origin: 'https://portail.rempart.example', rpId: 'rempart.example' };

/** Fictitious: commune codes 991 to 998 do not exist. */
export function person(i: number) {
  const first13 = `1900175${991 + (Math.floor(i / 1000) % 8)}${String(i % 1000).padStart(3, '0')}`;
  return { nir: first13 + nirKey(first13), birthDate: '19900104', birthRank: 1 };
}

/** Pro Santé Connect's key of the tests: signs who somebody is. */
const psc = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PSC_JWK = { ...psc.publicKey.export({ format: 'jwk' }), kid: 'psc-1', alg: 'RS256' };

/** A token of Pro Santé Connect for that person (IDNPS), as its access tokens look. */
export function pscToken(
  professional: string,
  overrides: Record<string, unknown> = {},
  key = psc.privateKey,
) {
  const iat = Math.floor(clockOfHome.nowMs() / 1000);
  const claims = {
    iss: 'https://psc.example',
    sub: `f:00000000-0000-4000-8000-000000000000:${professional}`,
    azp: 'rempart-test',
    acr: 'eidas1',
    SubjectNameID: professional,
    iat,
    exp: iat + 240,
    ...overrides,
  };
  const input = `${encoded({ alg: 'RS256', kid: 'psc-1' })}.${encoded(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

const TOKEN_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
/** The clock of the home made last: what its callers' tokens are dated by. */
let clockOfHome = new ManualClock(START_MS);

export type ItemOverrides = Partial<PresenceItem> & { client?: string };

/** What a caller presents about person `i`; Claire asks Tilleuls with the member number unless told otherwise. */
export function openItem(i: number, { client = CLAIRE, ...overrides }: ItemOverrides = {}): PresenceItem {
  return {
    proof: { kind: 'token', client, token: accessToken(client) },
    amcNo: TILLEULS,
    evidence: { kind: 'member-number', memberNo: memberNo(i), ...person(i) },
    request: { scope: `claire\n${i}`, body: `{"i":${i}}` },
    ...overrides,
  };
}

/** The door of an engagement, asked for by Claire's software unless told otherwise. */
export function engagementItem(engagementNo: string, client = CLAIRE): EngagementItem {
  const { proof } = openItem(0, { client });
  const evidence = { kind: 'engagement', engagementNo } as const;
  return { proof, amcNo: null, evidence, request: { scope: engagementNo, body: '' } };
}

/** A token as the vault of the home issues it, for the person of the same name as the client. */
export function accessToken(client: string, overrides: Record<string, unknown> = {}): string {
  const account = client.replace(/x+$/, '');
  const claims = {
    sub: account,
    structure: account === 'marc' ? 'S-2' : 'S-1',
    profession: account === 'marc' ? 'optician' : 'pharmacist',
    client_id: `software-${account}`,
    ...overrides,
  };
  return signedToken(client, claims, clockOfHome.nowMs());
}

/** Any access token, signed with the key of `newKeyFile`. */
export function signedToken(thumbprint: string, claims: Record<string, unknown>, nowMs: number): string {
  const iat = Math.floor(nowMs / 1000);
  const usual = {
    iss: 'rempart',
    aud: 'rempart',
    grant: 'grant-1',
    cnf: { 'x5t#S256': thumbprint },
    auth_time: iat,
    iat,
    exp: iat + 300,
  };
  return compactJws(TOKEN_KEY, { ...usual, ...claims }, { typ: 'at+jwt' });
}

export const memberNo = (i: number) => `MEMBER${i}`;

export function identityItem(i: number, overrides: ItemOverrides = {}): PresenceItem {
  return openItem(i, { evidence: { kind: 'identity-only', ...person(i) }, ...overrides });
}

export type VaultHome = {
  config: VaultConfig;
  clock: ManualClock;
  enrolment: EnrolmentFile;
  /** Private keys, by staff id and by insurer. */
  staff: Record<string, KeyObject>;
  feedKeys: Record<string, KeyObject>;
  internalErrors: unknown[];
  writeEnrolment(): void;
  /** As the insurers do after each start and unlock: identity doors open from here on. */
  lendHalves(vault: Vault | VaultClient): Promise<void>;
  start(overrides?: Partial<VaultConfig>): Promise<RunningVault>;
  /** Signed for that lock; `says` replaces what is signed. */
  approval(staff: string, lockId: string | null, says?: Record<string, unknown>): Approval;
};

/** A vault's folder that was never used. Staff: sophie, theo, nadia. */
export function vaultHome(folder: string): VaultHome {
  const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const staffPairs = ['sophie', 'theo', 'nadia'].map((id) => ({ id, ...ec() }));
  const feedPairs = [...INSURERS, EXERCISE].map((id) => ({ id, ...ec() }));
  const jwk = (key: KeyObject) => key.export({ format: 'jwk' });
  const enrolment: EnrolmentFile = {
    clients: [
      { thumbprint: CLAIRE, client: 'software-claire', structures: ['S-1'] },
      { thumbprint: MARC, client: 'software-marc', structures: ['S-2'] },
    ],
    professionals: [
      {
        id: '899700200001',
        activities: [{ account: 'claire', structure: 'S-1', profession: 'pharmacist' }],
      },
      { id: '899700200002', activities: [{ account: 'marc', structure: 'S-2', profession: 'optician' }] },
    ],
    psc: { issuer: 'https://psc.example', clients: ['rempart-test'], keys: [PSC_JWK] },
    insurers: feedPairs.map(({ id, publicKey }) => ({
      amcNo: id,
      feedKeys: [jwk(publicKey)],
      exercise: id === EXERCISE,
    })),
    staff: staffPairs.map(({ id, publicKey }) => ({ id, key: jwk(publicKey) })),
    portal: PORTAL_SITE,
  };
  const staff = Object.fromEntries(staffPairs.map(({ id, privateKey }) => [id, privateKey]));
  const config: VaultConfig = {
    mode: 'demo',
    socket: join(folder, 'vault.sock'),
    socketMode: 0o600,
    keyringFile: join(folder, 'keyring'),
    passphraseFile: null,
    enrolmentFile: join(folder, 'enrolment.json'),
    journalDirectory: join(folder, 'journal'),
    logOrigin: 'rempart.example/test/log-1',
    trustDirectory: join(folder, 'trust'),
    startLocked: false,
    sealThreads: 0,
  };
  const papers = trustPapers();
  enrolment.trustRoot = papers.root;
  const clock = new ManualClock(START_MS);
  clockOfHome = clock;
  writeFileSync(config.keyringFile, JSON.stringify(newKeyFile()), { mode: 0o600 });
  const internalErrors: unknown[] = [];
  const writeEnrolment = () =>
    writeFileSync(config.enrolmentFile, JSON.stringify(enrolment), { mode: 0o600 });
  writeEnrolment();
  return {
    config,
    clock,
    enrolment,
    staff,
    feedKeys: Object.fromEntries(feedPairs.map(({ id, privateKey }) => [id, privateKey])),
    internalErrors,
    writeEnrolment,
    start: (overrides = {}) =>
      startVault(
        { ...config, ...overrides },
        { clock, onInternalError: (error) => internalErrors.push(error) },
      ),
    lendHalves: (vault) => lendHalves(vault, config.trustDirectory, papers),
    approval: (id, lockId, says = { verb: 'unlock', lockId }) => ({
      staff: id,
      jws: compactJws(staff[id] as KeyObject, says),
    }),
  };
}

/** A trust list with a card key for each insurer, signed by a root of its own. */
function trustPapers() {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cardKeys = [...INSURERS, EXERCISE].map((insurer) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const kid = Buffer.from(cardKid({ x, y })).toString('base64url');
    return { kid, insurer, privateKey, jwk: { kty: 'EC', crv: 'P-256', x, y } };
  });
  const cards = cardKeys.map(({ privateKey: _, ...key }) => ({
    ...key,
    from: '2026-01-01',
    to: '2030-12-31',
  }));
  const text = JSON.stringify({ cards, issuedAt: '2026-01-01T00:00:00.000Z' });
  const [header = '', , signature = ''] = compactJws(root.privateKey, JSON.parse(text)).split('.');
  return { cardKeys, root: root.publicKey.export({ format: 'jwk' }), text, jws: `${header}..${signature}` };
}

/** The trust list is there from the first call on. The same half for an insurer at every call. */
async function lendHalves(
  vault: Vault | VaultClient,
  directory: string,
  { cardKeys, text, jws }: ReturnType<typeof trustPapers>,
): Promise<void> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'trust.json'), text);
  writeFileSync(join(directory, 'trust.json.jws'), jws);
  for (const { insurer: amcNo, kid, privateKey } of cardKeys) {
    const bytes = Buffer.alloc(32, Number(amcNo.slice(-2)));
    const wrap = (key: { x: string; y: string }) =>
      wrapIdentityHalf({ amcNo, bytes }, { kid, privateKey }, key);
    if ('call' in vault) {
      const { key } = (await vault.call('identityHalfKey', { amcNo })).out;
      await vault.call('acceptIdentityHalf', { amcNo, jwe: await wrap(key) });
    } else {
      const { key } = await vault.identityHalfKey(amcNo);
      await vault.acceptIdentityHalf(amcNo, await wrap(key));
    }
  }
}

/** As the file keyring writes it, with a token key that the fixture knows too. */
export function newKeyFile() {
  const der = (key: KeyObject) => key.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  return {
    version: 1,
    ledgerKey: der(generateKeyPairSync('ed25519').privateKey),
    platformSecret: randomBytes(32).toString('base64'),
    tokenKey: der(TOKEN_KEY),
    insurers: {},
  };
}

/** A compact JWS (ES256), by hand. */
export function compactJws(key: KeyObject, payload: unknown, header: Record<string, unknown> = {}): string {
  const input = `${encoded({ alg: 'ES256', ...header })}.${encoded(payload)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

export function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
