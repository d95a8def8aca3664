// Supervises the PostgreSQL that npm installed, for the demo, the tests, drills and benchmarks.
// It must never weaken durability, listen anywhere but on 127.0.0.1, or let a statement or a value into a log.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { chown, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { randomSlice } from '../lib/random.ts';
import {
  assertReachable,
  type Binaries,
  CHILD_ENV,
  findBinaries,
  type RunAs,
  unprivilegedUser,
} from './embedded-binaries.ts';
import { claim, clearLeftovers } from './embedded-leftovers.ts';

export type EmbeddedPostgresOptions = {
  /** Made when missing. Beside it: `.secret` (the owner's password), `.owner` (who supervises it), `.log`. */
  dataDir: string;
  /** On 127.0.0.1; 0 picks a free one. */
  port: number;
  /** Server settings beyond ours, for instance `{ max_connections: '200' }`. */
  settings?: Readonly<Record<string, string>>;
  /** Takes the server's own messages; without it they go to the file `.log`. */
  log?: (line: string) => void;
};

export type EmbeddedPostgres = {
  /** Superuser of this server, database `postgres`. A secret: never print it. */
  ownerUrl: string;
  port: number;
  /** Settles when the server is gone, asked for or not. */
  exited: Promise<void>;
  /** Fast shutdown: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>;
};

export const OWNER = 'rempart_owner';
const READY = 'database system is ready to accept connections';
const STILL_IN_USE = 'is still in use';
const PORT_TAKEN = 'Address already in use';
const START_PATIENCE_MS = 120_000; // a crash recovery may have max_wal_size of log to replay
const RETRY_MS = 100;
const RETRIES = 100;
const FAST_SHUTDOWN_MS = 2_000;
const LOG_BYTES = 1_000_000;
const TAIL_LINES = 20;

const DEFAULTS = {
  shared_buffers: '512MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Not for callers to change. Errors are left out of the log altogether (log_min_messages, which ranks LOG above
 * ERROR): their text may quote a value ("invalid input syntax", "Key (…) already exists"). Whoever sent the
 * statement gets the error; the log of a database full of sealed records stays free of what people typed.
 */
const FIXED = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  logging_collector: 'off',
  log_statement: 'none',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_min_duration_statement: '-1',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
};

/** What a start works with, gathered once. */
type Cluster = { dataDir: string; binaries: Binaries; runAs: RunAs; password: string };

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const settings = serverSettings(options.settings ?? {});
  const dataDir = await resolveDataDir(options.dataDir);
  const binaries = findBinaries();
  const runAs = unprivilegedUser();
  assertReachable(runAs, [join(binaries.folder, 'bin'), dirname(dataDir)]);
  const release = claim(dataDir);
  try {
    await clearLeftovers(dataDir);
    const cluster = { dataDir, binaries, runAs, password: await ownerPassword(dataDir) };
    if (!existsSync(join(dataDir, 'PG_VERSION'))) await initialise(cluster);
    const log = boundedLog(options.log ?? logFile(`${dataDir}.log`));
    return await startServer(cluster, { port: options.port, settings, log, release });
  } catch (error) {
    release();
    throw error;
  }
}

