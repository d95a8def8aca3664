// A keyring in one file: readable by its owner only, optionally sealed with a passphrase (scrypt, AES-256-GCM).
// It must never write a key unsealed when a passphrase is set, and refuses a file that others could read.

import {
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { AmcNo } from '../core/ids.ts';
import { secretKey } from '../crypto/seal.ts';
import { epochKeys, type Purpose, purposeKey } from './derive.ts';
import {
  type KeyFilePlace,
  KeyringError,
  keyFileExists,
  loadKeyFile,
  parseKeyFile,
  saveKeyFile,
} from './key-file.ts';
import type { ClaimKeys, InsurerKeys, Keyring, SigningKeys } from './keyring.ts';

/** What the file holds. Every insurer's secrets are random, not derived from a root: they can be destroyed. */
type KeyFile = {
  version: 1;
  /** Ed25519 private key of the log, PKCS #8 in base64. */
  ledgerKey: string;
  /** Secrets of the platform that open no record. */
  platformSecret: string;
  /** ES256 private key of the access tokens, PKCS #8 in base64; missing in files of before there were tokens. */
  tokenKey?: string;
  insurers: Record<string, InsurerSecrets>;
};
type InsurerSecrets = {
  recordSecret: string;
  /** Oldest first. */
  epochs: { epoch: number; master: string; identityCheck?: string }[];
  /** By month `YYYY-MM`: goes when the month's retention ends. */
  tagKeys: Record<string, string>;
};

const MOST_EPOCHS = 2;

export type FileKeyringOptions = KeyFilePlace;

/** Opens the file, or makes a new keyring when there is none. */
export async function openFileKeyring(options: FileKeyringOptions): Promise<FileKeyring> {
  const file = (await keyFileExists(options)) ? await load(options) : await createFile(options);
  return new FileKeyring(options, file);
}

export class FileKeyring implements Keyring {
  readonly signing: SigningKeys;
  readonly replayKey: KeyObject;
  readonly fieldsKey: KeyObject;
  readonly professionalKey: KeyObject;
  readonly knownKey: KeyObject;
  readonly #options: FileKeyringOptions;
  /** Tag keys are kept apart from the rest: they go on working while the vault is locked. */
  readonly #tagKeys = new Map<string, KeyObject>();
  readonly #insurers = new Map<string, InsurerKeys>();
  #tokenKey: KeyObject | null = null;
  #engagementKey: KeyObject | null = null;
  #file: KeyFile | null;
  #closings = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FileKeyringOptions, file: KeyFile) {
    this.#options = options;
    this.#file = file;
    this.signing = { ledger: privateKey(file.ledgerKey) };
    this.replayKey = platformKey(file, 'replay');
    this.fieldsKey = platformKey(file, 'fieldsTag');
    this.professionalKey = platformKey(file, 'professionalTag');
    this.knownKey = platformKey(file, 'knownPatient');
  }

  get isOpen(): boolean {
    return this.#file !== null;
  }

  open(): Promise<void> {
    const closings = this.#closings;
    // In turn with the changes: what is read before a change is renamed into place would undo it later.
    return this.#inTurn(async () => {
      const file = await this.#fileNow();
      if (closings !== this.#closings)
        throw new KeyringError('the keyring was closed while it was being opened');
      this.#file = file;
    });
  }

  /** Forgets the file's content and every key made of it, except those that sign and tag. */
  close(): void {
    this.#closings += 1;
    this.#file = null;
    this.#tokenKey = null;
    this.#engagementKey = null;
    this.#insurers.clear();
  }

  async tokenKey(): Promise<KeyObject> {
    if (!this.#openFile().tokenKey) {
      await this.#change((file) => {
        file.tokenKey ??= freshTokenKey();
      });
    }
    this.#tokenKey ??= privateKey(this.#openFile().tokenKey ?? '');
    return this.#tokenKey;
  }

  engagementKey(): KeyObject {
    this.#engagementKey ??= platformKey(this.#openFile(), 'engagementDoor');
    return this.#engagementKey;
  }

  async claimKeys(amcNo: AmcNo): Promise<ClaimKeys | null> {
    const secrets = (await this.#fileNow()).insurers[amcNo];
    if (!secrets) return null;
    const secret = wrapped(secrets.recordSecret);
    return { seal: purposeKey(secret, 'claim'), guard: purposeKey(secret, 'claimGuard') };
  }

  async bankKey(): Promise<KeyObject> {
    return platformKey(await this.#fileNow(), 'bankDetails');
  }

  async insurer(amcNo: AmcNo): Promise<InsurerKeys> {
    if (!this.#openFile().insurers[amcNo]) await this.#change((file) => void insurerMadeIn(file, amcNo));
    // From here to the end nothing is awaited: a close or a new epoch in between would leave a dead key remembered.
    const secrets = insurerIn(this.#openFile(), amcNo);
    const keys = this.#insurers.get(amcNo) ?? insurerKeys(amcNo, secrets);
    this.#insurers.set(amcNo, keys);
    return keys;
  }

  async tagKey(amcNo: AmcNo, month: string): Promise<KeyObject> {
    const kept = await this.keptTagKey(amcNo, month);
    if (kept) return kept;
    await this.#addTagKeys(amcNo, month);
    const key = this.#tagKeys.get(tagKeyName(amcNo, month));
    if (!key) throw new KeyringError('no keys exist for this insurer');
    return key;
  }

  async keptTagKey(amcNo: AmcNo, month: string): Promise<KeyObject | null> {
    const name = tagKeyName(amcNo, month);
    // While locked the file is read for this: a new month may begin during a lock.
    if (!this.#tagKeys.has(name)) this.#learnTagKeys(await this.#fileNow(), month);
    return this.#tagKeys.get(name) ?? null;
  }

  async noteIdentityChecks(amcNo: AmcNo, checks: ReadonlyMap<number, string>): Promise<void> {
    const { epochs } = await this.insurer(amcNo);
    if (epochs.every(({ identityCheck }) => identityCheck !== null)) return;
    await this.#change((file) => {
      for (const one of insurerIn(file, amcNo).epochs) {
        const check = checks.get(one.epoch);
        if (check !== undefined) one.identityCheck ??= check;
      }
    });
  }

  async beginEpoch(amcNo: AmcNo): Promise<number> {
    await this.insurer(amcNo);
    let epoch = 0;
    await this.#change((file) => {
      const { epochs } = insurerIn(file, amcNo);
      if (epochs.length >= MOST_EPOCHS) {
        throw new KeyringError('two epochs live already: the older one ends with the next full feed');
      }
      epoch = (epochs.at(-1)?.epoch ?? 0) + 1;
      epochs.push({ epoch, master: freshSecret() });
    });
    return epoch;
  }

  async destroyEpochsBefore(amcNo: AmcNo, epoch: number): Promise<number[]> {
    const living = (await this.insurer(amcNo)).epochs.map((one) => one.epoch);
    if (!living.some((one) => one >= epoch))
      throw new KeyringError('the newest epoch is never destroyed this way');
    if (!living.some((one) => one < epoch)) return [];
    let ended: number[] = [];
    await this.#change((file) => {
      const kept = insurerIn(file, amcNo);
      ended = kept.epochs.map((one) => one.epoch).filter((one) => one < epoch);
      kept.epochs = kept.epochs.filter((one) => one.epoch >= epoch);
    });
    return ended;
  }

  #openFile(): KeyFile {
    if (!this.#file) throw new KeyringError('the keyring is closed');
    return this.#file;
  }

  /** What is used while locked is read from the disk each time. */
  async #fileNow(): Promise<KeyFile> {
    return this.#file ?? load(this.#options);
  }

  /** For every insurer at once: a month begins for all of them in the same minute, and each change costs a scrypt. */
  #addTagKeys(amcNo: AmcNo, month: string): Promise<void> {
    const mayMake = this.#file !== null;
    return this.#change((file) => {
      if (mayMake) insurerMadeIn(file, amcNo);
      for (const { tagKeys } of Object.values(file.insurers)) tagKeys[month] ??= freshSecret();
    }).then((file) => this.#learnTagKeys(file, month));
  }

  #learnTagKeys(file: KeyFile, month: string): void {
    for (const [amcNo, { tagKeys }] of Object.entries(file.insurers)) {
      const key = tagKeys[month];
      if (key) this.#tagKeys.set(tagKeyName(amcNo, month), createSecretKey(Buffer.from(key, 'base64')));
    }
  }

  /** One change at a time, durable before it counts. If we crash before the rename, the old file stands. */
  #change(edit: (file: KeyFile) => void): Promise<KeyFile> {
    return this.#inTurn(async () => {
      const file = structuredClone(await this.#fileNow());
      edit(file);
      await save(this.#options, file);
      if (this.#file) {
        this.#file = file;
        this.#insurers.clear();
      }
      return file;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined); // the caller sees the failure; the next one starts afresh
    return done;
  }
}

