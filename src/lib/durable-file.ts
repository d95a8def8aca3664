// Files that are there whole or not at all, also when the power goes: written beside, flushed, then put in their place.

import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomId } from './random.ts';

type Durable = { mode: number };

/** Replaces the file. If we crash here, the old one or the new one is there. */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  { mode }: Durable,
): Promise<void> {
  const beside = await writeBeside(path, content, mode);
  await rename(beside, path);
  await flushFolder(path);
}

/** False when the file was there already: of two who write at once, one wins, and nothing is overwritten. */
export async function createFile(path: string, content: string, { mode }: Durable): Promise<boolean> {
  const beside = await writeBeside(path, content, mode);
  try {
    await link(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
  await flushFolder(path);
  return true;
}

async function writeBeside(path: string, content: string | Uint8Array, mode: number): Promise<string> {
  const beside = `${path}.${randomId()}.new`;
  const file = await open(beside, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return beside;
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(dirname(path));
  await folder.sync().finally(() => folder.close());
}
