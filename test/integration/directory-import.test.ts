// `rempart directory import` against PostgreSQL: what a day's extraction begins, keeps, ends and brings back, what is
// refused, and that nothing is visible before all of it is.

import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DIRECTORY_COLUMNS, DIRECTORY_HEADER, directoryLine, encoded } from '../../bench/directory-file.ts';
import { openDatabase } from '../../src/db/database.ts';
import {
  createDirectoryWorld,
  type DirectoryWorld,
  extractionFile,
  pharmacist,
} from '../support/directory-world.ts';
import { tempDir } from '../support/temp-dir.ts';

let world: DirectoryWorld;
beforeAll(async () => {
  world = await createDirectoryWorld();
}, 60_000);
afterAll(() => world?.close());
beforeEach(() => world.empty());

const FIVE = [1, 2, 3, 4, 5].map((person) => pharmacist(person, person));

async function importDay(day: string, lines: Parameters<typeof extractionFile>[2], ...more: string[]) {
  return world.run(['import', extractionFile(world.folder, day, lines), ...more]);
}
async function imported(day: string, lines: Parameters<typeof extractionFile>[2], ...more: string[]) {
  const run = await importDay(day, lines, ...more);
  expect(run).toMatchObject({ code: 0 });
  return run.body;
}
const ends = async () => (await world.activities()).map(({ endedOn }) => endedOn);

describe('an extraction', () => {
  it('becomes professionals, structures and activities, each once, and one document says how many', async () => {
    const body = await imported('20240601', [
      pharmacist(1, 1),
      pharmacist(1, 1, { 'Code savoir-faire': 'SM54' }),
      pharmacist(1, 2),
      pharmacist(2, 1, { 'Code profession': '28' }),
      pharmacist(3, 1, { 'Code profession': '80' }),
      pharmacist(4, 1, { 'Identifiant technique de la structure': '' }),
      pharmacist(5, 1, { 'Identification nationale PP': '' }),
    ]);
    expect(body).toEqual({
      rows: 7,
      professionals: 2,
      structures: 2,
      activities: 3,
      begun: 3,
      ended: 0,
      unchanged: 0,
      skipped: 2,
      rejected: 1,
      seconds: 0,
    });
    const { owner } = world.database;
    expect(await owner`select id, family_name, given_name from professionals order by id`).toEqual([
      { id: '899900000001', family_name: 'VALMOREAU-1', given_name: 'Élodie' },
      { id: '899900000002', family_name: 'VALMOREAU-2', given_name: 'Élodie' },
    ]);
    expect(await owner`select id, name, place from structures order by id`).toEqual([
      { id: 'R99-1', name: 'PHARMACIE 1', place: 'SAINT-ÉLIER' },
      { id: 'R99-2', name: 'PHARMACIE 2', place: 'SAINT-ÉLIER' },
    ]);
    const activities = await world.activities();
    expect(activities.map(({ profession }) => profession)).toEqual(['pharmacist', 'pharmacist', 'optician']);
    for (const one of activities) {
      expect(one).toMatchObject({ source: 'directory', endedOn: null });
      expect(one.accountId).toMatch(/^A-[0-9a-f]{32}$/);
    }
  });

  it('is read in Windows-1252 too, with its columns in another order and CR LF', async () => {
    const file = join(world.folder, 'other_20240601.txt');
    const columns = DIRECTORY_COLUMNS.toReversed();
    const fields: Record<string, string> = pharmacist(1, 1, { 'Raison sociale site': 'L’ŒIL \\N D’ÉTÉ' });
    const line = columns.map((column) => fields[column] ?? '').join('|');
    writeFileSync(file, encoded(`${columns.join('|')}\r\n${line}\r\n`, 'windows-1252'));
    expect(await world.run(['import', file])).toMatchObject({ code: 0, body: { activities: 1 } });
    const rows = await world.database.owner`select name, place from structures`;
    expect(rows).toEqual([{ name: 'L’ŒIL \\N D’ÉTÉ', place: 'SAINT-ÉLIER' }]);
  });

  it('is told as a sentence without --json', async () => {
    const file = extractionFile(world.folder, '20240601', FIVE);
    const { stdout } = await world.run(['import', file], { json: false });
    expect(stdout).toBe(
      '5 lines name 5 activities of 5 professionals in 5 structures: 5 begun, 0 unchanged, 0 ended; ' +
        '0 lines skipped, 0 rejected; 0 s.\n',
    );
  });

  it('takes its day from --date when the name of the file does not say it', async () => {
    await imported('20240601', FIVE);
    const file = join(world.folder, 'extraction.txt');
    writeFileSync(file, [DIRECTORY_HEADER, ...FIVE.slice(1).map(directoryLine)].join('\n'));
    expect((await world.run(['import', file])).code).toBe(2);
    expect((await world.run(['import', file, '--date', '2024-06-09'])).code).toBe(0);
    expect(await ends()).toEqual(['2024-06-09', null, null, null, null]);
  });

  it('says on a long run how fast it is, how long it still takes, and what is done', async () => {
    const lines = Array.from({ length: 4_000 }, (_, i) => pharmacist(i, i));
    const file = extractionFile(world.folder, '20240601', lines);
    const { stderr } = await world.run(['import', file], { tickMs: 2_000 });
    expect(stderr).toMatch(/^[\d,]+ lines \(\d+ %\), [\d,]+ a second, \d+ s left to read\n/);
    expect(stderr).toContain('writing activities … (');
  });
});

