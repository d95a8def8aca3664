// A whole platform in one process, on a clock of the caller's: real PostgreSQL, real vault socket, real TLS, real files.
// For drills and tests, which must own the time. It must never be what `rempart demo` runs: there the vault is apart.

import { Secret } from '../config/secrets.ts';
import type { CardKey } from '../core/trust-list.ts';
import { freePort } from '../db/embedded-postgres.ts';
import { type Clock, systemClock, timestamp } from '../lib/clock.ts';
import { type RunningOperator, startOperator } from '../operator/operator.ts';
import { VaultSocketClient } from '../vault/socket-client.ts';
import { type RunningVault, startVault } from '../vault/start.ts';
import type { DemoAccount } from './accounts.ts';
import { type OperatorDuty, prepareDatabase, seedProducts } from './demo-store-sql.ts';
import { readJson } from './files.ts';
import { ALL_DEMO_INSURERS } from './insurers.ts';
import { lendHalves } from './lend-halves.ts';
import { type CardDesk, cardDesk } from './memory-card-desk.ts';
import { type DemoPaths, demoPaths } from './paths.ts';
import { type PscWorld, portalSignIn, preparePsc, trustedPsc } from './psc-world.ts';
import {
  approveUnlock,
  demoCertificates,
  LOG_ORIGIN,
  prepareFolder,
  prepareWorld,
  writeEnrolment,
  writeInsurerFiles,
  writeTrust,
} from './world.ts';

export type InProcessOptions = {
  /** Everything but the database is kept here. Whoever made the folder removes it. */
  folder: string;
  /** Superuser of a PostgreSQL server, and the database to make there. */
  postgresUrl: string;
  database: string;
  clock: Clock;
  accounts: readonly DemoAccount[];
  /** Threads that seal feeds; 0: the calling one. */
  sealThreads: number;
  /** Pro Santé Connect answers too. */
  simulator: boolean;
  onInternalError(error: unknown): void;
};

export type InProcessPlatform = {
  paths: DemoPaths;
  /** The operator's listener for machines; the same after each of its starts. */
  url: string;
  portalUrl: string;
  consoleUrl: string;
  /** Changes when the operator starts again. */
  metricsUrl(): string;
  /** Owner of the database: may change and delete every row. */
  ownerUrl: string;
  vault: VaultSocketClient;
  ledger: { origin: string; vkey: string };
  /** Who signs cards here: one desk per insurer of the demo, each in the trust list. */
  cardDesks: readonly CardDesk[];
  /** Replaces the trust list, signed by the trust root. */
  trust(keys: readonly CardKey[], issuedAt: string): Promise<void>;
  psc: PscWorld;
  /** `withoutHalves`: as it is until the insurers have lent theirs again. */
  unlock(how?: { withoutHalves?: boolean }): Promise<void>;
  stopVault(): Promise<void>;
  startVault(how?: { withoutHalves?: boolean }): Promise<void>;
  stopOperator(): Promise<void>;
  startOperator(): Promise<void>;
  close(): Promise<void>;
};

export async function startInProcess(options: InProcessOptions): Promise<InProcessPlatform> {
  const { clock, onInternalError } = options;
  const paths = demoPaths(options.folder);
  const { database, certificates } = await prepareData(paths, options);
  const { portal, staffConsole, psc, simulator } = await preparePeople(paths, options);
  await writeEnrolment(paths, certificates, await trustedPsc(psc), portal.origin);

  const cardDesks = ALL_DEMO_INSURERS.map(({ amcNo }) => cardDesk(amcNo));
  const vaultConfig = vaultConfigOf(paths, options.sealThreads);
  let runningVault: RunningVault | null = await startVault(vaultConfig, { clock, onInternalError });
  const vault = new VaultSocketClient(paths.socket);
  const { ledger } = (await vault.call('state', {})).out;
  const trust = (cards: readonly CardKey[], issuedAt: string) =>
    writeTrust(paths, { ledger, cards }, issuedAt);
  await trust(
    cardDesks.map(({ key }) => key),
    timestamp(clock.nowMs()),
  );
  await lendHalves(vault, cardDesks);

  const config = operatorConfigOf(paths, { urls: database.urls, portal, staffConsole, psc });
  const around = { clock, onInternalError, onFatal: onInternalError };
  let operator: RunningOperator | null = await startOperator(config, around);
  const { url } = operator;
  config.port = Number(new URL(url).port); // where it is found again when it was stopped and started
  await writeInsurerFiles(paths, url);
  return {
    paths,
    url,
    portalUrl: portal.origin,
    consoleUrl: staffConsole.origin,
    metricsUrl: () => operator?.metricsUrl ?? '',
    ownerUrl: database.ownerUrl,
    vault,
    ledger,
    cardDesks,
    trust,
    psc,
    async unlock({ withoutHalves = false } = {}) {
      const { lockId } = (await vault.call('state', {})).out;
      const approvals = await Promise.all(
        ['sophie', 'theo'].map(async (staff) => ({
          staff,
          jws: await approveUnlock(await readJson(paths.staff(staff)), lockId ?? ''),
        })),
      );
      await vault.call('unlock', { approvals });
      if (!withoutHalves) await lendHalves(vault, cardDesks);
    },
    async stopVault() {
      await runningVault?.close();
      runningVault = null;
    },
    async startVault({ withoutHalves = false } = {}) {
      runningVault = await startVault(vaultConfig, { clock, onInternalError });
      if (!withoutHalves && !runningVault.vault.state().locked) await lendHalves(vault, cardDesks);
    },
    async stopOperator() {
      await operator?.close();
      operator = null;
    },
    async startOperator() {
      operator = await startOperator(config, around);
    },
    async close() {
      await operator?.close();
      await vault.close();
      await runningVault?.close();
      await simulator?.close();
    },
  };
}

