// What a test of the directory's import needs: a database of its own, files of a given day, the command as somebody
// at a terminal runs it, and the rows that came of it.

import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { DIRECTORY_HEADER, type DirectoryFields, directoryLine } from '../../bench/directory-file.ts';
import { directoryCommand } from '../../src/cli/directory-import.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { createOperatorDatabase, type OperatorDatabase } from './ledger-world.ts';
import { tempDir } from './temp-dir.ts';

const URL_NAME = 'OPERATOR_DATABASE_DIRECTORY_URL';

export type Run = { code: number; stdout: string; stderr: string; body: Record<string, unknown> };
export type Activity = {
  accountId: string;
  professional: string;
  structure: string;
  profession: string;
  source: string;
  endedOn: string | null;
};

export type DirectoryWorld = {
  database: OperatorDatabase;
  folder: string;
  ownerUrl: string;
  /** Forgets what was imported. */
  empty(): Promise<void>;
  /** Runs `rempart directory …` in this process. */
  run(argv: string[], how?: { json?: boolean; url?: string | null; tickMs?: number }): Promise<Run>;
  /** Starts it in a process of its own. */
  spawn(argv: string[]): ChildProcess;
  activities(): Promise<Activity[]>;
  close(): Promise<void>;
};

export async function createDirectoryWorld(): Promise<DirectoryWorld> {
  const database = await createOperatorDatabase();
  const { owner } = database;
  const folder = tempDir();
  const [row] = await owner<{ name: string }[]>`select current_database() as name`;
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${row?.name}`;
  const ownerUrl = url.href;
  return {
    database,
    folder,
    ownerUrl,
    async empty() {
      await owner.unsafe('delete from activities; delete from professionals; delete from structures');
    },
    run: (argv, how = {}) => runHere(argv, { url: ownerUrl, json: true, tickMs: 0, ...how }),
    spawn: (argv) =>
      spawn(process.execPath, [join(packageRoot(), 'bin', 'rempart.js'), 'directory', ...argv, '--json'], {
        env: { ...process.env, [URL_NAME]: ownerUrl },
      }),
    async activities() {
      return await owner<Activity[]>`
        select account_id as "accountId", professional_id as professional, structure_id as structure, profession,
          source, ended_on as "endedOn"
        from activities order by professional_id, structure_id, profession`;
    },
    close: () => database.drop(),
  };
}

async function runHere(
  argv: string[],
  { url, json, tickMs }: { url: string | null; json: boolean; tickMs: number },
): Promise<Run> {
  const before = process.env[URL_NAME];
  if (url === null) delete process.env[URL_NAME];
  else process.env[URL_NAME] = url;
  let [stdout, stderr, now] = ['', '', 0];
  try {
    const code = await directoryCommand(argv, {
      stdout: (text) => (stdout += text),
      stderr: (text) => (stderr += text),
      json,
      now: () => (now += tickMs),
    });
    const body = stdout.startsWith('{') ? (JSON.parse(stdout) as Record<string, unknown>) : {};
    return { code, stdout, stderr, body };
  } finally {
    if (before === undefined) delete process.env[URL_NAME];
    else process.env[URL_NAME] = before;
  }
}

/** A pharmacist at a site, both by number; nobody real has them. */
export function pharmacist(person: number, site: number, change: DirectoryFields = {}): DirectoryFields {
  return {
    'Identification nationale PP': `8999${String(person).padStart(8, '0')}`,
    "Nom d'exercice": `VALMOREAU-${person}`,
    "Prénom d'exercice": 'Élodie',
    'Code profession': '21',
    'Identifiant technique de la structure': `R99-${site}`,
    'Raison sociale site': `PHARMACIE ${site}`,
    'Libellé commune (coord. structure)': 'SAINT-ÉLIER',
    ...change,
  };
}

/** An extraction of a day (`YYYYMMDD`) with these lines. */
export function extractionFile(
  folder: string,
  day: string,
  lines: readonly (DirectoryFields | string)[],
): string {
  const file = join(folder, `PS_LibreAcces_Personne_activite_${day}0731.txt`);
  const texts = lines.map((line) => (typeof line === 'string' ? line : directoryLine(line)));
  writeFileSync(file, `${[DIRECTORY_HEADER, ...texts].join('\n')}\n`);
  return file;
}
