// A supervised process of the demo: started with its environment, started again when it dies, ended with the demo.
// Its output goes to a log file; it says "ready" through the channel to its parent.

import { type ChildProcess, fork } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readEnv } from '../config/env.ts';
import { packageRoot } from '../lib/package-root.ts';

export type ChildOptions = {
  name: 'vault' | 'operator' | 'insurer' | 'status' | 'psc-simulator';
  env: Readonly<Record<string, string>>;
  logFile: string;
  /** Told each time the process is ready again after it died. */
  onRestart(): void;
  /** After this many deaths in a row it is not started again. */
  mostFailures: number;
};

export type Child = {
  /** What the process reported when it got ready. */
  report: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/** A larger nursery saves the collector a tenth of its work and stops the operator for 20 ms instead of 6. */
const EXEC_ARGV: Record<ChildOptions['name'], string[]> = {
  operator: ['--max-semi-space-size=16'],
  vault: [],
  insurer: [],
  status: [],
  'psc-simulator': [],
};

const RESTART_AFTER_MS = 200;
const KILL_AFTER_MS = 2_200;

/** Resolves when the process is ready for the first time; rejects with its reason when it cannot start. */
export async function startChild(options: ChildOptions): Promise<Child> {
  let stopping = false;
  let failures = 0;
  let current: ChildProcess | null = null;

  const watch = (child: ChildProcess) => {
    child.on('exit', () => {
      if (stopping || failures >= options.mostFailures) return;
      failures += 1;
      setTimeout(restart, RESTART_AFTER_MS * failures);
    });
  };
  const restart = async () => {
    if (stopping) return;
    current = await launch(options);
    watch(current);
    await readiness(options.name, current).then(
      () => {
        failures = 0;
        options.onRestart();
      },
      () => undefined, // it died again: its exit handler has planned the next try
    );
  };

  current = await launch(options);
  const report = await readiness(options.name, current);
  watch(current);
  return {
    report,
    async stop() {
      stopping = true;
      await ended(current);
    },
  };
}

async function launch(options: ChildOptions): Promise<ChildProcess> {
  const log = await open(options.logFile, 'a', 0o600);
  const child = fork(join(packageRoot(), 'bin', 'rempart.js'), ['serve', options.name], {
    env: { ...inherited(), ...options.env },
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    execArgv: EXEC_ARGV[options.name],
  });
  await log.close();
  return child;
}

/** What the process says when it is ready, or its reason for ending. */
function readiness(name: string, child: ChildProcess): Promise<Readonly<Record<string, string>>> {
  return new Promise((resolve, reject) => {
    let problem = 'see its log';
    child.on('message', (message: { ready?: Record<string, string>; problem?: string }) => {
      if (message.problem) problem = message.problem;
      if (message.ready) resolve(message.ready);
    });
    child.once('exit', () => reject(new Error(`the ${name} process could not start: ${problem}`)));
  });
}

/** Only what a Node process needs: nothing else of our surroundings reaches the platform. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];
  const env = readEnv();
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function ended(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
