// A keyring in one file: readable by its owner only, optionally sealed with a passphrase (scrypt, AES-256-GCM).
// It must never write a key unsealed when a passphrase is set, and refuses a file that others could read.

import {
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  scryptSync,
} from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AmcNo } from '../core/ids.ts';
import { seal, secretKey, unseal } from '../crypto/seal.ts';
import { epochKeys, purposeKey } from './derive.ts';
import type { InsurerKeys, Keyring, SigningKeys } from './keyring.ts';

/** What the file holds. Every insurer's secrets are random, not derived from a root: they can be destroyed. */
type KeyFile = {
  version: 1;
  /** Ed25519 private key of the log, PKCS #8 in base64. */
  ledgerKey: string;
  /** Secrets of the platform that open no record. */
  platformSecret: string;
  insurers: Record<string, InsurerSecrets>;
};
type InsurerSecrets = {
  recordSecret: string;
  /** Oldest first. */
  epochs: { epoch: number; master: string }[];
  /** By month `YYYY-MM`: goes when the month's retention ends. */
  tagKeys: Record<string, string>;
};

/** scrypt at about 100 ms: paid once per start or unlock. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const AAD = Buffer.from('rempart/v1/keyring');
const MOST_EPOCHS = 2;

export class KeyringError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyringError';
  }
}

export type FileKeyringOptions = {
  path: string;
  /** Asked for at each open, so that a locked vault does not keep it. Null: the 0600 file alone protects the keys. */
  passphrase: (() => Promise<string>) | null;
};

/** Opens the file, or makes a new keyring when there is none. */
export async function openFileKeyring(options: FileKeyringOptions): Promise<FileKeyring> {
  const file = (await exists(options.path)) ? await load(options) : await createFile(options);
  return new FileKeyring(options, file);
}

export class FileKeyring implements Keyring {
  readonly signing: SigningKeys;
  readonly replayKey: KeyObject;
  readonly fieldsKey: KeyObject;
  readonly #options: FileKeyringOptions;
  /** Tag keys are kept apart from the rest: they go on working while the vault is locked. */
  readonly #tagKeys = new Map<string, KeyObject>();
  readonly #insurers = new Map<string, InsurerKeys>();
  #file: KeyFile | null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: FileKeyringOptions, file: KeyFile) {
    this.#options = options;
    this.#file = file;
    this.signing = { ledger: privateKey(file.ledgerKey) };
    const platform = secretKey(Buffer.from(file.platformSecret, 'base64'));
    this.replayKey = purposeKey(platform, 'replay');
    this.fieldsKey = purposeKey(platform, 'fieldsTag');
  }

  get isOpen(): boolean {
    return this.#file !== null;
  }

  async open(): Promise<void> {
    this.#file ??= await load(this.#options);
  }

  /** Forgets the file's content and every key made of it, except those that sign and tag. */
  close(): void {
    this.#file = null;
    this.#insurers.clear();
  }

  async insurer(amcNo: AmcNo): Promise<InsurerKeys> {
    const known = this.#insurers.get(amcNo);
    if (known && this.#file) return known;
    const secrets = await this.#secretsOf(amcNo);
    const keys = insurerKeys(amcNo, secrets);
    this.#insurers.set(amcNo, keys);
    return keys;
  }

  async tagKey(amcNo: AmcNo, month: string): Promise<KeyObject> {
    const name = `${amcNo} ${month}`;
    const known = this.#tagKeys.get(name);
    if (known) return known;
    // While locked the file is read for this one key: a new month may begin during a lock.
    const file = this.#file ?? (await load(this.#options));
    const existing = file.insurers[amcNo]?.tagKeys[month];
    const bytes = existing ?? (await this.#addTagKey(amcNo, month));
    const key = createSecretKey(Buffer.from(bytes, 'base64'));
    this.#tagKeys.set(name, key);
    return key;
  }

  async beginEpoch(amcNo: AmcNo): Promise<number> {
    const secrets = await this.#secretsOf(amcNo);
    if (secrets.epochs.length >= MOST_EPOCHS) {
      throw new KeyringError('two epochs live already: the older one ends with the next full feed');
    }
    const epoch = (secrets.epochs.at(-1)?.epoch ?? 0) + 1;
    await this.#change((file) => {
      insurerIn(file, amcNo).epochs.push({ epoch, master: freshSecret() });
    });
    this.#insurers.delete(amcNo);
    return epoch;
  }

  async destroyEpochsBefore(amcNo: AmcNo, epoch: number): Promise<number[]> {
    const secrets = await this.#secretsOf(amcNo);
    const ended = secrets.epochs.filter((one) => one.epoch < epoch).map((one) => one.epoch);
    if (ended.length === 0) return [];
    await this.#change((file) => {
      const kept = insurerIn(file, amcNo);
      kept.epochs = kept.epochs.filter((one) => one.epoch >= epoch);
    });
    this.#insurers.delete(amcNo);
    return ended;
  }

  async #secretsOf(amcNo: AmcNo): Promise<InsurerSecrets> {
    if (!this.#file) throw new KeyringError('the keyring is closed');
    if (!this.#file.insurers[amcNo]) {
      await this.#change((file) => {
        file.insurers[amcNo] ??= {
          recordSecret: freshSecret(),
          epochs: [{ epoch: 1, master: freshSecret() }],
          tagKeys: {},
        };
      });
    }
    return insurerIn(this.#file, amcNo);
  }

  async #addTagKey(amcNo: AmcNo, month: string): Promise<string> {
    if (this.#file) await this.#secretsOf(amcNo);
    let key = '';
    await this.#change((file) => {
      const tagKeys = insurerIn(file, amcNo).tagKeys;
      tagKeys[month] ??= freshSecret();
      key = tagKeys[month];
    });
    return key;
  }

  /** One change at a time, durable before it counts. If we crash before the rename, the old file stands. */
  #change(edit: (file: KeyFile) => void): Promise<void> {
    const next = this.#writing.then(async () => {
      const file = structuredClone(this.#file ?? (await load(this.#options)));
      edit(file);
      await save(this.#options, file);
      if (this.#file) this.#file = file;
    });
    this.#writing = next.catch(() => undefined); // the caller sees the failure; the next change starts afresh
    return next;
  }
}