describe('the next day', () => {
  it('without a change changes nothing', async () => {
    await imported('20240601', FIVE);
    const before = await world.activities();
    expect(await imported('20240602', FIVE)).toMatchObject({
      activities: 5,
      begun: 0,
      ended: 0,
      unchanged: 5,
    });
    expect(await world.activities()).toEqual(before);
  });

  it('ends what is not named any more, on the day of the extraction, and deletes nothing', async () => {
    await imported('20240601', FIVE);
    expect(await imported('20240602', FIVE.slice(1))).toMatchObject({ begun: 0, ended: 1, unchanged: 4 });
    expect(await ends()).toEqual(['2024-06-02', null, null, null, null]);
    expect(await imported('20240603', FIVE.slice(1))).toMatchObject({ ended: 0 });
    expect(await ends()).toEqual(['2024-06-02', null, null, null, null]);
    const [count] = await world.database.owner`
      select (select count(*) from professionals) as people, (select count(*) from structures) as sites`;
    expect(count).toEqual({ people: 5, sites: 5 });
  });

  it('brings an activity back that is named again, with the account it had, open for another 90 days', async () => {
    await imported('20240601', FIVE);
    const [first] = await world.activities();
    await world.database.owner`update activities set last_used_on = '2024-05-31'`;
    await imported('20240602', FIVE.slice(1));
    expect(await imported('20240603', FIVE)).toMatchObject({ begun: 1, ended: 0, unchanged: 4 });
    expect((await world.activities())[0]).toEqual(first);
    const [used] = await world.database.owner`
      select last_used_on, begun_on = current_date as begun from activities where account_id = ${first?.accountId ?? ''}`;
    expect(used).toEqual({ last_used_on: null, begun: true });
  });

  it('follows new names of people and sites', async () => {
    await imported('20240601', FIVE);
    const accounts = (await world.activities()).map(({ accountId }) => accountId);
    const renamed = pharmacist(1, 1, {
      "Nom d'exercice": 'MORLIÈRES',
      'Raison sociale site': 'LES TILLEULS',
    });
    expect(await imported('20240602', [renamed, ...FIVE.slice(1)])).toMatchObject({ unchanged: 5 });
    const { owner } = world.database;
    expect(await owner`select family_name from professionals where id = '899900000001'`).toEqual([
      { family_name: 'MORLIÈRES' },
    ]);
    expect(await owner`select name from structures where id = 'R99-1'`).toEqual([{ name: 'LES TILLEULS' }]);
    expect((await world.activities()).map(({ accountId }) => accountId)).toEqual(accounts);
  });

  it('never touches what is of the demo, even when the directory names the same', async () => {
    const { owner } = world.database;
    await owner.unsafe(`
      insert into structures values ('S-1', 'Pharmacie des Halles', 'Valmoreau'), ('R99-1', 'Démo', 'Valmoreau');
      insert into professionals values ('899900000001', 'Démo', 'Claire'), ('899900000009', 'Démo', 'Marc');
      insert into activities (account_id, professional_id, structure_id, profession, source, ended_on) values
        ('claire', '899900000009', 'S-1', 'pharmacist', 'demo', null),
        ('marc', '899900000001', 'R99-1', 'pharmacist', 'demo', '2024-01-01');`);
    const ofDemo = async () => (await world.activities()).filter(({ source }) => source === 'demo');
    const before = await ofDemo();
    expect(await imported('20240601', FIVE)).toMatchObject({ activities: 5, begun: 4, unchanged: 1 });
    await imported('20240602', [], '--confirm-endings');
    expect(await ofDemo()).toEqual(before);
    expect(await owner`select name from structures where id = 'R99-1'`).toEqual([{ name: 'Démo' }]);
    expect(await owner`select family_name from professionals where id = '899900000001'`).toEqual([
      { family_name: 'Démo' },
    ]);
  });
});

