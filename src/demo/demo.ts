// The whole platform on one machine with a small fictitious world: embedded PostgreSQL, vault, operator, demo feeds.
// Linear on purpose. demo.json appears last, when everything in it can be asked for.

import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort, startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { timestamp } from '../lib/clock.ts';
import type { VaultState } from '../vault/protocol.ts';
import { VaultSocketClient } from '../vault/socket-client.ts';
import { DEMO_STAFF, type DemoAccount } from './accounts.ts';
import { type Child, startChild } from './child.ts';
import { publishDemoFeeds } from './demo-feeds.ts';
import { demoJsonPeople } from './demo-people.ts';
import { DEMO_DATABASE, prepareDatabase } from './demo-store-sql.ts';
import { writeJson } from './files.ts';
import { ALL_DEMO_INSURERS } from './insurers.ts';
import type { DemoPaths } from './paths.ts';
import { type PscWorld, portalSignIn, preparePsc, trustedPsc } from './psc-world.ts';
import { buildPages } from './web-build.ts';
import {
  demoCertificates,
  LOG_ORIGIN,
  prepareFolder,
  prepareWorld,
  type World,
  writeEnrolment,
  writeInsurerFiles,
  writeTrust,
} from './world.ts';

const FIRST_PORTAL_PORT = 8480;
const FIRST_CONSOLE_PORT = 8481;

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

    say('Pro Santé Connect simulator');
    const portalPort = await choosePort(world.portalPort, FIRST_PORTAL_PORT, options);
    const consolePort = await choosePort(world.consolePort, FIRST_CONSOLE_PORT, options);
    const consoleOrigin = `http://localhost:${consolePort}`;
    const portalOrigin = `http://localhost:${portalPort}`;
    const psc = await startPsc(options, { port: world.pscPort ?? 0, portalOrigin }, (child) =>
      started.push(child),
    );

    say('vault');
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
    await writeTrust(paths, { ledger: log, cards: [] }, timestamp(options.nowMs));

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
    // The next start uses the same ports, so that addresses noted down stay true.
    await writeJson(paths.world, {
      ...world,
      operatorPort,
      databasePort: postgres.port,
      pscPort: psc.port,
      portalPort,
      consolePort,
    });
    await writeInsurerFiles(paths, operatorUrl);

    const pages = buildPages(say);
    if (pages) started.push(pages);

    say('feeds of three insurers');
    await publishDemoFeeds(paths, operatorUrl);
    const addresses = { operator: operatorUrl, portal: portalOrigin, console: consoleOrigin };
    await writeJson(paths.demo, demoJson(paths, options.accounts, addresses, database.ownerUrl));
    return { operatorUrl, portalUrl: portalOrigin, consoleUrl: consoleOrigin, metricsUrl, locked, stop };
  } catch (error) {
    await stop();
    throw error;
  }
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

function operatorEnv(
  paths: DemoPaths,
  world: World,
  urls: Record<'rights' | 'feed' | 'log' | 'desk', string>,
) {
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

/** CONTRACT.md 2. */
function demoJson(
  paths: DemoPaths,
  accounts: readonly DemoAccount[],
  { operator, portal, console }: { operator: string; portal: string; console: string },
  database: string,
) {
  const [first] = accounts;
  const name = first?.id ?? '';
  return {
    operator,
    portal,
    console,
    insurer: null,
    desk: null,
    status: null,
    database,
    insurerDatabase: null,
    insurers: ALL_DEMO_INSURERS.map(({ amcNo, name: insurer, convType, csr }) => ({
      amcNo,
      name: insurer,
      convType,
      csr,
    })),
    people: demoJsonPeople(),
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
