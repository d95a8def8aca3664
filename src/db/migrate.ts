// Applies numbered SQL files in order, each once and whole. Forward only: a merged file is never edited, and
// the code of the previous release must run on the next migration (DESIGN.md I14).

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from './database.ts';

const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;

/**
 * Runs every file of `directory` that `schema_migrations` does not name yet; returns the names it applied.
 * If we crash inside a file, its transaction is rolled back and the next start applies it again.
 * Two starters at once: the advisory lock makes the second wait and find nothing left to do.
 */
export async function migrate(sql: Database, directory: string): Promise<string[]> {
  const files = (await readdir(directory)).filter((name) => FILE_NAME.test(name)).sort();
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('rempart.migrations'))`;
    await tx`create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())`;
    const done = new Set(
      (await tx<{ name: string }[]>`select name from schema_migrations`).map((row) => row.name),
    );
    const pending = files.filter((name) => !done.has(name));
    for (const name of pending) {
      await tx.unsafe(await readFile(join(directory, name), 'utf8'));
      await tx`insert into schema_migrations (name) values (${name})`;
    }
    return pending;
  }) as unknown as Promise<string[]>;
}
