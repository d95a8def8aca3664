// Reads the dated tables that every amount is computed from. A table that cannot be read whole stops the start: a wrong
// tariff is worse than none.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readActs } from '../../core/acts.ts';
import type { Tables } from '../../core/quote.ts';
import { readTariffs } from '../../core/tariffs.ts';
import { packageRoot } from '../../lib/package-root.ts';

/** `directory`: with tariffs.json and acts.json; null: those that come with this package. */
export async function readTables(directory: string | null): Promise<Tables> {
  const folder = directory ?? join(packageRoot(), 'data');
  const read = async <T>(name: string, reading: (document: unknown) => T | string): Promise<T> => {
    const file = join(folder, name);
    const table = reading(JSON.parse(await readFile(file, 'utf8')));
    if (typeof table === 'string') throw new Error(`${file} cannot be read: look at ${table}`);
    return table;
  };
  return { tariffs: await read('tariffs.json', readTariffs), acts: await read('acts.json', readActs) };
}
