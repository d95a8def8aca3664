// Keys at rest: which files are believed, what a passphrase hides, what a crash or a second change in the middle of
// one leaves behind, that destroyed and forgotten keys are gone, and that no key can be printed.

import { execFileSync } from 'node:child_process';
import { createPublicKey, type KeyObject, scryptSync, sign, verify } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { AmcNo } from '../core/ids.ts';
import { secretKey, unseal } from '../crypto/seal.ts';
import { type FileKeyring, openFileKeyring } from './file-keyring.ts';

const A = '0999000101' as AmcNo;
const B = '0999000202' as AmcNo;
const MONTH = '2026-03';

type Secrets = {
  ledgerKey: string;
  platformSecret: string;
  insurers: Record<
    string,
    { recordSecret: string; epochs: { master: string }[]; tagKeys: Record<string, string> }
  >;
};

function home(passphrase: string | null = null) {
  const path = join(tempDir(), 'keyring');
  return {
    path,
    open: (words: string | null = passphrase) =>
      openFileKeyring({ path, passphrase: words === null ? null : async () => words }),
    /** What is in an unsealed file. */
    file: () => JSON.parse(readFileSync(path, 'utf8')) as Secrets,
  };
}

/** Every secret of a key file, as it stands there. */
function allOf(file: Secrets): string[] {
  const insurers = Object.values(file.insurers).flatMap(({ recordSecret, epochs, tagKeys }) => [
    recordSecret,
    ...epochs.map(({ master }) => master),
    ...Object.values(tagKeys),
  ]);
  return [file.ledgerKey, file.platformSecret, ...insurers];
}

async function epochsOf(keyring: FileKeyring, amcNo: AmcNo): Promise<number[]> {
  return (await keyring.insurer(amcNo)).epochs.map(({ epoch }) => epoch);
}

/** All keys of an insurer that open, find or recognise records, as bytes. */
async function keysOf(keyring: FileKeyring, amcNo: AmcNo): Promise<string[]> {
  const { recordId, epochs } = await keyring.insurer(amcNo);
  const keys = [
    recordId,
    ...epochs.flatMap(({ doors, fingerprint, identityHalf }) => [
      ...Object.values(doors),
      fingerprint,
      identityHalf,
    ]),
  ];
  return keys.flatMap((key: KeyObject | null) => key?.export().toString('hex') ?? []);
}