function serverSettings(own: Readonly<Record<string, string>>): string[] {
  for (const name of Object.keys(own)) {
    if (name in FIXED || name === 'port' || name.startsWith('log_') || name.startsWith('debug_')) {
      throw new Error(`the setting ${name} of the embedded database is fixed`);
    }
  }
  return Object.entries({ ...DEFAULTS, ...own, ...FIXED }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
}

/** The real path: it is compared with what the kernel says about a process. */
async function resolveDataDir(path: string): Promise<string> {
  const parent = dirname(resolve(path));
  await mkdir(parent, { recursive: true });
  return join(realpathSync(parent), basename(path));
}

/** Made once, before the database that knows it: if we crash in between, the next start uses it for a new one. */
async function ownerPassword(dataDir: string): Promise<string> {
  const path = `${dataDir}.secret`;
  if (!existsSync(path)) {
    if (existsSync(join(dataDir, 'PG_VERSION'))) {
      throw new Error(
        `${path}, the password of the database in ${dataDir}, is gone: bring it back or remove both`,
      );
    }
    await writeDurably(path, randomSlice(24).toString('base64url'));
  }
  return readFileSync(path, 'utf8');
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
}

/**
 * A new cluster is made beside its place and moved there when complete, so a data directory is either whole or
 * absent. If we crash before the rename, the next start begins again.
 */
async function initialise({ dataDir, binaries, runAs, password }: Cluster): Promise<void> {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    throw new Error(`${dataDir} holds files but no database: choose another place, or empty it yourself`);
  }
  const building = `${dataDir}.building`;
  const passwordFile = `${dataDir}.initdb`;
  await rm(building, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(building, { mode: 0o700 });
  await writeFile(passwordFile, password, { flag: 'wx', mode: 0o600 });
  if (runAs) for (const path of [building, passwordFile]) await chown(path, runAs.uid, runAs.gid);
  try {
    // The collation is PostgreSQL's own C.UTF-8: sorted the same on every machine, whatever locales it has.
    await runToEnd(binaries.initdb, runAs, [
      `--pgdata=${building}`,
      `--username=${OWNER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(building, dataDir); // an empty directory may be in its place, a full one may not
  await syncFolder(dirname(dataDir));
}

/** Without this a power cut could undo the rename although the database inside was written through. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync();
  await folder.close();
}

function spawnAs(program: string, runAs: RunAs, args: string[]): ChildProcess {
  // Not detached: the server stays in our process group, so Ctrl-C stops it even when we cannot.
  return spawn(program, args, {
    ...(runAs ? { uid: runAs.uid, gid: runAs.gid } : {}),
    cwd: dirname(program),
    env: CHILD_ENV,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** The last lines a child wrote, for the message when it fails. */
function collectLines(child: ChildProcess, onLine: (line: string) => void): string[] {
  const tail: string[] = [];
  if (!child.stderr) return tail;
  createInterface({ input: child.stderr }).on('line', (line) => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    onLine(line);
  });
  return tail;
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // 'close', not 'exit': the last lines on its stderr say why it ended.
    child.once('close', (code, signal) => resolve(signal ?? `exit ${code}`));
  });
}

async function runToEnd(program: string, runAs: RunAs, args: string[]): Promise<void> {
  const child = spawnAs(program, runAs, args);
  const tail = collectLines(child, () => undefined);
  const how = await ended(child);
  if (how !== 'exit 0') throw new Error(`${basename(program)} failed (${how}): ${tail.join(' | ')}`);
}

type StartOptions = { port: number; settings: string[]; log: (line: string) => void; release: () => void };

/**
 * Starts the server, again and again for 10 s when processes of a killed predecessor still hold its shared
 * memory (they notice within moments that their parent is gone), or when somebody took the port we picked.
 */
async function startServer(cluster: Cluster, options: StartOptions): Promise<EmbeddedPostgres> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port === 0 ? await freePort() : options.port;
    const args = ['-D', cluster.dataDir, '-p', String(port), ...options.settings];
    const child = spawnAs(cluster.binaries.postgres, cluster.runAs, args);
    const failure = await readyOrFailed(child, options.log);
    if (failure === null) return supervised(cluster, child, port, options.release);
    const again = failure.includes(STILL_IN_USE) || (options.port === 0 && failure.includes(PORT_TAKEN));
    if (!again || attempt > RETRIES) throw new Error(explain(failure, port));
    await delay(RETRY_MS);
  }
}

/** Null once the server accepts connections, otherwise what it said before it ended. */
async function readyOrFailed(child: ChildProcess, log: (line: string) => void): Promise<string | null> {
  const patience = setTimeout(() => child.kill('SIGQUIT'), START_PATIENCE_MS);
  let tail: string[] = [];
  const ready = new Promise<null>((resolve) => {
    tail = collectLines(child, (line) => {
      log(line);
      if (line.includes(READY)) resolve(null);
    });
  });
  const failed = ended(child).then((how) => `${how}: ${tail.join(' | ')}`);
  try {
    return await Promise.race([ready, failed]);
  } finally {
    clearTimeout(patience);
  }
}

function explain(failure: string, port: number): string {
  if (failure.includes(PORT_TAKEN)) return `port ${port} on 127.0.0.1 is taken by another program`;
  return `PostgreSQL did not start (${failure})`;
}

function supervised(
  cluster: Cluster,
  child: ChildProcess,
  port: number,
  release: () => void,
): EmbeddedPostgres {
  const exited = new Promise<void>((resolve) => {
    const done = () => {
      release();
      resolve();
    };
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('exit', done);
  });
  let stopping: Promise<void> | undefined;
  return {
    ownerUrl: `postgres://${OWNER}:${cluster.password}@127.0.0.1:${port}/postgres`,
    port,
    exited,
    stop: () => {
      stopping ??= shutDown(child, exited);
      return stopping;
    },
  };
}

/** SIGQUIT ends it without a last checkpoint: nothing committed is lost, the next start replays the log. */
async function shutDown(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGINT');
  const impatience = setTimeout(() => child.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
  await exited;
  clearTimeout(impatience);
}

/** A port on 127.0.0.1 that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}

/** A server in trouble repeats itself: after a megabyte its messages are dropped, and that is said once. */
function boundedLog(log: (line: string) => void): (line: string) => void {
  let leftBytes = LOG_BYTES;
  return (line) => {
    if (leftBytes <= 0) return;
    leftBytes -= Buffer.byteLength(line) + 1;
    log(leftBytes > 0 ? line : 'further messages of PostgreSQL are dropped');
  };
}

/** Kept from start to start, because what happened before a crash is wanted after it; emptied when it is large. */
function logFile(path: string): (line: string) => void {
  if (existsSync(path) && statSync(path).size > LOG_BYTES) truncateSync(path);
  return (line) => appendFileSync(path, `${line}\n`, { mode: 0o600 });
}
