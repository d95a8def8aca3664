#!/usr/bin/env node
// The launcher: makes sure dist/ matches src/, then runs the command line in this same process.
// It must never write on stdout, install a signal handler or start the command in a child process:
// stdout belongs to the command (`--json`), signals to whoever runs it.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = [20, 19];
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, 'stamp');
/** Everything a builder writes before it is finished starts with this; see also .gitignore. */
const BUILDING = join(ROOT, 'dist.building');
const LOCK = `${BUILDING}.lock`;
const LONGEST_WAIT_MS = 120_000;
const POLL_MS = 50;

/** A reason to stop that is told in one sentence, without a stack. */
class Stop extends Error {}

function say(sentence) {
  process.stderr.write(`rempart: ${sentence}\n`);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [needMajor, needMinor] = OLDEST_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new Stop(
    `this is Node ${process.versions.node}, Rempart needs ${OLDEST_NODE.join('.')} or newer (https://nodejs.org).`,
  );
}

/** Path, size and modification time of every file that `tsc -p tsconfig.json` reads, tests left out. */
function digestOfSources() {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  };
  const walk = (folder) => {
    const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (!entry.name.endsWith('.test.ts')) add(path);
    }
  };
  for (const folder of ['src', 'bench']) if (existsSync(join(ROOT, folder))) walk(folder);
  for (const file of ['tsconfig.json', 'package.json']) add(file);
  return hash.digest('hex');
}

/** Sources may be edited or moved by an editor while we list them: a file that vanished means "look again". */
function sourcesNow() {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return digestOfSources();
    } catch (error) {
      if (error.code !== 'ENOENT' || attempt === 10) throw error;
    }
  }
}

function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // missing, or just being replaced: both mean "nothing usable there"
  }
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Tells one life of a process from another that got the same number later (Linux; elsewhere the pid alone). */
function lifeOf(pid) {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (!stat) return `${pid}`;
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? `${pid} ended` : `${pid} ${rest[18]}`; // rest[18]: when it started
}

function isAlive(life) {
  const pid = Number.parseInt(life, 10);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false; // EPERM: alive, and somebody else's
  }
  return lifeOf(pid) === life;
}

/**
 * The lock is a directory that appears, with its owner inside, by one rename: it never exists without an owner.
 * If we crash while holding it, the next builder finds a dead owner and takes it over. In the worst race two
 * builders run at once; each builds in its own directory and either result is right.
 */
function tryLock() {
  const mine = `${LOCK}.${process.pid}`;
  rmSync(mine, { recursive: true, force: true });
  mkdirSync(mine);
  writeFileSync(join(mine, 'owner'), lifeOf(process.pid));
  try {
    renameSync(mine, LOCK);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    return false;
  }
}

function removeDeadLock() {
  const owner = readOrNull(join(LOCK, 'owner'));
  if (owner === null || isAlive(owner)) return;
  const grave = `${BUILDING}.dead.${process.pid}`;
  try {
    renameSync(LOCK, grave);
  } catch {
    return; // another waiter was quicker, or the owner is done
  }
  // Between our look and our rename a new owner may have come: give it back.
  const buried = readOrNull(join(grave, 'owner'));
  if (buried !== null && isAlive(buried) && !existsSync(LOCK)) renameSync(grave, LOCK);
  else rmSync(grave, { recursive: true, force: true });
}

/** Moved away first, so that nobody can enter a lock that is half removed. */
function unlock() {
  const grave = `${BUILDING}.dead.${process.pid}`;
  try {
    renameSync(LOCK, grave);
  } catch {
    return; // taken from us in the race described above: not ours to remove
  }
  rmSync(grave, { recursive: true, force: true });
}

/** What dead builders left: directories whose name ends in the number of a process that is gone. */
function sweep() {
  for (const name of readdirSync(ROOT)) {
    const pid = /^dist\.building\.(?:new|old|dead|lock)\.(\d+)$/.exec(name)?.[1];
    if (pid && (Number(pid) === process.pid || !isAlive(lifeOf(pid)))) {
      rmSync(join(ROOT, name), { recursive: true, force: true });
    }
  }
}

function compile(outDir) {
  let tsc;
  try {
    tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    throw new Stop('the TypeScript compiler is not installed; run `npm ci` here first, then try again.');
  }
  const args = [tsc, '-p', join(ROOT, 'tsconfig.json'), '--outDir', outDir];
  const { status, signal, error } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (signal) throw new Stop(`the build was ended by ${signal}.`);
  if (status !== 0) throw new Stop('the sources do not compile (see above), so nothing was started.');
}

/**
 * Two renames: `dist` aside, the new one into its place. If we crash between them there is no dist/, and the next
 * start builds it. Nobody runs from the old one at that moment by mistake: its stamp no longer matches.
 */
function putInPlace(built) {
  const old = `${BUILDING}.old.${process.pid}`;
  // The pages have a stamp of their own (scripts/build-web.js): they stay while the program is built anew.
  if (existsSync(join(DIST, 'web'))) renameSync(join(DIST, 'web'), join(built, 'web'));
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (existsSync(DIST)) renameSync(DIST, old);
      renameSync(built, DIST);
      break;
    } catch (error) {
      // A second builder (see tryLock) put its own there between our two renames.
      if (attempt === 5) throw error;
    }
    rmSync(old, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
}

function build(digest) {
  const startedAt = performance.now();
  const built = `${BUILDING}.new.${process.pid}`;
  sweep();
  say('building dist/ …');
  try {
    compile(built);
    writeFileSync(join(built, 'stamp'), digest);
    putInPlace(built);
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
  say(`built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

/** Returns once dist/ matches the sources, built by us or by somebody else. */
function ensureBuilt() {
  // An installed package has no sources beside it: its dist/ is what was published.
  if (!existsSync(join(ROOT, 'src'))) return;
  if (readOrNull(STAMP) === sourcesNow()) return;
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (let waited = 0; !tryLock(); waited += 1) {
    if (waited === 0) say('waiting for another build of dist/ …');
    if (performance.now() > deadline) {
      throw new Stop(
        `waited ${LONGEST_WAIT_MS / 1000} s for another build; if there is none, remove ${LOCK}`,
      );
    }
    removeDeadLock();
    sleep(POLL_MS);
    if (readOrNull(STAMP) === sourcesNow()) return;
  }
  try {
    const digest = sourcesNow(); // taken before compiling: an edit made meanwhile calls for another build
    if (readOrNull(STAMP) !== digest) build(digest);
  } finally {
    unlock();
  }
}

/** `rempart build` builds the pages too; a start does not wait for them. */
function buildPages() {
  const script = join(ROOT, 'scripts', 'build-web.js');
  if (!existsSync(script)) return; // an installed package brings its pages along
  const { status } = spawnSync(process.execPath, [script], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Stop('the pages do not build (see above).');
}

async function run() {
  const main = join(DIST, 'src', 'cli', 'main.js');
  if (!existsSync(main)) throw new Stop(`${main} is missing: the build holds no command line.`);
  try {
    await import(pathToFileURL(main).href);
  } catch (error) {
    const missing =
      error.code === 'ERR_MODULE_NOT_FOUND' && /^Cannot find package '[^']+'/.exec(error.message);
    if (!missing) throw error;
    throw new Stop(`${missing[0].toLowerCase()}: run \`npm ci\` here first, then try again.`);
  }
}

try {
  refuseOldNode();
  ensureBuilt();
  if (process.argv[2] === 'build') buildPages();
  else await run();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  process.exitCode = 1;
}
