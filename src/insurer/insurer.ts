// Composition root of an insurer's process: stores, vault, the way to the operator, then it listens. Linear on purpose.

import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { InsurerConfig } from '../config/config.ts';
import { openDatabase } from '../db/database.ts';
import { listenMetrics } from '../http/metrics-server.ts';
import type { Clock } from '../lib/clock.ts';
import { refuseSharedCustody } from '../vault/custody.ts';
import { InsurerVaultClient } from '../vault/insurer/insurer-client.ts';
import { buildInsurer } from './app.ts';
import { sqlCardDeskStore, sqlStatusStore } from './cards/card-store-sql.ts';
import { CardKeyWatch } from './cards/key-watch.ts';
import { StatusPublisher } from './cards/publish.ts';
import { lendHalf } from './identity/lend-half.ts';
import { createInsurerMetrics } from './metrics.ts';
import { openOperatorLink } from './operator-link.ts';

export type RunningInsurer = { url: string; metricsUrl: string; close(): Promise<void> };

export type InsurerSurroundings = {
  clock: Clock;
  onInternalError(error: unknown): void;
  /** What could not be told to the operator, or lent to it, this time: tried again by itself. */
  onProblem(error: unknown): void;
  /** A sentence for whoever runs this process. */
  onWarning(sentence: string): void;
};

export async function startInsurer(
  config: InsurerConfig,
  { clock, onInternalError, onProblem, onWarning }: InsurerSurroundings,
): Promise<RunningInsurer> {
  await refuseSharedCustody(config, process.getuid?.() ?? -1);
  const { amcNo } = config;
  const deskDatabase = openDatabase(config.database.desk.reveal(), {
    max: 2,
    applicationName: 'rempart-insurer-desk',
  });
  const statusDatabase = openDatabase(config.database.status.reveal(), {
    max: 1,
    applicationName: 'rempart-insurer-status',
  });
  const vault = new InsurerVaultClient(config.vaultSocket);
  const operator = await openOperatorLink(config.operator.url, config.operator);
  const metrics = createInsurerMetrics();
  const store = sqlCardDeskStore(deskDatabase);

  const keys = new CardKeyWatch({
    amcNo,
    operator,
    vault,
    clock,
    onListed: metrics.listed,
    onWarning,
    onProblem,
  });
  // What was owed when we last stopped goes out now, and lists of an earlier day are replaced.
  const publisher = new StatusPublisher({
    amcNo,
    store: sqlStatusStore(statusDatabase),
    vault,
    operator,
    keys,
    clock,
    onProblem,
    onOwed: metrics.owed,
  });
  void keys.look().then(() => publisher.publish());
  const lending = lendHalf(
    operator,
    async (key, signature) =>
      (await vault.call('wrapIdentityHalf', { key, signature, listed: keys.listed() })).out.jwe,
    onProblem,
  );

  const isReady = () =>
    Promise.all([vault.call('state', {}), store.person('')]).then(
      ([{ out }]) => !out.locked && keys.isUsable(),
      () => false,
    );
  const app = buildInsurer({
    amcNo,
    tls: await readTls(config),
    clock,
    people: store,
    desk: { store, vault, publisher, keys, clock, onIssued: metrics.issued },
    metrics,
    isReady,
    onInternalError,
  });
  await app.listen({ host: config.host, port: config.port });
  const metricsServer = await listenMetrics(config.metricsPort, metrics);

  return {
    url: `https://${config.host}:${(app.server.address() as AddressInfo).port}`,
    metricsUrl: `http://127.0.0.1:${metricsServer.port}/metrics`,
    async close() {
      await app.close();
      metricsServer.close();
      operator.close();
      await Promise.all([keys.stop(), publisher.stop(), lending.stop()]);
      await vault.close();
      await Promise.all([deskDatabase.end({ timeout: 1 }), statusDatabase.end({ timeout: 1 })]);
    },
  };
}

async function readTls({ tls }: InsurerConfig) {
  const [cert, key, ca] = await Promise.all([
    readFile(tls.certFile, 'utf8'),
    readFile(tls.keyFile, 'utf8'),
    readFile(tls.clientCaFile, 'utf8'),
  ]);
  return { cert, key, ca };
}
