// Composition root of the operator process: opens the stores, claims the ledger, enters what a crash left out,
// then listens. Linear on purpose: read it from top to bottom.

import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ConsoleConfig, OperatorConfig, PortalConfig } from '../config/config.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { listenMetrics } from '../http/metrics-server.ts';
import type { FatalError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import { packageRoot } from '../lib/package-root.ts';
import { VaultSocketClient } from '../vault/socket-client.ts';
import type { VaultClient } from '../vault/vault-client.ts';
import { BoundTokens } from './access/bound-tokens.ts';
import { Directory } from './access/directory.ts';
import { sqlAccountStore, sqlDirectoryStore } from './access/directory-store-sql.ts';
import { NonceWindow } from './access/nonces.ts';
import { PortalSessions } from './access/portal-sessions.ts';
import { PscClient, type PscSettings } from './access/psc-client.ts';
import { RefusalNotes } from './access/refusal-notes.ts';
import { sqlSessionStore } from './access/session-store-sql.ts';
import { SignInFlows } from './access/sign-in-flow.ts';
import { SignInLimit } from './access/sign-in-limit.ts';
import { buildOperator } from './app.ts';
import { vaultDoorOpener } from './check/door-opener.ts';
import { Once } from './check/once.ts';
import { vaultPersonTagger } from './check/person-tagger.ts';
import { storedRequestIds } from './check/replay-store-sql.ts';
import { sqlReplayReader, sqlRightsReader } from './check/rights-store-sql.ts';
import { SeenRequests } from './check/seen-requests.ts';
import { buildConsole } from './console/app.ts';
import { Challenges } from './console/challenges.ts';
import { LedgerCheck } from './console/ledger-check.ts';
import { Overview } from './console/overview.ts';
import { sqlOverviewStore } from './console/overview-store-sql.ts';
import { ConsoleSessions } from './console/sessions.ts';
import { sqlStaffStore } from './console/staff-store-sql.ts';
import { sqlSubjectStore } from './console/subject-store-sql.ts';
import { SwitchActs } from './console/switch-acts.ts';
import { sqlSwitchActStore } from './console/switch-store-sql.ts';
import { Traffic } from './console/traffic.ts';
import type { Switchboard } from './containment/switchboard.ts';
import { SwitchboardPoll } from './containment/switchboard-poll.ts';
import { sqlSwitchboardStore } from './containment/switchboard-store-sql.ts';
import { refuseSharedCustody } from './custody.ts';
import { ERRORS } from './errors.ts';
import { housekeeping } from './housekeeping.ts';
import { LedgerWriter } from './ledger/ledger.ts';
import { sqlLedgerStore } from './ledger/ledger-store-sql.ts';
import { PublishedLog } from './ledger/published-log.ts';
import { LostReplies, reconcile } from './ledger/reconcile.ts';
import { sqlLookupsStore } from './lookups/lookups-store-sql.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { buildPortal } from './portal/app.ts';
import { sqlFeedStore } from './registry/feed-store-sql.ts';
import { createFeeds } from './registry/feeds.ts';

export type RunningOperator = {
  url: string;
  /** Null when this process serves machines only. */
  portalUrl: string | null;
  /** Null when this process has no console. */
  consoleUrl: string | null;
  metricsUrl: string;
  close(): Promise<void>;
};

export type OperatorSurroundings = {
  clock: Clock;
  /** The ledger on disk is not ours any more: the process must stop. */
  onFatal(error: FatalError): void;
  onInternalError(error: unknown): void;
};

export async function startOperator(
  config: OperatorConfig,
  around: OperatorSurroundings,
): Promise<RunningOperator> {
  const { clock } = around;
  await refuseSharedCustody(config, process.getuid?.() ?? -1);
  const databases = openDatabases(config);
  const vault = new VaultSocketClient(config.vaultSocket);
  const metrics = createMetrics();

  const ledgerStore = sqlLedgerStore(databases.log);
  const ledger = await LedgerWriter.open({ store: ledgerStore, vault, clock, onFatal: around.onFatal });
  await reconcile({ store: ledgerStore, vault, ledger });

  const directory = new Directory(sqlDirectoryStore(databases.desk));
  const switches = new SwitchboardPoll({
    store: sqlSwitchboardStore(databases.watch),
    clock,
    onDirectoryChange: () => directory.reload(),
  });
  await switches.start();

  const feedStore = sqlFeedStore(databases.feed);
  const feeds = createFeeds({
    store: feedStore,
    vault,
    ledger,
    clock,
    switchboard: () => switches.current(),
  });
  await feeds.recover();

  const lostReplies = new LostReplies(clock, (await vault.call('state', {})).out.journalNo);
  const keeping = housekeeping({
    ledger,
    metrics,
    databases,
    everyMs: config.checkpointEveryMs,
    enterLostReplies: () => lostReplies.settle({ store: ledgerStore, vault, ledger }),
  });
  const tokens = new BoundTokens({ vault, directory, clock });
  await tokens.warmUp();
  const replays = new SeenRequests(sqlReplayReader(databases.rights), clock);
  // Beside everything else: until it is done, or for ever if it fails, the database is asked.
  replays.load(storedRequestIds(databases.rights)).catch(() => undefined);

  const traffic = new Traffic(
    clock,
    Object.entries(ERRORS).map(([code, { status }]) => ({ code, status })),
  );
  const accounts = sqlAccountStore(databases.desk);
  const switchboard = () => switches.current();
  const shared = {
    check: {
      clock,
      directory,
      switchboard,
      once: new Once(replays, vault),
      doors: vaultDoorOpener(vault, lostReplies),
      reader: sqlRightsReader(databases.rights),
      tagger: vaultPersonTagger(vault, clock),
      ledger,
    },
    refusalNotes: new RefusalNotes(ledger, clock),
    metrics: counting(metrics, traffic),
    isReady: () => isOpen(vault),
    onInternalError: around.onInternalError,
  };
  const app = buildOperator({
    ...shared,
    tls: await readTls(config),
    clock,
    directory,
    tokens,
    signIn: {
      vault,
      directory,
      tokens,
      accounts,
      limit: new SignInLimit(clock),
      switchboard,
      ledger,
      clock,
    },
    feeds,
    publishedLog: new PublishedLog(sqlLedgerStore(databases.history), config.trustDirectory),
  });
  const portal =
    config.portal &&
    buildPortal({
      ...shared,
      ...(await pageSettings(config.portal, 'professional')),
      sessions: new PortalSessions({
        store: sqlSessionStore(databases.desk),
        accounts,
        psc: new PscClient(pscSettings(config.portal)),
        flows: new SignInFlows(),
        vault,
        ledger,
        nonces: new NonceWindow(),
        switchboard,
        clock,
      }),
      lookups: { store: sqlLookupsStore(databases.history), clock },
    });
  const staffConsole =
    config.console &&
    consoleParts({
      settings: config.console,
      config,
      databases,
      received: async (feed) => (await feedStore.staged(feed)).lines,
      traffic,
      vault,
      ledger,
      switchboard,
      clock,
    });
  const consoleApp =
    config.console &&
    staffConsole &&
    buildConsole({
      ...shared,
      ...staffConsole,
      metrics, // what staff look at is not the platform's traffic
      ...(await pageSettings(config.console, 'console')),
    });
  await app.listen({ host: config.host, port: config.port });
  await portal?.listen({ host: config.host, port: config.portal?.port ?? 0 });
  await consoleApp?.listen({ host: config.host, port: config.console?.port ?? 0 });
  const metricsServer = await listenMetrics(config.metricsPort, metrics);

  return {
    url: `https://${config.host}:${(app.server.address() as AddressInfo).port}`,
    portalUrl: config.portal?.origin ?? null,
    consoleUrl: config.console?.origin ?? null,
    metricsUrl: `http://127.0.0.1:${metricsServer.port}/metrics`,
    async close() {
      staffConsole?.ledgerCheck.stop();
      await Promise.all([app.close(), portal?.close(), consoleApp?.close()]);
      metricsServer.close();
      switches.stop();
      await feeds.close();
      await keeping.stop();
      await ledger.close();
      await vault.close();
      await Promise.all(Object.values(databases).map((database) => database.end({ timeout: 1 })));
    },
  };
}

/**
 * One login per duty; one pipelined connection each, two for reads (TECHNOLOGY.md 3.3). Switchboard and
 * published ledger are read over connections of their own: nothing that callers cause may delay a closing or an entry.
 */
function openDatabases(
  config: OperatorConfig,
): Record<'rights' | 'feed' | 'log' | 'history' | 'desk' | 'watch', Database> {
  const open = (duty: keyof OperatorConfig['database'], max: number) =>
    openDatabase(config.database[duty].reveal(), { max, applicationName: `rempart-${duty}` });
  return {
    rights: open('rights', 2),
    feed: open('feed', 6),
    log: open('log', 1),
    history: open('log', 1),
    desk: open('desk', 1),
    watch: open('desk', 1),
  };
}

async function readTls(config: OperatorConfig) {
  const [cert, key, ca] = await Promise.all([
    readFile(config.tls.certFile, 'utf8'),
    readFile(config.tls.keyFile, 'utf8'),
    readFile(config.tls.clientCaFile, 'utf8'),
  ]);
  return { cert, key, ca };
}

async function pageSettings(
  { origin, tls }: Pick<PortalConfig, 'origin' | 'tls'>,
  application: 'professional' | 'console',
) {
  const pages = join(packageRoot(), 'dist', 'web', application);
  if (tls === null) return { origin, pages, tls };
  const [cert, key] = await Promise.all([readFile(tls.certFile, 'utf8'), readFile(tls.keyFile, 'utf8')]);
  return { origin, pages, tls: { cert, key } };
}

/** Every answer of machines and professionals is also counted for the console's last hour. */
function counting(metrics: Metrics, traffic: Traffic): Metrics {
  return {
    ...metrics,
    observe(route, status, elapsedMs, refused) {
      metrics.observe(route, status, elapsedMs);
      traffic.observe(route, elapsedMs, refused);
    },
  };
}

function consoleParts(parts: {
  settings: ConsoleConfig;
  config: OperatorConfig;
  databases: Record<'desk', Database>;
  received(feed: { insurerId: number; seq: number }): Promise<number>;
  traffic: Traffic;
  vault: VaultClient;
  ledger: LedgerWriter;
  switchboard(): Switchboard;
  clock: Clock;
}) {
  const { settings, config, databases, ledger, clock } = parts;
  const { origin, journalDirectory } = settings;
  const sessions = new ConsoleSessions({
    store: sqlStaffStore(databases.desk),
    challenges: new Challenges(),
    nonces: new NonceWindow(),
    ledger,
    site: { origin, rpId: new URL(origin).hostname },
    switchboard: parts.switchboard,
    clock,
  });
  const acts = new SwitchActs({ store: sqlSwitchActStore(databases.desk), sessions, ledger, clock });
  const ledgerCheck = new LedgerCheck({
    databaseUrl: config.database.log.reveal(),
    trustFile: join(config.trustDirectory, 'trust.json'),
    journalDirectory,
    ledger,
    clock,
  });
  const overview = new Overview({ ...parts, store: sqlOverviewStore(databases.desk), acts, ledgerCheck });
  return { sessions, acts, ledgerCheck, overview, subjects: sqlSubjectStore(databases.desk), ledger, clock };
}

function pscSettings({ origin, psc }: PortalConfig): PscSettings {
  return {
    ...psc,
    redirectUri: `${origin}/auth/callback`,
    afterSignOut: `${origin}/`,
    insecure: psc.issuer.startsWith('http://'), // refused outside the demo (config.ts)
  };
}

async function isOpen(vault: VaultClient): Promise<boolean> {
  return vault.call('state', {}).then(
    ({ out }) => !out.locked,
    () => false, // a vault that does not answer is a vault that opens nothing
  );
}
