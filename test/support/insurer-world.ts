// An insurer beside the test world's operator: its vault in a process of its own (so that it can be killed), its database,
// its process over TLS. No mocks.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { join } from 'node:path';
import postgres from 'postgres';
import { build } from 'vite';
import { inject } from 'vitest';
import type { InsurerConfig, InsurerVaultConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secrets.ts';
import type { AmcNo } from '../../src/core/ids.ts';
import type { CardKey } from '../../src/core/trust-list.ts';
import { thumbprintOf } from '../../src/demo/certificates.ts';
import { prepareInsurerDatabase } from '../../src/demo/demo-store-sql.ts';
import { readJson } from '../../src/demo/files.ts';
import { approveUnlock, INSURER_DESK, INSURER_SERVER, writeInsurerEnrolment } from '../../src/demo/world.ts';
import { type RunningInsurer, startInsurer } from '../../src/insurer/insurer.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { InsurerVaultClient } from '../../src/vault/insurer/insurer-client.ts';
import { tempDir } from './temp-dir.ts';
import { type Answer, httpsCall, type SendOptions, type TestWorld } from './world.ts';

export const INSURER = '0999000101' as AmcNo;

export type InsurerWorld = {
  config: InsurerConfig;
  /** Owner of its database. */
  sql: postgres.Sql;
  vault: InsurerVaultClient;
  /** As the trust list names them. */
  keys: readonly CardKey[];
  problems: unknown[];
  /** What its log says to whoever runs it. */
  warnings: string[];
  /** One request; `as` names a certificate (its desk's unless told otherwise), null none. */
  send(path: string, options?: SendOptions): Promise<Answer>;
  metrics(): Promise<string>;
  unlock(): Promise<void>;
  /** kill -9, and a new one. */
  killVault(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

export async function createInsurerWorld(
  world: TestWorld,
  { cardsPerDay }: { cardsPerDay: number },
): Promise<InsurerWorld> {
  const { paths } = world;
  await writeInsurerEnrolment(paths, (await world.vault.call('state', {})).out.ledger.vkey);
  const script = await vaultScript();
  const vaultConfig: InsurerVaultConfig = {
    mode: 'demo',
    insurer: INSURER,
    socket: paths.insurerVault.socket,
    socketMode: 0o600,
    keyringFile: paths.insurerVault.keyring,
    passphraseFile: null,
    enrolmentFile: paths.insurerVault.enrolment,
    journalDirectory: paths.insurerVault.journal,
    startLocked: false,
    cardsPerDay,
  };
  let child = await startVaultProcess(script, vaultConfig);
  const vault = new InsurerVaultClient(vaultConfig.socket);
  const keys = (await vault.call('cardKeys', {})).out.keys.map((key) => ({
    ...key,
    insurer: INSURER,
    revokedOn: null,
  }));
  await world.trust(keys, new Date().toISOString());

  const name = `insurer_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const desk = thumbprintOf(await readFile(paths.certificate(INSURER_DESK), 'utf8'));
  const database = await prepareInsurerDatabase(inject('postgresUrl'), {
    name,
    passwords: { desk: 'desk', status: 'status' },
    clients: [{ thumbprint: desk, person: INSURER_DESK }],
  });
  const config: InsurerConfig = {
    mode: 'demo',
    amcNo: INSURER,
    host: 'localhost',
    port: 0,
    metricsPort: 0,
    tls: {
      certFile: paths.certificate(INSURER_SERVER),
      keyFile: paths.key(INSURER_SERVER),
      clientCaFile: paths.ca,
    },
    database: { desk: new Secret(database.urls.desk), status: new Secret(database.urls.status) },
    vaultSocket: vaultConfig.socket,
    vaultKeyringFile: null,
    operator: {
      url: world.url,
      caFile: paths.ca,
      certFile: paths.certificate(`${INSURER}-emetteur`),
      keyFile: paths.key(`${INSURER}-emetteur`),
    },
  };
  const problems: unknown[] = [];
  const warnings: string[] = [];
  const around = {
    clock: systemClock,
    onInternalError: (error: unknown) => void world.internalErrors.push(error),
    onProblem: (error: unknown) => void problems.push(error),
    onWarning: (sentence: string) => void warnings.push(sentence),
  };
  let running: RunningInsurer | null = await startInsurer(config, around);
  config.port = Number(new URL(running.url).port);
  const { url } = running;
  const sql = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
  return {
    config,
    sql,
    vault,
    keys,
    problems,
    warnings,
    async send(path, sending = {}) {
      const as = sending.as === undefined ? INSURER_DESK : sending.as;
      const ca = await readFile(paths.ca);
      const own =
        as === null
          ? {}
          : { cert: await readFile(paths.certificate(as)), key: await readFile(paths.key(as)) };
      const agent = new Agent({ ca, ...own });
      return httpsCall(agent, new URL(path, url), sending).finally(() => agent.destroy());
    },
    async metrics() {
      return (await fetch(running?.metricsUrl ?? '')).text();
    },
    async unlock() {
      const { lockId } = (await vault.call('state', {})).out;
      const approvals = await Promise.all(
        ['sophie', 'theo'].map(async (staff) => ({
          staff,
          jws: await approveUnlock(await readJson(paths.staff(staff)), lockId ?? ''),
        })),
      );
      await vault.call('unlock', { approvals });
    },
    async killVault() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      child = await startVaultProcess(script, vaultConfig);
    },
    async stop() {
      await running?.close();
      running = null;
    },
    async start() {
      running = await startInsurer(config, around);
    },
    async close() {
      await running?.close();
      await vault.close();
      child.kill('SIGKILL');
      await sql.end({ timeout: 1 });
    },
  };
}

/** Node 20 runs no TypeScript: the child gets everything it needs in one file. */
async function vaultScript(): Promise<string> {
  const folder = tempDir();
  await build({
    configFile: false,
    logLevel: 'error',
    root: join(import.meta.dirname, '../../src/vault/insurer'),
    ssr: { noExternal: true },
    build: {
      ssr: 'insurer-vault-process-fixture.ts',
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'vault.mjs' } },
    },
  });
  return join(folder, 'vault.mjs');
}

async function startVaultProcess(script: string, config: InsurerVaultConfig): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, JSON.stringify(config)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (String(said) !== 'ready\n') throw new Error('the insurer’s vault did not start');
  return child;
}