describe('the file', () => {
  it('is made with mode 0600 and gives the same keys at every opening', async () => {
    const { path, open } = home();
    const first = await open();
    const keys = [...(await keysOf(first, A)), ...(await keysOf(first, B))];
    const tagKey = await first.tagKey(A, MONTH);
    expect(new Set(keys).size).toBe(keys.length); // no key serves two purposes or two insurers
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = await open();
    expect([...(await keysOf(second, A)), ...(await keysOf(second, B))]).toEqual(keys);
    expect((await second.tagKey(A, MONTH)).equals(tagKey)).toBe(true);
    expect(second.signing.ledger.equals(first.signing.ledger)).toBe(true);
    expect(second.replayKey.equals(first.replayKey)).toBe(true);
    expect(second.fieldsKey.equals(first.fieldsKey)).toBe(true);
    expect(second.professionalKey.equals(first.professionalKey)).toBe(true);
    expect(second.fieldsKey.equals(second.replayKey)).toBe(false);
    expect(second.fieldsKey.equals(second.professionalKey)).toBe(false);
  });

  it.each([0o640, 0o604, 0o660, 0o620, 0o602, 0o610, 0o644, 0o777])(
    'is refused with mode %o, since others could have read or changed it',
    async (mode) => {
      const { path, open } = home();
      await open();
      chmodSync(path, mode);
      await expect(open()).rejects.toThrow('can be read or written by others');
    },
  );

  it('is read with mode 0400', async () => {
    const { path, open } = home();
    await open();
    chmodSync(path, 0o400);
    await expect(open()).resolves.toBeDefined();
  });

  it.each([
    ['a link', (path: string) => symlinkSync(`${path}.real`, path)],
    ['a link to nothing', (path: string) => symlinkSync('/nowhere', path)],
    ['a directory', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
  ])('is refused when it is %s, and not replaced', async (_, place) => {
    const { path, open } = home();
    await open();
    renameSync(path, `${path}.real`);
    place(path);
    await expect(open()).rejects.toThrow('regular file');
  });

  it.each([
    ['empty', '', 'not readable'],
    ['cut short', '{"version":1,"ledgerKey":"AAAA', 'not readable'],
    ['of another version', '{"version":2}', 'unknown version'],
    ['no object', 'null', 'unknown version'],
  ])('is refused when it is %s, without a word of what is in it', async (_, content, message) => {
    const { path, open } = home();
    writeFileSync(path, content, { mode: 0o600 });
    const error = await open().catch((one: Error) => one);
    expect(String(error)).toContain(message);
    expect(inspect(error)).not.toContain('AAAA');
    expect(readFileSync(path, 'utf8')).toBe(content);
  });
});

describe('a passphrase', () => {
  it('hides every key of the file, opens it when it is right and says so when it is wrong or missing', async () => {
    const { path, open } = home('correct horse');
    const keyring = await open();
    const march = await keyring.tagKey(A, MONTH);
    keyring.close();
    await keyring.tagKey(A, '2026-04'); // a change made while it is closed is sealed like any other
    const bytes = readFileSync(path);
    const key = secretKey(
      scryptSync('correct horse', bytes.subarray(0, 16), 32, { N: 2 ** 15, maxmem: 2 ** 26 }),
    );
    const plain = unseal(key, bytes.subarray(16), Buffer.from('rempart/v1/keyring'));
    const secrets = allOf(JSON.parse(String(plain)) as Secrets);
    expect(secrets).toHaveLength(6);
    for (const secret of secrets) {
      const raw = Buffer.from(secret, 'base64');
      for (const shown of [secret, raw.toString('hex'), raw]) expect(bytes.includes(shown)).toBe(false);
    }
    expect(bytes.includes('version')).toBe(false);
    await expect(open('wrong horse')).rejects.toThrow('does not open this keyring');
    await expect(open(null)).rejects.toThrow('passphrase that is not configured');
    await expect(open('')).rejects.toThrow('passphrase of the keyring is empty');
    expect((await (await open()).tagKey(A, MONTH)).equals(march)).toBe(true);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(open()).rejects.toThrow('or the file is damaged');
  });

  it('does not open a file that was never sealed', async () => {
    const { open } = home();
    await open();
    await expect(open('correct horse')).rejects.toThrow('does not open this keyring');
  });

  it('that is empty seals nothing', async () => {
    const { path, open } = home('');
    await expect(open()).rejects.toThrow('empty');
    expect(existsSync(path)).toBe(false);
  });
});

describe('a change', () => {
  it('interrupted before the rename leaves the old file, and what lies about is overwritten', async () => {
    const { path, open } = home();
    await (await open()).insurer(A);
    const before = readFileSync(path);
    writeFileSync(`${path}.new`, 'half of a file', { mode: 0o644 });
    const keyring = await open();
    expect(readFileSync(path)).toEqual(before);
    expect(await epochsOf(keyring, A)).toEqual([1]);
    await keyring.beginEpoch(A);
    expect(existsSync(`${path}.new`)).toBe(false);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await epochsOf(await open(), A)).toEqual([2, 1]);
  });

  it('that cannot be written changes nothing, in the file or in memory, and the next one goes through', async () => {
    const { path, open } = home();
    const keyring = await open();
    await keyring.insurer(A);
    const before = readFileSync(path);
    mkdirSync(`${path}.new`);
    await expect(keyring.beginEpoch(A)).rejects.toThrow('EISDIR');
    expect(readFileSync(path)).toEqual(before);
    expect(await epochsOf(keyring, A)).toEqual([1]);
    rmdirSync(`${path}.new`);
    expect(await keyring.beginEpoch(A)).toBe(2);
  });

  it('never writes keys through a link that somebody left in its way', async () => {
    const { path, open } = home();
    const keyring = await open();
    writeFileSync(`${path}.victim`, 'untouched');
    symlinkSync(`${path}.victim`, `${path}.new`);
    await expect(keyring.insurer(A)).rejects.toThrow('ELOOP');
    expect(readFileSync(`${path}.victim`, 'utf8')).toBe('untouched');
  });

  it('and others at the same time are all made, one after the other', async () => {
    const { open } = home();
    const keyring = await open();
    const [tilleuls, again, vieuxPort, tag, sameTag] = await Promise.all([
      keyring.insurer(A),
      keyring.insurer(A),
      keyring.insurer(B),
      keyring.tagKey(A, MONTH),
      keyring.tagKey(A, MONTH),
    ]);
    expect(tilleuls.recordId.equals(again.recordId)).toBe(true);
    expect(tag.equals(sameTag)).toBe(true);
    const reopened = await open();
    expect((await reopened.insurer(A)).recordId.equals(tilleuls.recordId)).toBe(true);
    expect((await reopened.insurer(B)).recordId.equals(vieuxPort.recordId)).toBe(true);
    expect((await reopened.tagKey(A, MONTH)).equals(tag)).toBe(true);
  });
});

