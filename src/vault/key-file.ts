// A file of keys on disk: readable by its owner only, optionally sealed with a passphrase (scrypt, AES-256-GCM),
// replaced as a whole. It must never write a key unsealed when a passphrase is set, nor read a file others could read.

import { type KeyObject, randomBytes, scrypt } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { seal, secretKey, unseal } from '../crypto/seal.ts';
import { writeDurably } from '../lib/durable-file.ts';

/** scrypt at about 100 ms: paid once per start or unlock. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const AAD = Buffer.from('rempart/v1/keyring');

export class KeyringError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyringError';
  }
}

export type KeyFilePlace = {
  path: string;
  /** Asked for at each open, so that a locked vault does not keep it. Null: the 0600 file alone protects the keys. */
  passphrase: (() => Promise<string>) | null;
};

export async function keyFileExists({ path }: KeyFilePlace): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

export async function loadKeyFile(place: KeyFilePlace): Promise<string> {
  const bytes = await readPrivately(place.path);
  return place.passphrase
    ? await unsealFile(bytes, await askedFor(place.passphrase))
    : bytes.toString('utf8');
}

/** The file that was looked at is the file that is read: nobody can swap it in between. */
async function readPrivately(path: string): Promise<Buffer> {
  // Looked at first all the same: to open a pipe would wait for its other end.
  if (!(await lstat(path)).isFile()) {
    throw new KeyringError('the keyring must be a regular file, not a link or a directory');
  }
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const facts = await handle.stat();
    if ((facts.mode & 0o077) !== 0) {
      throw new KeyringError(
        'the keyring can be read or written by others: run chmod 600 on it and replace its keys',
      );
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function askedFor(passphrase: () => Promise<string>): Promise<string> {
  const text = await passphrase();
  if (text === '') throw new KeyringError('the passphrase of the keyring is empty');
  return text;
}

/** Version 1 of whatever keyring it is. The parser's own error would quote the file. */
export function parseKeyFile<File extends { version: 1 }>(text: string): File {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new KeyringError(
      'the keyring is not readable: is it sealed with a passphrase that is not configured?',
    );
  }
  if ((value as File | null)?.version !== 1) throw new KeyringError('the keyring has an unknown version');
  return value as File;
}

/** Sealed form: salt (16) || sealed JSON. */
async function unsealFile(bytes: Buffer, passphrase: string): Promise<string> {
  const key = await sealingKey(passphrase, bytes.subarray(0, 16));
  const plain = unseal(key, bytes.subarray(16), AAD);
  if (!plain) throw new KeyringError('the passphrase does not open this keyring, or the file is damaged');
  return plain.toString('utf8');
}

export async function saveKeyFile(place: KeyFilePlace, text: string): Promise<void> {
  const plain = Buffer.from(text);
  const bytes = place.passphrase ? await sealFile(plain, await askedFor(place.passphrase)) : plain;
  await writeDurably(place.path, bytes);
}

async function sealFile(text: Buffer, passphrase: string): Promise<Buffer> {
  const salt = randomBytes(16);
  return Buffer.concat([salt, seal(await sealingKey(passphrase, salt), text, AAD)]);
}

/** In the thread pool: doors are opened meanwhile. */
function sealingKey(passphrase: string, salt: Uint8Array): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, SCRYPT, (error, key) => (error ? reject(error) : resolve(secretKey(key))));
  });
}
