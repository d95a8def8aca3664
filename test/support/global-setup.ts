// Before all tests: one temporary directory for everything they write, and one PostgreSQL in it for all of them.
// Its durability is that of production: a test that only passes without fsync proves nothing.

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { clearLeftovers } from '../../src/db/embedded-leftovers.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser on the run's PostgreSQL, database `postgres`: each test file makes a database of its own. */
    postgresUrl: string;
  }
}

const PREFIX = 'rempart-test-';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeDeadRuns();
  const home = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(home, 0o711);
  const tmp = join(home, 'tmp');
  mkdirSync(tmp, { mode: 0o711 });
  try {
    const database = await startEmbeddedPostgres({
      dataDir: join(home, 'postgres'),
      port: 0,
      settings: { max_connections: '300', shared_buffers: '128MB' },
    });
    process.env['TMPDIR'] = tmp; // workers inherit it: what a test forgets goes with the run
    project.provide('postgresUrl', database.ownerUrl);
    return async () => {
      await database.stop();
      rmSync(home, { recursive: true, force: true });
    };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

/** A run that was killed leaves its directory, and perhaps its database server, behind. */
async function removeDeadRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : 0;
    if (!(pid > 0) || isAlive(pid)) continue;
    const home = join(tmpdir(), name);
    try {
      await clearLeftovers(join(home, 'postgres'));
      rmSync(home, { recursive: true, force: true });
    } catch {
      // another user's run: not ours to clean up, and no hindrance
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