describe('a file that would shut many out', () => {
  it('may end 20 % of the active activities', async () => {
    await imported('20240601', FIVE);
    expect(await imported('20240602', FIVE.slice(1))).toMatchObject({ ended: 1 });
  });

  it('is refused beyond, with the figures, and changes nothing', async () => {
    await imported('20240601', FIVE);
    const before = await world.activities();
    const { code, body } = await importDay('20240602', [...FIVE.slice(2), pharmacist(9, 9)]);
    expect(code).toBe(1);
    expect(body).toMatchObject({ code: 'too-many-endings', active: 5, ending: 2 });
    expect(body['title']).toContain('2 of 5 active activities');
    expect(await world.activities()).toEqual(before);
    expect(await world.database.owner`select from structures where id = 'R99-9'`).toHaveLength(0);
  });

  it('counts neither what has ended before nor what is of the demo', async () => {
    await imported('20240601', FIVE);
    await imported('20240602', FIVE.slice(1));
    await world.database.owner.unsafe(`
      insert into activities (professional_id, structure_id, profession, source)
      select '899900000001', id, 'nurse', 'demo' from structures`);
    const { body } = await importDay('20240603', FIVE.slice(2));
    expect(body).toMatchObject({ code: 'too-many-endings', active: 4, ending: 1 });
  });

  it('is imported when a person confirms it', async () => {
    await imported('20240601', FIVE);
    expect(await imported('20240602', [], '--confirm-endings')).toMatchObject({ rows: 0, ended: 5 });
  });
});