function insurerKeys(amcNo: AmcNo, secrets: InsurerSecrets): InsurerKeys {
  const wrap = (secret: string) => secretKey(Buffer.from(secret, 'base64'));
  return {
    amcNo,
    recordId: purposeKey(wrap(secrets.recordSecret), 'recordId'),
    epochs: secrets.epochs.map((one) => epochKeys(one.epoch, wrap(one.master))).reverse(),
  };
}

function insurerIn(file: KeyFile, amcNo: AmcNo): InsurerSecrets {
  const secrets = file.insurers[amcNo];
  if (!secrets) throw new KeyringError('no keys exist for this insurer');
  return secrets;
}

const freshSecret = () => randomBytes(32).toString('base64');

function privateKey(pkcs8Base64: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8Base64, 'base64'), format: 'der', type: 'pkcs8' });
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function createFile(options: FileKeyringOptions): Promise<KeyFile> {
  const ledger = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
  const file: KeyFile = {
    version: 1,
    ledgerKey: ledger.toString('base64'),
    platformSecret: freshSecret(),
    insurers: {},
  };
  await save(options, file);
  return file;
}

async function load(options: FileKeyringOptions): Promise<KeyFile> {
  const facts = await lstat(options.path);
  if (!facts.isFile()) throw new KeyringError('the keyring must be a regular file, not a link or a directory');
  if ((facts.mode & 0o077) !== 0) {
    throw new KeyringError('the keyring can be read or written by others: run chmod 600 on it and replace its keys');
  }
  const bytes = await readFile(options.path);
  const text = options.passphrase ? await unsealFile(bytes, await options.passphrase()) : bytes.toString('utf8');
  return parseKeyFile(text);
}

function parseKeyFile(text: string): KeyFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new KeyringError('the keyring is not readable: is it sealed with a passphrase that is not configured?');
  }
  if ((value as KeyFile | null)?.version !== 1) throw new KeyringError('the keyring has an unknown version');
  return value as KeyFile;
}

/** Sealed form: salt (16) || sealed JSON. */
async function unsealFile(bytes: Buffer, passphrase: string): Promise<string> {
  const key = secretKey(scryptSync(passphrase, bytes.subarray(0, 16), 32, SCRYPT));
  const plain = unseal(key, bytes.subarray(16), AAD);
  if (!plain) throw new KeyringError('the passphrase does not open this keyring, or the file is damaged');
  return plain.toString('utf8');
}

async function save(options: FileKeyringOptions, file: KeyFile): Promise<void> {
  const text = Buffer.from(JSON.stringify(file));
  const bytes = options.passphrase ? sealFile(text, await options.passphrase()) : text;
  await writeDurably(options.path, bytes);
}

function sealFile(text: Buffer, passphrase: string): Buffer {
  const salt = randomBytes(16);
  return Buffer.concat([salt, seal(secretKey(scryptSync(passphrase, salt, 32, SCRYPT)), text, AAD)]);
}

/** write, fsync, rename, fsync of the directory: after a power cut either the old or the new file is there. */
async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const temporary = `${path}.new`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const handle = await open(temporary, flags, 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  const directory = await open(dirname(path), constants.O_RDONLY);
  await directory.sync().finally(() => directory.close());
}
