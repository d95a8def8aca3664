// The whole platform on one machine with a small fictitious world: embedded PostgreSQL, vaults, operator, insurer, feeds.
// Linear on purpose. demo.json appears last, when everything in it can be asked for.

import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AmcNo } from '../core/ids.ts';
import type { CareDate } from '../core/period.ts';
import type { CardKey } from '../core/trust-list.ts';
import { freePort, startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { openOperatorLink } from '../insurer/operator-link.ts';
import { parisDate, systemClock, timestamp } from '../lib/clock.ts';
import { InsurerVaultClient } from '../vault/insurer/insurer-client.ts';
import type { VaultState } from '../vault/protocol.ts';
import { VaultSocketClient } from '../vault/socket-client.ts';
import { DEMO_INSURER_PERSONS, DEMO_STAFF, type DemoAccount } from './accounts.ts';
import { openCardDesks } from './card-desks.ts';
import { thumbprintOf } from './certificates.ts';
import { type Child, startChild } from './child.ts';
import { demoCards, issueDemoCards, issuedHandles, revokeLostDemoCards } from './demo-cards.ts';
import { publishDemoFeeds } from './demo-feeds.ts';
import { demoJsonPeople } from './demo-people.ts';
import {
  DEMO_DATABASE,
  INSURER_DATABASE,
  type OperatorDuty,
  prepareDatabase,
  prepareInsurerDatabase,
} from './demo-store-sql.ts';
import { writeJson } from './files.ts';
import { ALL_DEMO_INSURERS, DEMO_INSURERS } from './insurers.ts';
import { keyFileCardKeys, serveKeyFiles } from './key-file-insurers.ts';
import type { DemoPaths } from './paths.ts';
import { type PscWorld, portalSignIn, preparePsc, trustedPsc } from './psc-world.ts';
import { publishDemoProducts } from './publish-products.ts';
import { startStatusPage } from './status-page.ts';
import { buildPages } from './web-build.ts';
import {
  certificateName,
  demoCertificates,
  INSURER_DESK,
  INSURER_SERVER,
  LOG_ORIGIN,
  prepareFolder,
  prepareWorld,
  type World,
  writeEnrolment,
  writeInsurerEnrolment,
  writeInsurerFiles,
  writeTrust,
} from './world.ts';

const FIRST_PORTAL_PORT = 8480;
const FIRST_CONSOLE_PORT = 8481;
const FIRST_STATUS_PORT = 8482;
/** Wide: a demo may order 100,000 cards twice. */
const DEMO_CARDS_PER_DAY = 500_000;

export type DemoOptions = {
  paths: DemoPaths;
  /** Null: the port of the last start, 8443 at first. 0 picks a free one. */
  operatorPort: number | null;
  nowMs: number;
  /** Who may ask: the demo's professionals, or the many structures of a benchmark. */
  accounts: readonly DemoAccount[];
  /** Told what is being done, one short sentence each. */
  say(step: string): void;
};

export type RunningDemo = {
  operatorUrl: string;
  portalUrl: string;
  consoleUrl: string;
  /** The first insurer's own process. */
  insurerUrl: string;
  statusUrl: string;
  metricsUrl: string;
  /** The vault was locked when the last demo ended, and still is. */
  locked: boolean;
  stop(): Promise<void>;
};

export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const { paths, say } = options;
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const one of started.reverse()) await one.stop();
    started.length = 0;
  };
  try {
    say('database');
    // First of all: the database belongs to one demo, so a second start ends here and has touched nothing.
    const port = await prepareFolder(paths);
    const postgres = await startEmbeddedPostgres({ dataDir: paths.postgres, port });
    started.push(postgres);
    await rm(paths.demo, { force: true });
    const world = await prepareWorld(paths, new Date(options.nowMs), options);
    const certificates = await demoCertificates(paths, options.accounts);
    const database = await prepareDatabase(postgres.ownerUrl, {
      name: DEMO_DATABASE,
      passwords: world.databasePasswords,
      certificates,
    });
    const insurerDatabase = await prepareInsurerDatabase(postgres.ownerUrl, {
      name: INSURER_DATABASE,
      passwords: world.insurerPasswords,
      clients: [await insurerDesk(paths)],
    });

    say('Pro Santé Connect simulator');
    const portalPort = await choosePort(world.portalPort, FIRST_PORTAL_PORT, options);
    const consolePort = await choosePort(world.consolePort, FIRST_CONSOLE_PORT, options);
    const statusPort = await choosePort(world.statusPort, FIRST_STATUS_PORT, options);
    const consoleOrigin = `http://localhost:${consolePort}`;
    const portalOrigin = `http://localhost:${portalPort}`;
    const psc = await startPsc(options, { port: world.pscPort ?? 0, portalOrigin }, (child) =>
      started.push(child),
    );

    say('vaults of operator and insurer');
    await writeInsurerFiles(paths, `https://localhost:${world.operatorPort}`);
    await writeEnrolment(paths, certificates, await trustedPsc(psc), portalOrigin);
    const onRestart = (name: string) => () => say(`${name} died and was started again`);
    const vault = await startChild({
      name: 'vault',
      env: vaultEnv(paths),
      logFile: join(paths.logs, 'vault.log'),
      onRestart: onRestart('vault'),
      mostFailures: 20,
    });
    started.push(vault);
    const { ledger, locked } = await vaultState(paths.socket);
    const log = { origin: ledger.origin, vkey: ledger.vkey };
    await writeInsurerEnrolment(paths, log.vkey);
    const insurerVault = await startChild({
      name: 'vault',
      env: insurerVaultEnv(paths),
      logFile: join(paths.logs, 'insurer-vault.log'),
      onRestart: onRestart('insurer’s vault'),
      mostFailures: 20,
    });
    started.push(insurerVault);
    // Before the operator: a card is believed once the trust list names its key.
    const today = parisDate(options.nowMs) as CareDate;
    const cards = [
      ...(await processCardKeys(paths, today)),
      ...(await keyFileCardKeys(paths, options.nowMs)),
    ];
    await writeTrust(paths, { ledger: log, cards }, timestamp(options.nowMs));

    say('operator');
    const env = {
      ...operatorEnv(paths, world, database.urls),
      ...portalEnv({ portalOrigin, portalPort, psc }),
      OPERATOR_CONSOLE_ORIGIN: consoleOrigin,
      OPERATOR_CONSOLE_PORT: String(consolePort),
      OPERATOR_CONSOLE_JOURNAL_DIRECTORY: paths.journal,
    };
    const operator = await startChild({
      name: 'operator',
      env,
      logFile: join(paths.logs, 'operator.log'),
      onRestart: onRestart('operator'),
      mostFailures: 20,
    });
    started.push(operator);
    const operatorUrl = operator.report['url'] ?? '';
    const metricsUrl = operator.report['metricsUrl'] ?? '';
    const operatorPort = Number(new URL(operatorUrl).port);
    env.OPERATOR_PORT = String(operatorPort); // should it die, it comes back where it was
    await writeInsurerFiles(paths, operatorUrl);

    say('insurer and status page');
    const ownEnv = insurerEnv(paths, world, insurerDatabase.urls, operatorUrl);
    const starting = [
      noted(
        started,
        startChild({
          name: 'insurer',
          env: ownEnv,
          logFile: join(paths.logs, 'insurer.log'),
          onRestart: onRestart('insurer'),
          mostFailures: 20,
        }),
      ),
      noted(started, serveKeyFiles(paths, { vkey: log.vkey, clock: systemClock })),
      noted(started, startStatusPage(paths, { port: statusPort, onRestart: onRestart('status page') })),
    ] as const;
    await Promise.allSettled(starting); // so that nothing is still being started when a failure ends the demo
    const [insurer, , statusPage] = await Promise.all(starting);
    const insurerUrl = insurer.report['url'] ?? '';
    const insurerPort = Number(new URL(insurerUrl).port);
    ownEnv.INSURER_PORT = String(insurerPort);
    // The next start uses the same ports, so that addresses noted down stay true.
    await writeJson(paths.world, {
      ...world,
      operatorPort,
      databasePort: postgres.port,
      pscPort: psc.port,
      portalPort,
      consolePort,
      insurerPort,
      statusPort,
    });

    const pages = buildPages(say);
    if (pages) started.push(pages);

    say('products, cards and feeds of the insurers');
    await publishDemoProducts(paths, operatorUrl);
    await publishPeople(paths, { operatorUrl, insurerUrl, nowMs: options.nowMs });
    const addresses = {
      operator: operatorUrl,
      portal: portalOrigin,
      console: consoleOrigin,
      insurer: insurerUrl,
      status: statusPage.url,
      database: database.ownerUrl,
      insurerDatabase: insurerDatabase.ownerUrl,
    };
    await writeJson(paths.demo, await demoJson(paths, options.accounts, addresses));
    return {
      operatorUrl,
      portalUrl: portalOrigin,
      consoleUrl: consoleOrigin,
      insurerUrl,
      statusUrl: statusPage.url,
      metricsUrl,
      locked,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function noted<T extends { stop(): Promise<void> }>(
  started: { stop(): Promise<void> }[],
  starting: Promise<T>,
): Promise<T> {
  const one = await starting;
  started.push(one);
  return one;
}

/** Cards first, because the feed names their handles; then the feeds, then who lost a card has it revoked. */
async function publishPeople(
  paths: DemoPaths,
  { operatorUrl, insurerUrl, nowMs }: { operatorUrl: string; insurerUrl: string; nowMs: number },
): Promise<void> {
  const desks = await openCardDesks(paths, insurerUrl);
  try {
    await untilLent(insurerOperatorFiles(paths), operatorUrl);
    // A locked vault signs nothing: the demo starts without new cards then, and says so.
    const again = await issueDemoCards(paths, desks, nowMs);
    await publishDemoFeeds(paths, operatorUrl, { issued: await issuedHandles(paths), again });
    await revokeLostDemoCards(paths, desks);
  } finally {
    desks.close();
  }
}

/** Until the operator's vault holds the half of the insurer that has a process: no feed can be sealed before. */
async function untilLent(files: ReturnType<typeof insurerOperatorFiles>, operatorUrl: string): Promise<void> {
  const link = await openOperatorLink(operatorUrl, files);
  for (let tries = 0; tries < 100; tries += 1) {
    const { status, body } = await link.send('GET', '/v1/identity-half');
    if (status === 200 && body['wanted'] === false) break;
    if (status === 503) break; // locked since an earlier start: nothing can be lent, and no feed is sent
    await delay(100);
  }
  link.close();
}

async function insurerDesk(paths: DemoPaths): Promise<{ thumbprint: string; person: string }> {
  const certificate = await readFile(paths.certificate(INSURER_DESK), 'utf8');
  return { thumbprint: thumbprintOf(certificate), person: INSURER_DESK };
}

/** Keys of the insurer that has a process, as the trust list is to name them. */
async function processCardKeys(paths: DemoPaths, today: CareDate): Promise<CardKey[]> {
  const vault = new InsurerVaultClient(paths.insurerVault.socket);
  const { keys } = (await vault.call('cardKeys', {})).out;
  await vault.close();
  // A replaced key may be in other hands: in the demo its cards end with the next start, and are to be issued anew.
  return keys.map(({ retired, ...key }) => ({
    ...key,
    insurer: DEMO_INSURERS[0].amcNo as AmcNo,
    revokedOn: retired ? today : null,
  }));
}

/** The one of the last start; at first the usual one, or a free one when somebody else has it or a test runs. */
async function choosePort(
  known: number | undefined,
  usual: number,
  { operatorPort }: DemoOptions,
): Promise<number> {
  if (known) return known;
  if (operatorPort === 0 || !(await isFree(usual))) return freePort();
  return usual;
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, 'localhost', () => probe.close(() => resolve(true)));
  });
}