describe('refused', () => {
  const problem = (code: string) => ({ code: 1, body: { type: `urn:rempart:problem:${code}`, code } });

  it('is a file with another header, in a sentence, before the database is asked', async () => {
    const file = join(world.folder, 'other_20240601.txt');
    writeFileSync(file, `${DIRECTORY_HEADER.replace('Code profession', 'Métier')}\n`);
    const run = await world.run(['import', file], { url: 'postgres://nobody@127.0.0.1:1/none' });
    expect(run).toMatchObject(problem('directory-header'));
    expect(run.body['title']).toBe(
      'This is no extraction of the directory: its header lacks 1 column(s): “Code profession”. Nothing was imported.',
    );
  });

  it('is an extraction that is older than what it would undo', async () => {
    await imported('20240601', FIVE);
    await imported('20240605', FIVE.slice(1));
    expect(await importDay('20240604', FIVE)).toMatchObject(problem('extraction-older'));
    expect(await ends()).toEqual(['2024-06-05', null, null, null, null]);
    expect(await imported('20240605', FIVE)).toMatchObject({ begun: 1 });
  });

  it('is a second import beside a running one', async () => {
    const { owner } = world.database;
    await owner`select pg_advisory_lock(hashtext('rempart.directory-import'))`;
    expect(await importDay('20240601', FIVE)).toMatchObject(problem('import-running'));
    await owner`select pg_advisory_unlock(hashtext('rempart.directory-import'))`;
    expect(await importDay('20240601', FIVE)).toMatchObject({ code: 0 });
  });

  it('is a file that does not exist, and a database that does not answer', async () => {
    expect(await world.run(['import', join(world.folder, 'none_20240601.txt')])).toMatchObject(
      problem('file'),
    );
    const file = extractionFile(world.folder, '20240601', FIVE);
    const nowhere = { url: 'postgres://nobody@127.0.0.1:1/none' };
    expect(await world.run(['import', file], nowhere)).toMatchObject(problem('database'));
  });

  it('is everything when there is neither a demo nor a login; a running demo’s database is found', async () => {
    const home = tempDir();
    vi.stubEnv('REMPART_DIR', home);
    try {
      const file = extractionFile(world.folder, '20240601', FIVE);
      expect(await world.run(['import', file], { url: null })).toMatchObject(problem('no-database'));
      writeFileSync(join(home, 'demo.json'), JSON.stringify({ database: world.ownerUrl }));
      expect(await world.run(['import', file], { url: null })).toMatchObject({ code: 0 });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.each([
    ['nothing', []],
    ['another word', ['export', 'x_20240601.txt']],
    ['two files', ['import', 'x_20240601.txt', 'y']],
    ['a day that does not exist', ['import', 'x', '--date', '2024-02-30']],
    ['a day to come', ['import', 'x', '--date', '9999-01-01']],
    ['a name without a day', ['import', 'x.txt']],
    ['an option that does not exist', ['import', 'x_20240601.txt', '--delete']],
  ])('is %s, with exit code 2 and the usage', async (_, argv) => {
    const { code, stdout, stderr } = await world.run(argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: rempart directory import');
  });
});

it('broken lines are listed by number and reason beside the file, without a word of them', async () => {
  const file = extractionFile(world.folder, '20240601', [
    ...FIVE,
    'MORLIÈRES|Élodie',
    pharmacist(6, 6, { 'Identification nationale PP': '' }),
    pharmacist(7, 7, { "Nom d'exercice": 'MOR\0LIÈRES' }),
  ]);
  const { code, body, stderr } = await world.run(['import', file]);
  expect([code, body]).toMatchObject([0, { rows: 8, activities: 5, rejected: 3 }]);
  expect(readFileSync(`${file}.rejected.ndjson`, 'utf8')).toBe(
    '{"line":7,"reason":"columns"}\n{"line":8,"reason":"professional-id"}\n{"line":9,"reason":"control"}\n',
  );
  expect(stderr).toContain('3 lines were rejected');
  expect(stderr).not.toContain('MORLI');
  expect(await world.run(['import', extractionFile(world.folder, '20240601', FIVE)])).toMatchObject({
    code: 0,
  });
  expect(existsSync(`${file}.rejected.ndjson`)).toBe(false);
});

it('killed in the middle, it leaves the old state, and the next one is not hindered', async () => {
  await imported('20240601', FIVE);
  const before = await world.activities();
  const file = extractionFile(world.folder, '20240602', [
    pharmacist(1, 1, { "Nom d'exercice": 'NEUF' }),
    pharmacist(9, 9),
  ]);
  const { owner } = world.database;
  const blocked = async () => {
    const [row] = await owner`
      select count(*)::int as n, (count(*) filter (where wait_event_type = 'Lock'))::int as waiting
      from pg_stat_activity where application_name = 'rempart-directory' and datname = current_database()`;
    return row;
  };
  // The lock stops it after it has written people and sites, before it writes activities.
  const locker = openDatabase(world.ownerUrl, { max: 1, applicationName: 'test-locker' });
  await locker.unsafe('begin; lock table activities in share row exclusive mode');
  const child = world.spawn(['import', file, '--confirm-endings']);
  try {
    await vi.waitFor(async () => expect(await blocked()).toEqual({ n: 1, waiting: 1 }), { timeout: 60_000 });
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
    await vi.waitFor(async () => expect(await blocked()).toEqual({ n: 0, waiting: 0 }), { timeout: 10_000 });
    await locker.end();
  }
  expect(await world.activities()).toEqual(before);
  expect(await owner`select from structures where id = 'R99-9'`).toHaveLength(0);
  expect(await owner`select from professionals where family_name = 'NEUF'`).toHaveLength(0);
  expect(await imported('20240602', FIVE)).toMatchObject({ unchanged: 5 });
}, 90_000);
