// A directory file that somebody broke on purpose: 100,000 bad lines of every kind among the good ones, and one that
// does not end for 64 MiB. The good ones are imported, the bad ones counted exactly, and memory stays bounded.

import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DIRECTORY_HEADER, directoryLine } from '../../bench/directory-file.ts';
import { createDirectoryWorld, type DirectoryWorld, pharmacist } from '../support/directory-world.ts';

const BROKEN = 100_000;
const GOOD = 20_000;
const ENDLESS_BYTES = 64 << 20;
const MOST_MEMORY_KIB = 300 * 1024;

let world: DirectoryWorld;
beforeAll(async () => {
  world = await createDirectoryWorld();
}, 60_000);
afterAll(() => world?.close());

const SECRET = 'MORLIERES';
const broken: readonly [reason: string, line: (i: number) => Buffer][] = [
  ['columns', () => Buffer.from(`${SECRET}|Élodie|21`)],
  ['columns', (i) => Buffer.from(`${directoryLine(pharmacist(i, i))}${SECRET}|`)],
  ['columns', () => Buffer.alloc(0)],
  ['professional-id', (i) => line(i, { 'Identification nationale PP': '' })],
  ['professional-id', (i) => line(i, { 'Identification nationale PP': `8'; drop table activities; --` })],
  ['structure-id', (i) => line(i, { 'Identifiant technique de la structure': '../../etc' })],
  ['control', (i) => line(i, { "Nom d'exercice": `${SECRET}\0` })],
  ['control', (i) => line(i, { "Nom d'exercice": `${SECRET}\t\\N\t` })],
  ['control', (i) => line(i, { "Nom d'exercice": `${SECRET}\u001b[2J` })],
  ['bytes', (i) => Buffer.concat([line(i, {}), Buffer.from([0xc3, 0x28, 0xff])])],
  ['value-too-long', (i) => line(i, { "Nom d'exercice": SECRET.repeat(100) })],
  [
    'line-too-long',
    (i) => (i < 2_000 ? line(i, { 'Libellé rôle': SECRET.repeat(2_000) }) : Buffer.from('x')),
  ],
];

function line(i: number, change: Parameters<typeof pharmacist>[2]): Buffer {
  return Buffer.from(directoryLine(pharmacist(i, i, change)));
}

function peakKibOf(status: string): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // it has ended, or this is no Linux
  }
}

/** Good and broken lines in turn; gives how many of each kind of broken ones there are. */
function writeFile(file: string): Record<string, number> {
  const counts: Record<string, number> = {};
  const to = openSync(file, 'w');
  const newline = Buffer.from('\n');
  writeSync(to, `${DIRECTORY_HEADER}\n`);
  for (let i = 0; i < BROKEN - 1; i += 1) {
    const [kind, make] = broken[i % broken.length] as (typeof broken)[number];
    const reason = kind === 'line-too-long' && i >= 2_000 ? 'columns' : kind;
    counts[reason] = (counts[reason] ?? 0) + 1;
    const good = i % (BROKEN / GOOD) === 0 ? [line(i, {}), newline] : [];
    writeSync(to, Buffer.concat([make(i), newline, ...good]));
  }
  for (let bytes = 0; bytes < ENDLESS_BYTES; bytes += 1 << 20) writeSync(to, Buffer.alloc(1 << 20, 'x'));
  counts['line-too-long'] = (counts['line-too-long'] ?? 0) + 1;
  closeSync(to);
  return counts;
}

it('is imported as far as it is good, counted to the line, in bounded memory', async () => {
  const file = join(world.folder, 'PS_LibreAcces_Personne_activite_202406010731.txt');
  const counts = writeFile(file);
  const child = world.spawn(['import', file]);
  let [stdout, stderr, peakKib] = ['', '', 0];
  child.stdout?.on('data', (chunk) => (stdout += chunk));
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  // Linux says how much a process had at most; elsewhere only the rest is checked.
  const status = `/proc/${child.pid}/status`;
  const watch = setInterval(() => {
    peakKib = Math.max(peakKib, peakKibOf(status));
  }, 20);
  const [code] = await once(child, 'close');
  clearInterval(watch);

  expect([code, stderr]).toEqual([0, expect.stringContaining('100,000 lines were rejected')]);
  expect(JSON.parse(stdout)).toMatchObject({
    rows: BROKEN + GOOD,
    professionals: GOOD,
    structures: GOOD,
    activities: GOOD,
    begun: GOOD,
    skipped: 0,
    rejected: BROKEN,
  });
  if (process.platform === 'linux') expect(peakKib).toBeGreaterThan(20_000);
  expect(peakKib).toBeLessThan(MOST_MEMORY_KIB);

  const said = [...stderr.matchAll(/^ {2}([\d,]+): /gm)].map(([, n = '']) => Number(n.replaceAll(',', '')));
  expect(said.toSorted()).toEqual(Object.values(counts).toSorted());

  const activities = await world.activities();
  expect(activities).toHaveLength(GOOD);
  expect(new Set(activities.map(({ structure }) => structure)).size).toBe(GOOD);

  const list = readFileSync(`${file}.rejected.ndjson`, 'utf8').trimEnd().split('\n');
  expect(list).toHaveLength(1_000);
  expect(list[0]).toBe('{"line":2,"reason":"columns"}');
  expect(list[1]).toBe('{"line":4,"reason":"columns"}');
  for (const text of [list.join('\n'), stdout, stderr]) expect(text).not.toContain(SECRET);
}, 120_000);