/** Its port is the one it had before, so that sign-ins of before still count; a free one the first time. */
async function startPsc(
  { paths, accounts, say }: DemoOptions,
  { port, portalOrigin }: { port: number; portalOrigin: string },
  onStart: (child: Child) => void,
): Promise<PscWorld> {
  await preparePsc(paths, { port, portalOrigin, accounts });
  const child = await startChild({
    name: 'psc-simulator',
    env: { REMPART_MODE: 'demo', REMPART_DIR: paths.base },
    logFile: join(paths.logs, 'psc-simulator.log'),
    onRestart: () => say('psc-simulator died and was started again'),
    mostFailures: 20,
  });
  onStart(child);
  return preparePsc(paths, { port: Number(child.report['port']), portalOrigin, accounts });
}

function vaultEnv(paths: DemoPaths): Record<string, string> {
  return {
    REMPART_MODE: 'demo',
    VAULT_SOCKET: paths.socket,
    VAULT_KEYRING_FILE: paths.keyring,
    VAULT_ENROLMENT_FILE: paths.enrolment,
    VAULT_JOURNAL_DIRECTORY: paths.journal,
    VAULT_LOG_ORIGIN: LOG_ORIGIN,
    VAULT_TRUST_DIRECTORY: paths.trust,
    VAULT_START: 'open',
  };
}

