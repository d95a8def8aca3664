// A file that survives a power cut, readable by its owner only unless told otherwise. It must never leave half of one under
// its name.

import { constants } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomId } from './random.ts';

const FOR_ITS_OWNER = 0o600;
const FOR_EVERYBODY = 0o644;

/** write, fsync, rename, fsync of the directory: after a power cut either the old or the new file is there. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await writeTo(`${path}.new`, bytes, FOR_ITS_OWNER);
  await rename(`${path}.new`, path);
  await flushFolder(path);
}

/** The same where several may write at once: each writes beside, whoever is last stays. */
export async function replaceShared(path: string, content: string | Uint8Array): Promise<void> {
  const beside = ownName(path);
  await writeTo(beside, content, FOR_EVERYBODY);
  await rename(beside, path);
  await flushFolder(path);
}

/** False when the file was there already: of two who write at once, one wins, and nothing is overwritten. */
export async function createShared(path: string, content: string | Uint8Array): Promise<boolean> {
  const beside = ownName(path);
  await writeTo(beside, content, FOR_EVERYBODY);
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

const ownName = (path: string): string => `${path}.${randomId()}.new`;

async function writeTo(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const handle = await open(path, flags, mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function flushFolder(path: string): Promise<void> {
  const directory = await open(dirname(path), constants.O_RDONLY);
  await directory.sync().finally(() => directory.close());
}
