// Test support: the papers and folders of a small vault, its people, and approvals to unlock it.
// It must never be imported by anything that runs in production.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VaultConfig } from '../config/config.ts';
import type { AmcNo } from '../core/ids.ts';
import { nirKey } from '../core/nir.ts';
import { ManualClock } from '../lib/clock.ts';
import type { EnrolmentFile } from './enrolment.ts';
import type { Approval, OpenItem } from './protocol.ts';
import { type RunningVault, startVault } from './start.ts';

export const DAY_MS = 86_400_000;
export const START_MS = Date.parse('2026-03-01T08:00:00.000Z');
export const INSURERS = ['0999000101', '0999000202', '0999000303', '0999000404'] as AmcNo[];
export const [TILLEULS, VIEUX_PORT] = INSURERS as [AmcNo, AmcNo];
export const STRANGER = '0999009999' as AmcNo;
/** Thumbprints, as a certificate's would look. */
export const CLAIRE = 'claire'.padEnd(43, 'x');
export const MARC = 'marc'.padEnd(43, 'x');

/** Fictitious: commune codes 991 to 998 do not exist. */
export function person(i: number) {
  const first13 = `1900175${991 + (Math.floor(i / 1000) % 8)}${String(i % 1000).padStart(3, '0')}`;
  return { nir: first13 + nirKey(first13), birthDate: '19900104', birthRank: 1 };
}

/** What a caller presents about person `i`; Claire asks Tilleuls with the member number unless told otherwise. */
export function openItem(i: number, overrides: Partial<OpenItem> = {}): OpenItem {
  return {
    client: CLAIRE,
    amcNo: TILLEULS,
    evidence: { kind: 'member-number', memberNo: memberNo(i), ...person(i) },
    request: { scope: `claire\n${i}`, body: `{"i":${i}}` },
    ...overrides,
  };
}

export const memberNo = (i: number) => `MEMBER${i}`;

export function identityItem(i: number, overrides: Partial<OpenItem> = {}): OpenItem {
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
  start(overrides?: Partial<VaultConfig>): Promise<RunningVault>;
  /** Signed for that lock; `says` replaces what is signed. */
  approval(staff: string, lockId: string | null, says?: Record<string, unknown>): Approval;
};

/** A vault's folder that was never used. Staff: sophie, theo, nadia. */
export function vaultHome(folder: string): VaultHome {
  const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const staffPairs = ['sophie', 'theo', 'nadia'].map((id) => ({ id, ...ec() }));
  const feedPairs = INSURERS.map((id) => ({ id, ...ec() }));
  const jwk = (key: KeyObject) => key.export({ format: 'jwk' });
  const enrolment: EnrolmentFile = {
    clients: [
      {
        thumbprint: CLAIRE,
        client: 'software-claire',
        account: 'claire',
        structure: 'S-1',
        profession: 'pharmacist',
      },
      {
        thumbprint: MARC,
        client: 'software-marc',
        account: 'marc',
        structure: 'S-2',
        profession: 'optician',
      },
    ],
    insurers: feedPairs.map(({ id, publicKey }) => ({ amcNo: id, feedKeys: [jwk(publicKey)] })),
    staff: staffPairs.map(({ id, publicKey }) => ({ id, key: jwk(publicKey) })),
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
    startLocked: false,
    sealThreads: 0,
  };
  const clock = new ManualClock(START_MS);
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
    approval: (id, lockId, says = { verb: 'unlock', lockId }) => ({
      staff: id,
      jws: compactJws(staff[id] as KeyObject, says),
    }),
  };
}

/** A compact JWS (ES256), by hand. */
export function compactJws(key: KeyObject, payload: unknown): string {
  const input = `${encoded({ alg: 'ES256' })}.${encoded(payload)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

export function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
