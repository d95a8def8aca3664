// Makes the demo world's papers: authority, certificates, feed keys, staff keys, trust root, the vault's enrolment.
// Made once and kept: a second start finds them. Everything is fictitious and only valid for this demo.

import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { CompactSign, FlattenedSign, importJWK, type JWK } from 'jose';
import type { CardKey } from '../core/trust-list.ts';
import { randomSlice } from '../lib/random.ts';
import type { EnrolmentFile } from '../vault/enrolment.ts';
import type { InsurerEnrolmentFile } from '../vault/insurer/insurer-enrolment.ts';
import { DEMO_INSURER_PERSONS, DEMO_STAFF, type DemoAccount } from './accounts.ts';
import { type CertificateAndKey, createDemoCa, issueCertificate, thumbprintOf } from './certificates.ts';
import type { OperatorDuty } from './demo-store-sql.ts';
import { readJson, readJsonIfThere, writeJson, writePrivate } from './files.ts';
import { ALL_DEMO_INSURERS, DEMO_INSURERS, isExercise } from './insurers.ts';
import type { DemoPaths } from './paths.ts';

const YEARS_MS = 10 * 365 * 86_400_000;
export const LOG_ORIGIN = 'rempart.example/demo/log-1';

/** What a start needs to remember of the one before: ports and database passwords. */
export type World = {
  version: 1;
  operatorPort: number;
  metricsPort: number;
  databasePort: number;
  /** Of the Pro Santé Connect simulator; 0 in worlds made before there was one. */
  pscPort?: number;
  /** Of the professionals' portal; 0 in worlds made before there was one. */
  portalPort?: number;
  /** Of the staff's console; 0 in worlds made before there was one. */
  consolePort?: number;
  /** Of the insurer's own process; 0 in worlds made before there was one, as its passwords. */
  insurerPort?: number;
  statusPort?: number;
  insurerPasswords?: Record<'desk' | 'status', string>;
  /** `settle` and `pay` are missing in worlds made before there were quotes. */
  databasePasswords: Record<OperatorDuty, string>;
};

/** Certificates around the insurer's own process: its server's, and that of its card desk's system. */
export const INSURER_SERVER = 'insurer';
export const INSURER_DESK = 'insurer-desk';

/** A client certificate of the demo and whom it speaks for; ends up in the database and in the vault's enrolment. */
export type DemoCertificate =
  | { kind: 'software'; name: string; thumbprint: string; account: DemoAccount }
  | { kind: 'insurer'; name: string; thumbprint: string; amcNo: string; person: string };

/** Each account of the demo has software of its own. */
export const softwareName = ({ id }: DemoAccount): string => `software-${id}`;

/** Makes the folder and returns the database's port of the last start (0 at first). */
export async function prepareFolder(paths: DemoPaths): Promise<number> {
  await mkdir(paths.logs, { recursive: true, mode: 0o711 });
  return (await readJsonIfThere<World>(paths.world))?.databasePort ?? 0;
}

/** Finds or makes everything; `operatorPort` overrides the port remembered. */
export async function prepareWorld(
  paths: DemoPaths,
  now: Date,
  options: { operatorPort: number | null; accounts: readonly DemoAccount[] },
): Promise<World & Required<Pick<World, 'insurerPasswords'>>> {
  const { operatorPort, accounts } = options;
  const known = await readJsonIfThere<World>(paths.world);
  if (known) await addMissingCertificates(paths, now, accounts);
  const made = known ?? (await newWorld(paths, now, accounts));
  const world = {
    ...made,
    databasePasswords: {
      ...made.databasePasswords,
      settle: made.databasePasswords.settle ?? newPassword(),
      pay: made.databasePasswords.pay ?? newPassword(),
    },
    insurerPasswords: made.insurerPasswords ?? { desk: newPassword(), status: newPassword() },
    ...(operatorPort === null ? {} : { operatorPort }),
  };
  // Ports are written down once everything runs: a start that fails changes nothing.
  if (!known?.insurerPasswords || !known.databasePasswords.settle || !known.databasePasswords.pay)
    await writeJson(paths.world, known ? { ...world, operatorPort: known.operatorPort } : world);
  return world;
}

