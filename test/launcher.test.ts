// bin/rempart.js in a small checkout of its own: who builds, when, and what the caller sees of it.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from './support/temp-dir.ts';

const ROOT = join(import.meta.dirname, '..');
const MAIN = `// A command line that says what it was given.
import fastify from 'fastify';
import { GREETING } from './greeting.ts';
if (process.argv[2] === 'wait') setInterval(() => undefined, 1000);
process.stdout.write(JSON.stringify([GREETING, typeof fastify, ...process.argv.slice(2)]) + '\\n');
`;

let checkout: string;
beforeAll(() => {
  checkout = tempDir();
  for (const name of ['bin', 'package.json', 'tsconfig.json']) {
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  mkdirSync(join(checkout, 'src/cli'), { recursive: true });
  writeFileSync(join(checkout, 'src/cli/main.ts'), MAIN);
  writeFileSync(join(checkout, 'src/cli/greeting.ts'), "// Words.\nexport const GREETING = 'bonjour';\n");
});

type Ended = { code: number | null; signal: string | null; stdout: string; stderr: string };

function launch(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['bin/rempart.js', ...args], { cwd: checkout });
}

function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

const rempart = (...args: string[]) => ended(launch(...args));
/** As an edit does, but sure to change the time even when the clock has not moved on. */
function touch(path = 'src/cli/greeting.ts'): void {
  const seconds = statSync(join(checkout, path)).mtimeMs / 1000 + 5;
  utimesSync(join(checkout, path), seconds, seconds);
}
const traces = () => readdirSync(checkout).filter((name) => name.startsWith('dist.building'));

describe('the launcher', () => {
  it('builds once when many start at the same time, and keeps stdout for the command', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const all = await Promise.all(names.map((name) => rempart(name, '--json')));
    expect(all.map(({ code }) => code)).toEqual(names.map(() => 0));
    const answers = all.map(({ stdout }) => JSON.parse(stdout) as string[]);
    expect(answers).toEqual(names.map((name) => ['bonjour', 'function', name, '--json']));
    expect(all.filter(({ stderr }) => stderr.includes('building dist/'))).toHaveLength(1);
    expect(traces()).toEqual([]);
  });

  it('says nothing and builds nothing when the sources are unchanged', async () => {
    const before = statSync(join(checkout, 'dist')).ino;
    expect(await rempart('again')).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(join(checkout, 'dist')).ino).toBe(before);
  });

  it.each([
    ['an edit', () => touch()],
    [
      'a new file',
      () => writeFileSync(join(checkout, 'src/cli/more.ts'), '// More.\nexport const MORE = 1;\n'),
    ],
    ['a removed file', () => unlinkSync(join(checkout, 'src/cli/more.ts'))],
    ['other compiler options', () => touch('tsconfig.json')],
  ])('builds again after %s', async (_what, change) => {
    change();
    expect((await rempart('build')).stderr).toContain('built in');
    expect((await rempart('build')).stderr).toBe('');
  });

  it('leaves out files that are gone, and is not moved by tests', async () => {
    expect(existsSync(join(checkout, 'dist/src/cli/more.js'))).toBe(false);
    writeFileSync(join(checkout, 'src/cli/main.test.ts'), '// A test.\n');
    expect((await rempart('build')).stderr).toBe('');
  });

  it('takes over from a builder that died, and sweeps up after it', async () => {
    touch();
    const builder = launch('build');
    while (!existsSync(join(checkout, 'dist.building.lock')))
      await new Promise((again) => setTimeout(again, 2));
    builder.kill('SIGKILL');
    await ended(builder);
    expect(readFileSync(join(checkout, 'dist.building.lock/owner'), 'utf8')).toMatch(
      new RegExp(`^${builder.pid}`),
    );
    mkdirSync(join(checkout, `dist.building.new.${builder.pid}`), { recursive: true });

    const all = await Promise.all(['a', 'b', 'c'].map((name) => rempart(name)));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(all.filter(({ stderr }) => stderr.includes('building dist/'))).toHaveLength(1);
    expect(traces()).toEqual([]);
  });

  it('starts nothing when the sources do not compile, and keeps the last good build', async () => {
    const path = join(checkout, 'src/cli/greeting.ts');
    const good = readFileSync(path, 'utf8');
    onTestFinished(() => writeFileSync(path, good));
    writeFileSync(path, '// Words.\nexport const GREETING: number = "bonjour";\n');
    const refused = await rempart('a');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('greeting.ts(2,14)');
    expect(existsSync(join(checkout, 'dist/src/cli/main.js'))).toBe(true);
    expect(traces()).toEqual([]);
  });

  it('leaves signals to the command', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = launch('wait');
      const end = ended(child);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      child.kill(signal);
      expect(await end).toMatchObject({ code: null, signal });
    }
  });

  it('can be called as `npx rempart`, without asking a registry', async () => {
    // Without what an `npx -p node…@24 -c 'npm test'` around us has put there: it would be taken for our own wish.
    const ambient = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'));
    const env = {
      ...Object.fromEntries(ambient),
      npm_config_cache: tempDir(),
      npm_config_update_notifier: 'false',
    };
    const called = await ended(
      spawn('npx', ['--offline', 'rempart', 'ask', '--json'], { cwd: checkout, env }),
    );
    expect(called).toMatchObject({ code: 0, stdout: '["bonjour","function","ask","--json"]\n' });
  });

  it('says that `npm ci` is missing, before and after a build', async () => {
    rmSync(join(checkout, 'node_modules'));
    const built = await rempart('a');
    expect(built).toMatchObject({ code: 1, stdout: '' });
    expect(built.stderr).toMatch(/^rempart: cannot find package 'fastify': run `npm ci` here first/);
    touch();
    expect((await rempart('a')).stderr).toContain('compiler is not installed; run `npm ci` here first');
  });
});