function insurerVaultEnv({ insurerVault }: DemoPaths): Record<string, string> {
  return {
    REMPART_MODE: 'demo',
    VAULT_FOR: 'insurer',
    VAULT_INSURER: DEMO_INSURERS[0].amcNo,
    VAULT_SOCKET: insurerVault.socket,
    VAULT_KEYRING_FILE: insurerVault.keyring,
    VAULT_ENROLMENT_FILE: insurerVault.enrolment,
    VAULT_JOURNAL_DIRECTORY: insurerVault.journal,
    VAULT_START: 'open',
    VAULT_CARDS_PER_DAY: String(DEMO_CARDS_PER_DAY),
  };
}

function insurerEnv(
  paths: DemoPaths,
  { insurerPort }: World,
  urls: Record<'desk' | 'status', string>,
  operatorUrl: string,
) {
  const [{ amcNo }] = DEMO_INSURERS;
  const operator = insurerOperatorFiles(paths);
  return {
    REMPART_MODE: 'demo',
    INSURER_AMC_NO: amcNo,
    INSURER_HOST: 'localhost',
    INSURER_PORT: String(insurerPort ?? 0),
    INSURER_TLS_CERT_FILE: paths.certificate(INSURER_SERVER),
    INSURER_TLS_KEY_FILE: paths.key(INSURER_SERVER),
    INSURER_CLIENT_CA_FILE: paths.ca,
    INSURER_DATABASE_DESK_URL: urls.desk,
    INSURER_DATABASE_STATUS_URL: urls.status,
    INSURER_VAULT_SOCKET: paths.insurerVault.socket,
    INSURER_OPERATOR_URL: operatorUrl,
    INSURER_OPERATOR_CA_FILE: operator.caFile,
    INSURER_OPERATOR_CERT_FILE: operator.certFile,
    INSURER_OPERATOR_KEY_FILE: operator.keyFile,
  };
}

