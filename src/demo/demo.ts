// The whole platform on one machine with a small fictitious world: embedded PostgreSQL, vault, operator, demo feeds.
// Linear on purpose. demo.json appears last, when everything in it can be asked for.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import { timestamp } from '../lib/clock.ts';
import { VaultSocketClient } from '../vault/socket-client.ts';
import type { DemoAccount } from './accounts.ts';
import { startChild } from './child.ts';
import { publishDemoFeeds } from './demo-feeds.ts';
import { demoJsonPeople } from './demo-people.ts';
import { DEMO_DATABASE, prepareDatabase } from './demo-store-sql.ts';
import { writeJson } from './files.ts';
import { ALL_DEMO_INSURERS } from './insurers.ts';
import type { DemoPaths } from './paths.ts';
import {
  demoCertificates,
  LOG_ORIGIN,
  prepareWorld,
  type World,
  writeEnrolment,
  writeInsurerFiles,
  writeTrust,
} from './world.ts';

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

export type RunningDemo = { operatorUrl: string; metricsUrl: string; stop(): Promise<void> };

export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const { paths, say } = options;
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const one of started.reverse()) await one.stop();
    started.length = 0;
  };
  try {
    await rm(paths.demo, { force: true });
    const world = await prepareWorld(paths, new Date(options.nowMs), options);
    const certificates = await demoCertificates(paths, options.accounts);
    say('database');
    const postgres = await startEmbeddedPostgres({ dataDir: paths.postgres, port: world.databasePort });
    started.push(postgres);
    const database = await prepareDatabase(postgres.ownerUrl, {
      name: DEMO_DATABASE,
      passwords: world.databasePasswords,
      certificates,
    });

    say('vault');
    await writeInsurerFiles(paths, `https://localhost:${world.operatorPort}`);
    await writeEnrolment(paths, certificates);
    const onRestart = (name: string) => () => say(`${name} died and was started again`);
    const vault = await startChild({
      name: 'vault',
      env: vaultEnv(paths),
      logFile: join(paths.logs, 'vault.log'),
      onRestart: onRestart('vault'),
      mostFailures: 20,
    });
    started.push(vault);
    await writeTrust(paths, await ledgerIdentity(paths.socket), timestamp(options.nowMs));

    say('operator');
    const operator = await startChild({
      name: 'operator',
      env: operatorEnv(paths, world, database.urls),
      logFile: join(paths.logs, 'operator.log'),
      onRestart: onRestart('operator'),
      mostFailures: 20,
    });
    started.push(operator);
    const operatorUrl = operator.report['url'] ?? '';
    const metricsUrl = operator.report['metricsUrl'] ?? '';
    await rememberPorts(paths, world, { operatorUrl, metricsUrl, databasePort: postgres.port });
    await writeInsurerFiles(paths, operatorUrl);

    say('feeds of three insurers');
    await publishDemoFeeds(paths, operatorUrl);
    await writeJson(paths.demo, demoJson(paths, options.accounts, operatorUrl, database.ownerUrl));
    return { operatorUrl, metricsUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function vaultEnv(paths: DemoPaths): Record<string, string> {
  return {
    REMPART_MODE: 'demo',
    VAULT_SOCKET: paths.socket,
    VAULT_KEYRING_FILE: paths.keyring,
    VAULT_ENROLMENT_FILE: paths.enrolment,
    VAULT_JOURNAL_DIRECTORY: paths.journal,
    VAULT_LOG_ORIGIN: LOG_ORIGIN,
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
  };
}

async function ledgerIdentity(socket: string): Promise<{ origin: string; vkey: string }> {
  const vault = new VaultSocketClient(socket);
  const { ledger } = (await vault.call('state', {})).out;
  await vault.close();
  return { origin: ledger.origin, vkey: ledger.vkey };
}

/** The next start uses the same ports, so that addresses noted down stay true and a restarted operator is found. */
async function rememberPorts(
  paths: DemoPaths,
  world: World,
  at: { operatorUrl: string; metricsUrl: string; databasePort: number },
): Promise<void> {
  await writeJson(paths.world, {
    ...world,
    operatorPort: Number(new URL(at.operatorUrl).port),
    databasePort: at.databasePort,
  });
}

/** CONTRACT.md 2. */
function demoJson(paths: DemoPaths, accounts: readonly DemoAccount[], operator: string, database: string) {
  const [first] = accounts;
  const name = first?.id ?? '';
  return {
    operator,
    portal: null,
    console: null,
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
    accounts: accounts.map(({ id, who, profession, structure }) => ({
      id,
      who,
      profession,
      structure: structure.id,
      kind: 'software',
      signIn: null,
      tls: { cert: paths.certificate(id), key: paths.key(id) },
    })),
    tls: { ca: paths.ca, cert: paths.certificate(name), key: paths.key(name) },
    tokenCommand: null,
  };
}