/** Folder, certificates, database. */
async function prepareData(paths: DemoPaths, options: InProcessOptions) {
  const { accounts, clock } = options;
  await prepareFolder(paths);
  // TLS goes by the machine's own time, whatever the platform's clock says.
  const validFrom = new Date(Math.min(clock.nowMs(), systemClock.nowMs()));
  const world = await prepareWorld(paths, validFrom, { operatorPort: 0, accounts });
  const certificates = await demoCertificates(paths, accounts);
  const database = await prepareDatabase(options.postgresUrl, {
    name: options.database,
    passwords: world.databasePasswords,
    certificates,
  });
  await seedProducts(database.ownerUrl);
  await writeInsurerFiles(paths, 'https://localhost:0');
  return { database, certificates };
}

/** Where people come in, and who says who they are. */
async function preparePeople(paths: DemoPaths, { accounts, simulator }: InProcessOptions) {
  const portal = await localListener();
  const staffConsole = await localListener();
  const port = simulator ? await freePort() : 9; // nothing listens on 9
  const psc = await preparePsc(paths, { port, portalOrigin: portal.origin, accounts });
  const { issuer: _known, ...pscOptions } = psc;
  if (!simulator) return { portal, staffConsole, psc, simulator: null };
  const { startPscSimulator } = await import('./psc-simulator.ts'); // with libraries that nobody else needs
  return { portal, staffConsole, psc, simulator: await startPscSimulator({ mode: 'demo', ...pscOptions }) };
}

type Listener = { origin: string; port: number };

async function localListener(): Promise<Listener> {
  const port = await freePort();
  return { origin: `http://localhost:${port}`, port };
}

function vaultConfigOf(paths: DemoPaths, sealThreads: number) {
  return {
    mode: 'demo' as const,
    socket: paths.socket,
    socketMode: 0o600,
    keyringFile: paths.keyring,
    passphraseFile: null,
    enrolmentFile: paths.enrolment,
    journalDirectory: paths.journal,
    logOrigin: LOG_ORIGIN,
    trustDirectory: paths.trust,
    startLocked: false,
    sealThreads,
  };
}

function operatorConfigOf(
  paths: DemoPaths,
  around: {
    urls: Record<OperatorDuty, string>;
    portal: Listener;
    staffConsole: Listener;
    psc: PscWorld;
  },
) {
  const { clientSecret, ...pscClient } = portalSignIn(around.psc);
  const secret = (duty: keyof typeof around.urls) => new Secret(around.urls[duty]);
  return {
    mode: 'demo' as const,
    host: 'localhost',
    port: 0,
    metricsPort: 0,
    tls: { certFile: paths.certificate('operator'), keyFile: paths.key('operator'), clientCaFile: paths.ca },
    database: {
      rights: secret('rights'),
      feed: secret('feed'),
      log: secret('log'),
      desk: secret('desk'),
      settle: secret('settle'),
    },
    vaultSocket: paths.socket,
    vaultKeyringFile: null,
    trustDirectory: paths.trust,
    trustRootFile: paths.trustRootPublic,
    tariffsDirectory: null,
    checkpointEveryMs: 100,
    portal: {
      ...around.portal,
      tls: null,
      psc: { ...pscClient, clientSecret: new Secret(clientSecret) },
    },
    console: { ...around.staffConsole, tls: null, journalDirectory: paths.journal },
  };
}