/** What speaks for the first insurer at the operator. */
function insurerOperatorFiles(paths: DemoPaths) {
  const sender = certificateName(DEMO_INSURERS[0].amcNo, DEMO_INSURER_PERSONS[0]);
  return { caFile: paths.ca, certFile: paths.certificate(sender), keyFile: paths.key(sender) };
}

function operatorEnv(paths: DemoPaths, world: World, urls: Record<OperatorDuty, string>) {
  return {
    REMPART_MODE: 'demo',
    OPERATOR_HOST: 'localhost',
    OPERATOR_PORT: String(world.operatorPort),
    OPERATOR_METRICS_PORT: String(world.metricsPort),
    OPERATOR_TLS_CERT_FILE: paths.certificate('operator'),
    OPERATOR_TLS_KEY_FILE: paths.key('operator'),
    OPERATOR_CLIENT_CA_FILE: paths.ca,
    OPERATOR_DATABASE_RIGHTS_URL: urls.rights,
    OPERATOR_DATABASE_FEED_URL: urls.feed,
    OPERATOR_DATABASE_LOG_URL: urls.log,
    OPERATOR_DATABASE_DESK_URL: urls.desk,
    OPERATOR_DATABASE_SETTLE_URL: urls.settle,
    OPERATOR_VAULT_SOCKET: paths.socket,
    OPERATOR_TRUST_DIRECTORY: paths.trust,
    OPERATOR_TRUST_ROOT_FILE: paths.trustRootPublic,
  };
}

