// `rempart serve operator|vault|insurer|status`: config -> build -> listen -> signals -> dispose. Thin on purpose.

import { availableParallelism } from 'node:os';
import {
  insurerConfig,
  insurerVaultConfig,
  operatorConfig,
  vaultConfig,
  vaultFor,
} from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import { statusConfig } from '../config/status-config.ts';
import { systemClock, timestamp } from '../lib/clock.ts';
import type { startVault as StartVault } from '../vault/start.ts';
import { currentPaths } from './demo-world.ts';
import type { CliIo } from './io.ts';

const USAGE =
  'Usage: rempart serve operator|vault|insurer|status   (configuration: environment, see .env.example)\n';

type Running = { report: Record<string, string>; close(): Promise<void> };

export async function serveCommand(argv: string[], io: CliIo): Promise<number> {
  const [name] = argv;
  const start = SERVERS[name ?? ''];
  if (name === undefined || !start) {
    io.stderr(USAGE);
    return 2;
  }
  const log = (event: string) => io.stderr(`${timestamp(io.now())} ${name} ${event}\n`);
  try {
    const running = await start(log);
    log('ready');
    process.send?.({ ready: running.report });
    await stopSignal();
    await running.close();
    log('stopped');
    if (process.connected) process.disconnect();
    return 0;
  } catch (error) {
    const reason = reasonOf(error);
    log(`could not start: ${reason}`);
    process.send?.({ problem: reason });
    // What was half opened (sockets, pools) must not keep the process alive.
    setTimeout(() => process.exit(1), 50);
    return 1;
  }
}

/** Each loads its own code alone: no process holds what another one is made of. */
const SERVERS: Readonly<Record<string, (log: (event: string) => void) => Promise<Running>>> = {
  operator: serveOperator,
  vault: serveVault,
  insurer: serveInsurer,
  status: serveStatus,
  // Started by the demo alone: it is nobody's server in production, and refuses to be.
  'psc-simulator': servePscSimulator,
};

async function servePscSimulator(): Promise<Running> {
  if (readEnv()['REMPART_MODE'] !== 'demo') throw new Error('the simulator starts in demo mode only');
  const { readPsc } = await import('../demo/psc-world.ts');
  const { startPscSimulator } = await import('../demo/psc-simulator.ts');
  const { issuer: _known, ...world } = await readPsc(currentPaths());
  const running = await startPscSimulator({ mode: 'demo', ...world });
  return { report: { port: new URL(running.issuer).port }, close: () => running.close() };
}

async function serveVault(log: (event: string) => void): Promise<Running> {
  const onInternalError = (error: unknown) => log(internal(error));
  const around = { clock: systemClock, onInternalError, onWarning: log };
  const running = await startEitherVault(around);
  return { report: {}, close: () => running.close() };
}

async function startEitherVault(around: Parameters<typeof StartVault>[1]) {
  if (vaultFor(readEnv()) === 'insurer') {
    const { startInsurerVault } = await import('../vault/insurer/start.ts');
    return startInsurerVault(insurerVaultConfig(readEnv()), around);
  }
  const { startVault } = await import('../vault/start.ts');
  return startVault(vaultConfig(readEnv(), availableParallelism()), around);
}

async function serveInsurer(log: (event: string) => void): Promise<Running> {
  const { startInsurer } = await import('../insurer/insurer.ts');
  const running = await startInsurer(insurerConfig(readEnv()), {
    clock: systemClock,
    onInternalError: (error) => log(internal(error)),
    onProblem: oncePerKind((error) => log(problem(error))),
    onWarning: (sentence) => log(`warning: ${sentence}`),
  });
  return {
    report: { url: running.url, metricsUrl: running.metricsUrl },
    close: () => running.close(),
  };
}

async function serveStatus(log: (event: string) => void): Promise<Running> {
  const { startStatus } = await import('../status/server.ts');
  const running = await startStatus(statusConfig(readEnv()), {
    onWarning: (sentence) => log(`warning: ${sentence}`),
  });
  return { report: { url: running.url }, close: () => running.close() };
}

/** What fails every few seconds for the same reason is said once, until it fails for another. */
function oncePerKind(say: (error: unknown) => void): (error: unknown) => void {
  let said = '';
  return (error) => {
    const kind = problem(error);
    if (kind !== said) say(error);
    said = kind;
  };
}

/** Something that will be tried again: its class and code, nothing it may quote. */
function problem(error: unknown): string {
  const { name, code } = error as { name?: string; code?: string };
  return `tries again: ${name ?? 'unknown'} ${code ?? ''}`;
}

async function serveOperator(log: (event: string) => void): Promise<Running> {
  const { startOperator } = await import('../operator/operator.ts');
  const running = await startOperator(operatorConfig(readEnv()), {
    clock: systemClock,
    onWarning: log,
    onInternalError: (error) => log(internal(error)),
    onFatal(error) {
      log(`stops: ${error.message}`);
      process.exit(1);
    },
  });
  return {
    report: {
      url: running.url,
      portalUrl: running.portalUrl ?? '',
      consoleUrl: running.consoleUrl ?? '',
      metricsUrl: running.metricsUrl,
    },
    close: () => running.close(),
  };
}

/** Resolves at SIGINT, SIGTERM, or when the demo that started us is gone. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    process.once('disconnect', () => resolve());
  });
}

/** Class, code and place of an internal error: never its message, which may quote a value. */
function internal(error: unknown): string {
  const { name, code, stack } = error as { name?: string; code?: string; stack?: string };
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return `internal error ${name ?? 'unknown'} ${code ?? ''} ${frames
    .slice(0, 6)
    .map((line) => line.trim())
    .join(' | ')}`;
}

/** Why a start failed, in a sentence: configuration and addresses hold nobody's data. */
function reasonOf(error: unknown): string {
  const { code, port, message } = error as { code?: string; port?: number; message?: string };
  if (code === 'EADDRINUSE') return `port ${port} is already in use`;
  return message ?? 'unknown';
}