describe('epochs', () => {
  it('are two at most, also when two callers begin one at the same moment', async () => {
    const { open } = home();
    const keyring = await open();
    const begun = await Promise.allSettled([
      keyring.beginEpoch(A),
      keyring.beginEpoch(A),
      keyring.beginEpoch(A),
    ]);
    expect(begun.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(begun[0]).toMatchObject({ value: 2 });
    expect(await epochsOf(keyring, A)).toEqual([2, 1]);
    await expect(keyring.beginEpoch(A)).rejects.toThrow('two epochs live already');
    expect(await epochsOf(await open(), A)).toEqual([2, 1]);
  });

  it('once destroyed are gone from memory and file, and their numbers are not used again', async () => {
    const { path, open, file } = home();
    const keyring = await open();
    await keyring.beginEpoch(A);
    const ended = file().insurers[A]?.epochs[0]?.master ?? '';
    const [, oldest] = (await keyring.insurer(A)).epochs;
    expect(ended).not.toBe('');
    expect(await keyring.destroyEpochsBefore(A, 2)).toEqual([1]);
    expect(await keyring.destroyEpochsBefore(A, 2)).toEqual([]);
    expect(readFileSync(path, 'utf8')).not.toContain(ended);
    expect(existsSync(`${path}.new`)).toBe(false);
    keyring.close();
    await keyring.open();
    expect(await keyring.beginEpoch(A)).toBe(3);
    expect(await keyring.destroyEpochsBefore(A, 3)).toEqual([2]);
    const living = await keysOf(keyring, A);
    expect(await epochsOf(keyring, A)).toEqual([3]);
    expect(living).not.toContain(oldest?.doors.member.export().toString('hex'));
  });

  it('do not all end: without the newest nobody would be found', async () => {
    const { open } = home();
    const keyring = await open();
    await keyring.beginEpoch(A);
    for (const epoch of [3, 1_000, Number.NaN]) {
      await expect(keyring.destroyEpochsBefore(A, epoch)).rejects.toThrow('newest epoch');
    }
    expect(await epochsOf(keyring, A)).toEqual([2, 1]);
  });

  it('of one insurer are no matter of another, and the record ids outlive them', async () => {
    const { open } = home();
    const keyring = await open();
    const before = await keyring.insurer(A);
    const other = await keysOf(keyring, B);
    await keyring.beginEpoch(A);
    await keyring.destroyEpochsBefore(A, 2);
    const after = await keyring.insurer(A);
    expect(after.recordId.equals(before.recordId)).toBe(true);
    expect(await keysOf(keyring, B)).toEqual(other);
  });
});

describe('a closed keyring', () => {
  it('opens no door, but goes on signing and tagging, a new month included', async () => {
    const { open } = home();
    const keyring = await open();
    await keyring.insurer(A);
    await keyring.insurer(B);
    const march = await keyring.tagKey(A, MONTH);
    keyring.close();
    expect(keyring.isOpen).toBe(false);
    await expect(keyring.insurer(A)).rejects.toThrow('closed');
    await expect(keyring.insurer('0999000303' as AmcNo)).rejects.toThrow('closed');
    await expect(keyring.beginEpoch(A)).rejects.toThrow('closed');
    await expect(keyring.destroyEpochsBefore(A, 1)).rejects.toThrow('closed');
    expect((await keyring.tagKey(A, MONTH)).equals(march)).toBe(true);
    const april = await keyring.tagKey(A, '2026-04');
    expect(april.equals(march)).toBe(false);
    await expect(keyring.tagKey('0999000303' as AmcNo, MONTH)).rejects.toThrow('no keys exist');
    const message = Buffer.from('a checkpoint');
    const signature = sign(null, message, keyring.signing.ledger);
    expect(verify(null, message, createPublicKey(keyring.signing.ledger), signature)).toBe(true);
    expect(keyring.isOpen).toBe(false);
    const reopened = await open();
    expect((await reopened.tagKey(A, '2026-04')).equals(april)).toBe(true);
  });

  it('makes the tag keys of a new month for all insurers in one change', async () => {
    const { path, open, file } = home();
    const keyring = await open();
    await keyring.insurer(A);
    await keyring.insurer(B);
    keyring.close();
    await keyring.tagKey(A, MONTH);
    expect(Object.values(file().insurers).map(({ tagKeys }) => Object.keys(tagKeys))).toEqual([
      [MONTH],
      [MONTH],
    ]);
    unlinkSync(path); // B's is known by now: nothing is read or asked for again
    await expect(keyring.tagKey(B, MONTH)).resolves.toBeDefined();
  });

  it('has its keys back after opening, and asks for the passphrase then', async () => {
    const path = join(tempDir(), 'keyring');
    let words = 'correct horse';
    let asked = 0;
    const keyring = await openFileKeyring({
      path,
      passphrase: async () => {
        asked += 1;
        return words;
      },
    });
    const keys = await keysOf(keyring, A);
    keyring.close();
    words = 'wrong horse';
    await expect(keyring.open()).rejects.toThrow('does not open this keyring');
    expect(keyring.isOpen).toBe(false);
    words = 'correct horse';
    const before = asked;
    await keyring.open();
    expect(asked).toBe(before + 1);
    expect(await keysOf(keyring, A)).toEqual(keys);
  });

  it('derives no engagement’s door while closed, but what a payment run needs, from the file as it is then', async () => {
    const { open, path } = home();
    const keyring = await open();
    await keyring.insurer(A);
    const [bank, claims] = [await keyring.bankKey(), await keyring.claimKeys(A)];
    const door = keyring.engagementKey();
    keyring.close();
    expect(() => keyring.engagementKey()).toThrow('closed');
    expect((await keyring.bankKey()).equals(bank)).toBe(true);
    expect((await keyring.claimKeys(A))?.seal.equals(claims?.seal ?? bank)).toBe(true);
    expect(await keyring.claimKeys(B)).toBeNull();
    await keyring.open();
    expect(keyring.engagementKey().equals(door)).toBe(true);
    keyring.close();
    unlinkSync(path); // nothing of it was kept
    await expect(keyring.bankKey()).rejects.toThrow();
    await expect(keyring.claimKeys(A)).rejects.toThrow();
  });

  it('stays closed when it was closed while it was being opened, or changed', async () => {
    const { open, file } = home();
    const keyring = await open();
    await keyring.insurer(A);
    const changing = keyring.beginEpoch(A);
    await Promise.resolve();
    keyring.close();
    await changing.catch(() => undefined);
    expect(keyring.isOpen).toBe(false);
    const opening = keyring.open();
    keyring.close();
    await expect(opening).rejects.toThrow('closed while it was being opened');
    expect(keyring.isOpen).toBe(false);
    await keyring.open();
    expect(await epochsOf(keyring, A)).toHaveLength(file().insurers[A]?.epochs.length ?? 0);
  });

  it('opened in the middle of a change does not bring back what was before it', async () => {
    const { open } = home();
    const keyring = await open();
    await keyring.insurer(A);
    keyring.close();
    const [april] = await Promise.all([keyring.tagKey(A, '2026-04'), keyring.open()]);
    await keyring.beginEpoch(A); // written from what is in memory
    expect((await (await open()).tagKey(A, '2026-04')).equals(april)).toBe(true);
  });
});

it('no way of printing a keyring shows a byte of a key', async () => {
  const { open, file } = home();
  const keyring = await open();
  const keys = await keyring.insurer(A);
  const shown = { keyring, keys, tag: await keyring.tagKey(A, MONTH) };
  const printed = [
    JSON.stringify(shown),
    inspect(shown, { depth: 20, showHidden: true }),
    `${keyring} ${keys.recordId} ${keyring.signing.ledger}`,
    JSON.stringify(Object.getOwnPropertyDescriptors(keyring)),
  ].join('\n');
  const derived = [
    keys.recordId,
    keyring.replayKey,
    keyring.fieldsKey,
    keyring.professionalKey,
    keyring.engagementKey(),
    keys.engagement,
    keys.counter,
    ...Object.values(keys.epochs[0]?.doors ?? {}),
  ];
  expect(keys.epochs[0]?.doors.identity).toBeNull(); // the insurer's half is never in this file
  const secrets = [
    ...allOf(file()).map((secret) => Buffer.from(secret, 'base64')),
    ...derived.flatMap((key) => key?.export() ?? []),
  ];
  expect(secrets.length).toBeGreaterThan(10);
  for (const secret of secrets) {
    for (const encoding of ['base64', 'base64url', 'hex', 'latin1'] as const) {
      expect(printed).not.toContain(secret.toString(encoding));
    }
  }
});
