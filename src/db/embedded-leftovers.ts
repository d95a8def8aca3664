// What an earlier life of the embedded database may have left behind after a SIGKILL: a note of its supervisor,
// a postmaster.pid, a server that lives on. It must never signal a process that is not a postgres of this data directory.

import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const ORPHAN_PATIENCE_MS = 5_000;

/**
 * Writes down that this process looks after `dataDir`, so that a second `npm start` does not take a living
 * database for an orphan and stop it. Returns the function that takes the note away again.
 */
export function claim(dataDir: string): () => void {
  const note = `${dataDir}.owner`;
  const owner = readOrNull(note);
  if (owner && isAlive(owner)) {
    throw new Error(
      `the database in ${dataDir} is in use by process ${owner.split(' ')[0]}: stop that one first`,
    );
  }
  writeFileSync(`${note}.${process.pid}`, lifeOf(process.pid), { mode: 0o600 });
  renameSync(`${note}.${process.pid}`, note);
  return () => rmSync(note, { force: true });
}

/**
 * Makes the data directory free for a new server. Three cases: nobody there; a server of ours without supervisor,
 * which is shut down properly; a postmaster.pid whose number now belongs to a stranger or a zombie, which
 * PostgreSQL itself would take for a living server, so it is removed (shared memory is still checked by the server).
 */
export async function clearLeftovers(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  const pid = Number.parseInt(readOrNull(pidFile) ?? '', 10);
  if (!(pid > 0) || !exists(pid)) return;
  if (!isServerOf(pid, dataDir)) {
    rmSync(pidFile, { force: true });
    return;
  }
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(pid, signal);
    for (let waitedMs = 0; waitedMs < ORPHAN_PATIENCE_MS; waitedMs += POLL_MS) {
      await delay(POLL_MS);
      if (!isServerOf(pid, dataDir)) return;
    }
  }
  throw new Error(
    `a PostgreSQL left from an earlier run (process ${pid}) does not stop: end it, then start again`,
  );
}

/** A server changes into its data directory when it starts; that, and its program's name, tell whose it is. */
function isServerOf(pid: number, dataDir: string): boolean {
  if (process.platform === 'linux') {
    const program = linkOrNull(`/proc/${pid}/exe`);
    return linkOrNull(`/proc/${pid}/cwd`) === dataDir && basename(program ?? '').startsWith('postgres');
  }
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.includes('postgres') && stdout.includes(dataDir);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Process number and start time: numbers are used again, this pair is not (Linux; elsewhere the number alone). */
function lifeOf(pid: number): string {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (!stat) return String(pid);
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? `${pid} ended` : `${pid} ${rest[18]}`; // rest[18]: when it started
}

function isAlive(life: string): boolean {
  const pid = Number.parseInt(life, 10);
  return exists(pid) && lifeOf(pid) === life;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // not there: nothing was left behind
  }
}

function linkOrNull(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null; // the process ended, or is a zombie: no server in either case
  }
}
