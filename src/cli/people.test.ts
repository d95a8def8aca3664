// `rempart people` as somebody at a terminal, or a program that reads its JSON, meets it.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { peopleCommand } from './people.ts';

const newFile = (): string => join(tempDir(), 'people.ndjson');

async function run(argv: string[], { json = false, tickMs = 0 } = {}) {
  let stdout = '';
  let stderr = '';
  let now = 0;
  const code = await peopleCommand(argv, {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    json,
    now: () => (now += tickMs),
  });
  return { code, stdout, stderr };
}

describe('rempart people', () => {
  it('writes the feed and says in a sentence what it wrote', async () => {
    const file = newFile();
    const { code, stdout, stderr } = await run(['--count', '1200', '--seed', '7', '--out', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^1,200 people in \d+ households written to .*people\.ndjson: [\d,]+ bytes in 0 s\.\n$/,
    );
    expect(stderr).toBe('');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBe(1201);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ insurer: '0999000190', kind: 'full', count: 1200 });
  });

  it('marks as many canaries as it is told, and nobody otherwise', async () => {
    const file = newFile();
    const marked = async (...more: string[]) => {
      await run(['--count', '10000', '--seed', '7', '--out', file, ...more]);
      return readFileSync(file, 'utf8').split('"canary":true').length - 1;
    };
    expect(await marked()).toBe(0);
    expect(await marked('--canaries', '10')).toBe(10);
    const { code, stderr } = await run(['--count', '1', '--seed', '7', '--out', file, '--canaries', 'ten']);
    expect(code).toBe(2);
    expect(stderr).toContain('--canaries must be a whole number from 0 to 9999');
  });

  it('prints one JSON document with --json', async () => {
    const file = newFile();
    const { stdout } = await run(['--count', '1200', '--seed', '7', '--out', file], { json: true });
    const memberNos = new Set(readFileSync(file, 'utf8').match(/"memberNo":"[^"]*"/g));
    expect(JSON.parse(stdout)).toEqual({
      file,
      people: 1200,
      households: memberNos.size,
      seconds: 0,
      bytes: readFileSync(file).length,
    });
  });

  it('writes the same file for the same seed and another for another', async () => {
    const [first, second, third] = [newFile(), newFile(), newFile()];
    await run(['--count', '500', '--seed', 'a', '--out', first]);
    await run(['--count', '500', '--seed', 'a', '--out', second]);
    await run(['--count', '500', '--seed', 'b', '--out', third]);
    expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
    expect(readFileSync(third).equals(readFileSync(first))).toBe(false);
  });

  it('writes for another demo insurer, whose number may be printed without its zeros', async () => {
    const file = newFile();
    const argv = ['--count', '3', '--seed', '7', '--out', file, '--insurer', '999000103'];
    expect((await run(argv)).code).toBe(0);
    const [manifest, line] = readFileSync(file, 'utf8').split('\n');
    expect(manifest).toContain('"insurer":"0999000103"');
    expect(line).toContain('"convType":"RC","csr":"7380"');
  });

  it('says on a long run how fast it is and how long it still takes', async () => {
    const argv = ['--count', '40000', '--seed', '7', '--out', newFile()];
    const { stdout, stderr } = await run(argv, { json: true, tickMs: 2500 });
    expect(stderr.split('\n')[0]).toBe('10,000 of 40,000 people (25 %), 4,000 a second, 8 s left');
    expect(stderr.trimEnd().split('\n').length).toBe(3);
    expect(JSON.parse(stdout)).toHaveProperty('seconds');
  });

  it('explains itself with --help', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: rempart people');
  });

  it.each([
    ['nothing', []],
    ['no count', ['--seed', '1', '--out', 'x']],
    ['no seed', ['--count', '1', '--out', 'x']],
    ['no file', ['--count', '1', '--seed', '1']],
    ['a count of none', ['--count', '0', '--seed', '1', '--out', 'x']],
    ['half a person', ['--count', '1.5', '--seed', '1', '--out', 'x']],
    ['more people than can be numbered', ['--count', '40000000', '--seed', '1', '--out', 'x']],
    [
      'an insurer the demo does not know',
      ['--count', '1', '--seed', '1', '--out', 'x', '--insurer', '0123456789'],
    ],
    ['an option that does not exist', ['--count', '1', '--seed', '1', '--out', 'x', '--names']],
    ['an argument too many', ['1', '--count', '1', '--seed', '1', '--out', 'x']],
  ])('refuses %s with exit code 2, the usage on stderr and no file', async (_, argv) => {
    const { code, stdout, stderr } = await run(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: rempart people');
    expect(existsSync('x')).toBe(false);
  });

  it('answers with a problem document when the file cannot be written', async () => {
    const file = join(tempDir(), 'no-such-folder', 'people.ndjson');
    const argv = ['--count', '5', '--seed', '1', '--out', file];
    const asJson = await run(argv, { json: true });
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ code: 'file-not-written' });
    const asText = await run(argv);
    expect(asText).toMatchObject({ code: 1, stdout: '' });
    expect(asText.stderr).toContain('was not written');
  });
});