async function newWorld(paths: DemoPaths, now: Date, accounts: readonly DemoAccount[]): Promise<World> {
  const ca = await createDemoCa({ now });
  await writePrivate(paths.ca, ca.certPem);
  await writePrivate(paths.caKey, ca.keyPem);
  await writeCertificate(paths, ca, now, { name: 'operator', kind: 'server', commonName: 'localhost' });
  for (const account of accounts) await writeAccountCertificate(paths, ca, now, account);
  await writeInsurerCertificates(paths, ca, now);
  for (const { amcNo, name } of ALL_DEMO_INSURERS) {
    for (const person of DEMO_INSURER_PERSONS) {
      const commonName = `${person} ${amcNo}`;
      await writeCertificate(paths, ca, now, {
        name: certificateName(amcNo, person),
        kind: 'client',
        commonName,
        organization: name,
      });
    }
  }
  for (const id of DEMO_STAFF) await writeJson(paths.staff(id), newSigningKey());
  await writeJson(paths.trustRoot, newSigningKey());
  return {
    version: 1,
    operatorPort: 8443,
    metricsPort: 0,
    databasePort: 0,
    databasePasswords: {
      rights: newPassword(),
      feed: newPassword(),
      log: newPassword(),
      desk: newPassword(),
      settle: newPassword(),
      pay: newPassword(),
    },
  };
}

const newPassword = () => randomSlice(24).toString('base64url');

/** Of the insurer whose own process the demo runs. */
async function writeInsurerCertificates(paths: DemoPaths, ca: CertificateAndKey, now: Date): Promise<void> {
  const [{ name: organization }] = DEMO_INSURERS;
  await writeCertificate(paths, ca, now, { name: INSURER_SERVER, kind: 'server', commonName: 'localhost' });
  await writeCertificate(paths, ca, now, {
    name: INSURER_DESK,
    kind: 'client',
    commonName: 'Gestion des cartes',
    organization,
  });
}

/** A world made before an account was added to the list gets that account's certificate, and keeps all others. */
async function addMissingCertificates(
  paths: DemoPaths,
  now: Date,
  accounts: readonly DemoAccount[],
): Promise<void> {
  const missing = accounts.filter(({ id }) => !existsSync(paths.certificate(id)));
  const hasInsurer = existsSync(paths.certificate(INSURER_DESK));
  if (missing.length === 0 && hasInsurer) return;
  const ca = { certPem: await readFile(paths.ca, 'utf8'), keyPem: await readFile(paths.caKey, 'utf8') };
  for (const account of missing) await writeAccountCertificate(paths, ca, now, account);
  if (!hasInsurer) await writeInsurerCertificates(paths, ca, now);
}

async function writeAccountCertificate(
  paths: DemoPaths,
  ca: CertificateAndKey,
  now: Date,
  { id, who, structure }: DemoAccount,
): Promise<void> {
  const organization = structure.name;
  await writeCertificate(paths, ca, now, { name: id, kind: 'client', commonName: who, organization });
}

async function writeCertificate(
  paths: DemoPaths,
  ca: CertificateAndKey,
  now: Date,
  request: { name: string; kind: 'server' | 'client'; commonName: string; organization?: string },
): Promise<void> {
  const { name, ...subject } = request;
  const addresses = request.kind === 'server' ? { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] } : {};
  const notAfter = new Date(now.getTime() + YEARS_MS);
  const { certPem, keyPem } = await issueCertificate(ca, { now, ...subject, ...addresses, notAfter });
  await writePrivate(paths.certificate(name), certPem);
  await writePrivate(paths.key(name), keyPem);
}

export const certificateName = (amcNo: string, person: string) => `${amcNo}-${person}`;

/** An ES256 private key as JWK. */
function newSigningKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256' };
}

function publicPart(jwk: JsonWebKey): JsonWebKey {
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' });
}

/** Writes each insurer's connection file (with its feed key), as `rempart feed` reads it. */
export async function writeInsurerFiles(paths: DemoPaths, operatorUrl: string): Promise<void> {
  for (const { amcNo } of ALL_DEMO_INSURERS) {
    const known = await readJsonIfThere<{ feedKey: JsonWebKey }>(paths.insurer(amcNo));
    await writeJson(paths.insurer(amcNo), {
      ...known, // card keys of the insurers that are key files
      amcNo,
      operator: operatorUrl,
      ca: paths.ca,
      persons: DEMO_INSURER_PERSONS.map((person) => ({
        person: `${person}-${amcNo}`,
        cert: paths.certificate(certificateName(amcNo, person)),
        key: paths.key(certificateName(amcNo, person)),
      })),
      feedKey: known?.feedKey ?? newSigningKey(),
    });
  }
}

