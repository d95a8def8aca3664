// `node scripts/build-web.js [APPLICATION…]`: builds the pages of web/ into dist/web/, each application on its own.
// Called by a person, or by the launcher in the background: `/ready` never waits for it. Writes on stderr only.

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
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WEB = join(ROOT, 'web');
/** Public key (JWK) that signs the trust list, built in. Without it the pages ask the server, which answers in the demo only. */
const TRUST_ROOT = process.env.REMPART_TRUST_ROOT ?? '';

/** Every folder of web/ that says how it is built. */
export function webApplications() {
  return readdirSync(WEB).filter((name) => existsSync(join(WEB, name, 'vite.config.ts')));
}

/** Builds what is not built yet, one after the other; returns the names of those that were. */
export async function buildWeb(names = webApplications()) {
  const built = [];
  sweep();
  for (const name of names) {
    const stamp = digestOf(name);
    const target = join(ROOT, 'dist', 'web', name);
    if (readOrNull(join(target, 'stamp')) === stamp) continue;
    await buildOne({ name, target, stamp });
    built.push(name);
  }
  return built;
}

/** What builders left that were killed: the number of a process that is gone ends the name. */
function sweep() {
  for (const name of readdirSync(ROOT)) {
    const pid = /^dist\.building\.web-.+?\.(\d+)(?:\.old)?$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(ROOT, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH'; // EPERM: alive, and somebody else's
  }
}

/**
 * Into a directory of its own, then into place by rename: whoever serves dist/web/ sees the old pages or the new ones.
 * If we crash between the two renames the pages are missing, and the next call builds them again.
 */
async function buildOne({ name, target, stamp }) {
  const { build } = await import('vite'); // loaded here: 50 ms that a start with built pages need not spend
  const fresh = join(ROOT, `dist.building.web-${name}.${process.pid}`);
  const old = `${fresh}.old`;
  // Whoever calls, a test run for instance: pages are always built for production, never React's slow twin.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: join(WEB, name, 'vite.config.ts'),
      configLoader: 'runner',
      logLevel: 'warn',
      build: { outDir: fresh },
      define: { 'import.meta.env.REMPART_TRUST_ROOT': JSON.stringify(TRUST_ROOT) },
    });
    writeFileSync(join(fresh, 'stamp'), stamp);
    mkdirSync(dirname(target), { recursive: true });
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** Path, size and time of everything the application is made of, and the key that is built in. */
function digestOf(name) {
  const hash = createHash('sha256').update(`${TRUST_ROOT}\n`);
  const files = [`web/${name}`, 'web/shared', 'src/core'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  for (const file of [...files, 'package.json', 'tsconfig.json'].sort()) {
    const { size, mtimeMs } = statSync(join(ROOT, file));
    if (!file.includes('.test.')) hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // not built yet
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const startedAt = performance.now();
  const asked = process.argv.slice(2);
  const built = await buildWeb(asked.length > 0 ? asked : undefined);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stderr.write(
    built.length === 0
      ? 'rempart: the pages are up to date\n'
      : `rempart: built ${built.join(', ')} in ${seconds} s\n`,
  );
}
