// Composition root of the operator process: opens the stores, claims the ledger, enters what a crash left out,
// then listens. Linear on purpose: read it from top to bottom.

import type { JsonWebKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { OperatorConfig } from '../config/config.ts';
import type { AmcNo } from '../core/ids.ts';
import { FollowedTrust } from '../crypto/followed-trust.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { listenMetrics } from '../http/metrics-server.ts';
import type { FatalError } from '../lib/app-error.ts';
import { type Clock, monotonicClock, monotonicMs } from '../lib/clock.ts';
import { refuseSharedCustody } from '../vault/custody.ts';
import { VaultSocketClient } from '../vault/socket-client.ts';
import type { VaultClient } from '../vault/vault-client.ts';
import { BoundTokens } from './access/bound-tokens.ts';
import { Directory } from './access/directory.ts';
import { sqlAccountStore, sqlDirectoryStore } from './access/directory-store-sql.ts';
import { RefusalNotes } from './access/refusal-notes.ts';
import { SignInLimit } from './access/sign-in-limit.ts';
import { buildOperator } from './app.ts';
import { sqlStatusListStore } from './cards/status-list-store-sql.ts';
import { StatusLists } from './cards/status-lists.ts';
import { vaultDoorOpener } from './check/door-opener.ts';
import { sqlKnownPatientStore } from './check/known-patient-store-sql.ts';
import { knownPatients } from './check/known-patients.ts';
import { Once } from './check/once.ts';
import { vaultPersonTagger } from './check/person-tagger.ts';
import { storedRequestIds } from './check/replay-store-sql.ts';
import { sqlReplayReader, sqlRightsReader } from './check/rights-store-sql.ts';
import { SeenRequests } from './check/seen-requests.ts';
import { openConsole } from './console/open.ts';
import { Traffic } from './console/traffic.ts';
import { SwitchboardPoll } from './containment/switchboard-poll.ts';
import { sqlSwitchboardStore } from './containment/switchboard-store-sql.ts';
import { ERRORS } from './errors.ts';
import { guardDesk } from './guard/desk.ts';
import { Guard } from './guard/guard.ts';
import { sqlGuardStore } from './guard/guard-store-sql.ts';
import { housekeeping } from './housekeeping.ts';
import { LedgerWriter } from './ledger/ledger.ts';
import { sqlLedgerStore } from './ledger/ledger-store-sql.ts';
import { PublishedLog } from './ledger/published-log.ts';
import { LostReplies, reconcile } from './ledger/reconcile.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { IdentityHalfDesk } from './notices/identity-half-desk.ts';
import { sqlNoticeStore } from './notices/notice-store-sql.ts';
import { Notices } from './notices/notices.ts';
import { openPortal } from './portal/open.ts';
import { sqlFeedStore } from './registry/feed-store-sql.ts';
import { createFeeds } from './registry/feeds.ts';
import { openSettlement } from './settlement/open.ts';
import { OwedOrders } from './software/software.ts';

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
  /** What whoever runs this must hear of, in a sentence for the log. */
  onWarning?(text: string): void;
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
    clock: monotonicClock, // a wall clock that jumps must not close the platform
    onDirectoryChange: () => directory.reload(),
  });
  await switches.start();

  const guardStore = sqlGuardStore(databases);
  const guard = await Guard.open({
    store: guardStore,
    ledger,
    clock,
    isExercise: (amcNo) => directory.isExercise(amcNo),
    onAlarm: ({ detector }) => metrics.guardAlarmed(detector),
  });

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
  const owedOrders = new OwedOrders();
  const keeping = housekeeping({
    ledger,
    metrics,
    databases,
    clock,
    everyMs: config.checkpointEveryMs,
    enterLostReplies: () => lostReplies.settle({ store: ledgerStore, vault, ledger }),
    tellVault: () => owedOrders.settle(vault),
    saveGuard: () => guard.save(),
  });
  const tokens = new BoundTokens({ vault, directory, clock });
  await tokens.warmUp();
  const replays = new SeenRequests(sqlReplayReader(databases.rights), clock);
  // Beside everything else: until it is done, or for ever if it fails, the database is asked.
  replays.load(storedRequestIds(databases.rights)).catch(() => undefined);

  const root = JSON.parse(await readFile(config.trustRootFile, 'utf8')) as JsonWebKey;
  const trust = new FollowedTrust({
    directory: config.trustDirectory,
    root: () => root,
    clock,
    newest: (await vault.call('state', {})).out.trustIssuedAt, // remembered where nobody can set it back
    onProblem: (problem) => around.onWarning?.(`the trust list is not taken over: ${problem}`),
  });
  await trust.follow();
  const statusStore = sqlStatusListStore(databases.feed);
  const statusLists = new StatusLists({ store: statusStore, trust, vault, ledger, clock });
  await statusLists.load();

  const references = sqlNoticeStore(databases);
  const notices = new Notices({ store: references, vault, clock });
  const traffic = new Traffic(
    clock,
    Object.entries(ERRORS).map(([code, { status }]) => ({ code, status })),
  );
  const accounts = sqlAccountStore(databases.desk);
  const switchboard = () => switches.current();
  const once = new Once(replays, vault);
  const doors = vaultDoorOpener(vault, lostReplies);
  const settlement = await openSettlement(config, {
    ...{ clock, directory, switchboard, once, guard, doors, vault, ledger, references },
    databases,
  });
  const shared = {
    settlement,
    check: {
      clock,
      directory,
      switchboard,
      once,
      guard: timed(guard, metrics),
      doors,
      reader: sqlRightsReader(databases.rights),
      tagger: vaultPersonTagger(vault, clock),
      ledger,
      known: knownPatients({ store: sqlKnownPatientStore(databases), vault, clock }),
      notices,
      revoked: (amcNo: AmcNo, statusIndex: number) => statusLists.isRevoked(amcNo, statusIndex),
      promises: settlement,
    },
    emergency: { vault, ledger, switchboard, guard },
    refusalNotes: new RefusalNotes(ledger, clock),
    metrics: counting(metrics, traffic),
    isReady: () => isOpen(vault),
    onInternalError: around.onInternalError,
  };
  const publishedLog = new PublishedLog(sqlLedgerStore(databases.history), config.trustDirectory);
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
    statusLists,
    insurers: { notices, identityHalves: new IdentityHalfDesk({ vault, ledger }), ledger },
    publishedLog,
  });
  const portal =
    config.portal &&
    (await openPortal(config.portal, {
      ...shared,
      databases,
      accounts,
      vault,
      ledger,
      owedOrders,
      switchboard,
      clock,
      statusLists,
      publishedLog,
      trustRoot: config.mode === 'demo' ? publicHalf(root) : null,
    }));
  const staffConsole =
    config.console &&
    (await openConsole(config.console, {
      ...shared,
      metrics, // what staff look at is not the platform's traffic
      databases,
      databaseUrl: config.database.log.reveal(),
      trustDirectory: config.trustDirectory,
      received: async (feed) => (await feedStore.staged(feed)).lines,
      traffic,
      vault,
      ledger,
      switchboard,
      guard: guardDesk({ guard, store: guardStore, ledger, clock }),
      clock,
    }));
  await app.listen({ host: config.host, port: config.port });
  await portal?.listen({ host: config.host, port: config.portal?.port ?? 0 });
  await staffConsole?.listen({ host: config.host, port: config.console?.port ?? 0 });
  const metricsServer = await listenMetrics(config.metricsPort, metrics);

  return {
    url: `https://${config.host}:${(app.server.address() as AddressInfo).port}`,
    portalUrl: config.portal?.origin ?? null,
    consoleUrl: config.console?.origin ?? null,
    metricsUrl: `http://127.0.0.1:${metricsServer.port}/metrics`,
    async close() {
      await Promise.all([app.close(), portal?.close(), staffConsole?.close()]);
      metricsServer.close();
      switches.stop();
      await feeds.close();
      await keeping.stop();
      await guard.save().catch(() => undefined); // the next start replays what is missing
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
): Record<keyof OperatorConfig['database'] | 'history' | 'reserve' | 'watch', Database> {
  const open = (duty: keyof OperatorConfig['database'], max: number, commitsLater = false) =>
    openDatabase(config.database[duty].reveal(), { max, applicationName: `rempart-${duty}`, commitsLater });
  return {
    rights: open('rights', 2),
    feed: open('feed', 6),
    log: open('log', 1),
    history: open('log', 1),
    desk: open('desk', 1),
    settle: open('settle', 4),
    // What is reserved is on disk when its ledger entry is, and nothing is answered before: the log of the database is
    // written in order, so a commit that waits takes along every one before it. For what comes before its entry alone.
    reserve: open('settle', 8, true),
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

function publicHalf({ kty = '', crv = '', x = '', y = '' }: JsonWebKey) {
  return { kty, crv, x, y };
}

/** What the guard costs on the path of a check is measured where it runs. */
function timed(guard: Guard, metrics: Metrics): Pick<Guard, 'admit' | 'saw'> {
  const within = <T>(work: () => T): T => {
    const startedAtMs = monotonicMs();
    try {
      return work();
    } finally {
      metrics.guardSpan(monotonicMs() - startedAtMs);
    }
  };
  return {
    admit: (asking, question) => within(() => guard.admit(asking, question)),
    saw: (entry, index, door) => within(() => guard.saw(entry, index, door)),
  };
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

async function isOpen(vault: VaultClient): Promise<boolean> {
  return vault.call('state', {}).then(
    ({ out }) => !out.locked,
    () => false, // a vault that does not answer is a vault that opens nothing
  );
}