const tagKeyName = (amcNo: string, month: string) => `${amcNo} ${month}`;

const wrapped = (secret: string) => secretKey(Buffer.from(secret, 'base64'));

const platformKey = (file: KeyFile, purpose: Purpose) => purposeKey(wrapped(file.platformSecret), purpose);

function insurerKeys(amcNo: AmcNo, secrets: InsurerSecrets): InsurerKeys {
  const secret = wrapped(secrets.recordSecret);
  return {
    amcNo,
    recordId: purposeKey(secret, 'recordId'),
    notice: purposeKey(secret, 'notice'),
    engagement: purposeKey(secret, 'engagementTerms'),
    counter: purposeKey(secret, 'counter'),
    epochs: secrets.epochs
      .map((one) => epochKeys(one.epoch, wrapped(one.master), one.identityCheck ?? null))
      .reverse(),
  };
}

function insurerIn(file: KeyFile, amcNo: AmcNo): InsurerSecrets {
  const secrets = file.insurers[amcNo];
  if (!secrets) throw new KeyringError('no keys exist for this insurer');
  return secrets;
}

function insurerMadeIn(file: KeyFile, amcNo: AmcNo): InsurerSecrets {
  file.insurers[amcNo] ??= {
    recordSecret: freshSecret(),
    epochs: [{ epoch: 1, master: freshSecret() }],
    tagKeys: {},
  };
  return file.insurers[amcNo];
}

function freshTokenKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

const freshSecret = () => randomBytes(32).toString('base64');

function privateKey(pkcs8Base64: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8Base64, 'base64'), format: 'der', type: 'pkcs8' });
}

async function createFile(options: FileKeyringOptions): Promise<KeyFile> {
  const ledger = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
  const file: KeyFile = {
    version: 1,
    ledgerKey: ledger.toString('base64'),
    platformSecret: freshSecret(),
    tokenKey: freshTokenKey(),
    insurers: {},
  };
  await save(options, file);
  return file;
}

async function load(options: FileKeyringOptions): Promise<KeyFile> {
  return parseKeyFile<KeyFile>(await loadKeyFile(options));
}

function save(options: FileKeyringOptions, file: KeyFile): Promise<void> {
  return saveKeyFile(options, JSON.stringify(file));
}