/** All client certificates of the demo. */
export async function demoCertificates(
  paths: DemoPaths,
  accounts: readonly DemoAccount[],
): Promise<DemoCertificate[]> {
  const thumbprint = async (name: string) => thumbprintOf(await readFile(paths.certificate(name), 'utf8'));
  const certificates: DemoCertificate[] = [];
  for (const account of accounts) {
    certificates.push({
      kind: 'software',
      name: account.id,
      thumbprint: await thumbprint(account.id),
      account,
    });
  }
  for (const { amcNo } of ALL_DEMO_INSURERS) {
    for (const person of DEMO_INSURER_PERSONS) {
      const name = certificateName(amcNo, person);
      certificates.push({
        kind: 'insurer',
        name,
        thumbprint: await thumbprint(name),
        amcNo,
        person: `${person}-${amcNo}`,
      });
    }
  }
  return certificates;
}

/** The vault's own list of whom it believes; the operator process never writes it. */
export async function writeEnrolment(
  paths: DemoPaths,
  certificates: readonly DemoCertificate[],
  psc: EnrolmentFile['psc'],
  portalOrigin: string,
): Promise<void> {
  const software = certificates.flatMap((one) => (one.kind === 'software' ? [one] : []));
  const people = [...new Set(software.map(({ account }) => account.professionalId))];
  const file: EnrolmentFile = {
    clients: software.map(({ thumbprint, account }) => ({
      thumbprint,
      client: softwareName(account),
      structures: [account.structure.id],
    })),
    professionals: people.map((id) => ({
      id,
      activities: software.flatMap(({ account }) =>
        account.professionalId === id
          ? [{ account: account.id, structure: account.structure.id, profession: account.profession }]
          : [],
      ),
    })),
    psc,
    trustRoot: publicPart(await readJson<JsonWebKey>(paths.trustRoot)),
    portal: { origin: portalOrigin, rpId: new URL(portalOrigin).hostname },
    insurers: await Promise.all(
      ALL_DEMO_INSURERS.map(async ({ amcNo }) => {
        const { feedKey } = await readJson<{ feedKey: JsonWebKey }>(paths.insurer(amcNo));
        return { amcNo, feedKeys: [publicPart(feedKey)], exercise: isExercise(amcNo) };
      }),
    ),
    staff: await Promise.all(
      DEMO_STAFF.map(async (id) => ({ id, key: publicPart(await readJson<JsonWebKey>(paths.staff(id))) })),
    ),
  };
  await writeJson(paths.enrolment, file);
}

/** Whom the insurer's own vault believes: the operator's log and two of its staff (in the demo the same two people). */
export async function writeInsurerEnrolment(paths: DemoPaths, vkey: string): Promise<void> {
  const file: InsurerEnrolmentFile = {
    operator: { vkey },
    staff: await Promise.all(
      DEMO_STAFF.map(async (id) => ({ id, key: publicPart(await readJson<JsonWebKey>(paths.staff(id))) })),
    ),
  };
  await writeJson(paths.insurerVault.enrolment, file);
}

/** trust.json and its detached signature by the trust root (CONTRACT.md 3.4). */
export async function writeTrust(
  paths: DemoPaths,
  { ledger, cards }: { ledger: { origin: string; vkey: string }; cards: readonly CardKey[] },
  issuedAt: string,
): Promise<void> {
  const root = await importJWK(await readJson<JWK>(paths.trustRoot), 'ES256');
  await writeJson(paths.trustRootPublic, publicPart(await readJson<JsonWebKey>(paths.trustRoot)));
  // Names, so that a page can say whose card it is; signed with the rest.
  const insurers = Object.fromEntries(ALL_DEMO_INSURERS.map(({ amcNo, name }) => [amcNo, name]));
  const text = JSON.stringify({ ledger, cards, insurers, packs: { jwk: null }, issuedAt });
  const signed = await new FlattenedSign(Buffer.from(text)).setProtectedHeader({ alg: 'ES256' }).sign(root);
  await writePrivate(`${paths.trust}/trust.json`, text);
  await writePrivate(`${paths.trust}/trust.json.jws`, `${signed.protected}..${signed.signature}`);
}

/** A staff member's signed approval to unlock, as the vault checks it. */
export function approveUnlock(jwk: JsonWebKey, lockId: string): Promise<string> {
  return approve(jwk, { verb: 'unlock', lockId });
}

/** To pay what is frozen in a run, by the digest of it. */
export function approvePay(jwk: JsonWebKey, run: string, digest: string): Promise<string> {
  return approve(jwk, { verb: 'pay', run, digest });
}

async function approve(jwk: JsonWebKey, act: Record<string, string>): Promise<string> {
  const key = await importJWK(jwk as Parameters<typeof importJWK>[0], 'ES256');
  return new CompactSign(Buffer.from(JSON.stringify(act))).setProtectedHeader({ alg: 'ES256' }).sign(key);
}