function portalEnv(portal: {
  portalOrigin: string;
  portalPort: number;
  psc: PscWorld;
}): Record<string, string> {
  const { issuer, clientId, clientSecret } = portalSignIn(portal.psc);
  return {
    OPERATOR_PORTAL_ORIGIN: portal.portalOrigin,
    OPERATOR_PORTAL_PORT: String(portal.portalPort),
    OPERATOR_PSC_ISSUER: issuer,
    OPERATOR_PSC_CLIENT_ID: clientId,
    OPERATOR_PSC_CLIENT_SECRET: clientSecret,
  };
}

async function vaultState(socket: string): Promise<VaultState> {
  const vault = new VaultSocketClient(socket);
  const { out } = await vault.call('state', {});
  await vault.close();
  return out;
}

function accountFacts({ id, professionalId, who, profession, structure }: DemoAccount) {
  return { id, professionalId, who, profession, structure: structure.id };
}

type Addresses = Record<
  'operator' | 'portal' | 'console' | 'insurer' | 'status' | 'database' | 'insurerDatabase',
  string
>;

/** CONTRACT.md 2. */
async function demoJson(paths: DemoPaths, accounts: readonly DemoAccount[], addresses: Addresses) {
  const [first] = accounts;
  const name = first?.id ?? '';
  const { portal, console } = addresses;
  const cardFiles = new Map((await demoCards(paths)).map(({ ref, file }) => [ref, file]));
  return {
    ...addresses,
    desk: null,
    insurers: ALL_DEMO_INSURERS.map(({ amcNo, name: itsName, convType, csr }) => ({
      amcNo,
      name: itsName,
      convType,
      csr,
    })),
    people: demoJsonPeople(cardFiles),
    accounts: [
      ...accounts.map((account) => ({
        ...accountFacts(account),
        kind: 'software',
        signIn: `npx rempart token --as ${account.id}`,
        tls: { cert: paths.certificate(account.id), key: paths.key(account.id) },
      })),
      // The same people at the portal: they need no certificate there.
      ...accounts.map((account) => ({
        ...accountFacts(account),
        kind: 'portal',
        signIn: `open ${portal} and choose ${account.givenName} ${account.familyName} at the simulator`,
      })),
      ...DEMO_STAFF.map((id) => ({
        id,
        who: `${id}, of the operator’s staff`,
        profession: null,
        structure: null,
        kind: 'staff',
        signIn: `npx rempart staff enrol --staff ${id}, then open ${console}`,
        key: paths.staff(id),
      })),
    ],
    tls: { ca: paths.ca, cert: paths.certificate(name), key: paths.key(name) },
    tokenCommand: 'npx rempart token',
  };
}
