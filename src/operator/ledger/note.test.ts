// Signed notes and checkpoints against the vector of the Go reference implementation, and against malformed ones.

import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  decodeBase64,
  encodeVkey,
  formatCheckpoint,
  type NoteProblem,
  openNote,
  parseCheckpoint,
  parseVkey,
  rawPublicKey,
  signCheckpoint,
  signNote,
} from './note.ts';
import { ORIGIN, testKey, vkeyOf } from './verify-fixture.ts';

// golang.org/x/mod/sumdb/note, note_test.go.
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const SEED = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNATURE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const NOTE = `${TEXT}\n${SIGNATURE}`;

const key = testKey('note');
const ours = parseVkey(vkeyOf(key));
const signWith = (message: Uint8Array) => sign(null, message, key);
const codeOf = (act: () => unknown): NoteProblem | string => {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

describe('the vector of the Go implementation', () => {
  it('its note opens with its key', () => {
    expect(openNote(NOTE, [parseVkey(VKEY)]).text).toBe(TEXT);
  });

  it('its key gives its vkey, and signing gives its note byte for byte', async () => {
    const seed = Buffer.from(SEED, 'base64').subarray(1);
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const peter = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    expect(encodeVkey('PeterNeumann', rawPublicKey(createPublicKey(peter)))).toBe(VKEY);
    expect(await signNote(TEXT, parseVkey(VKEY), (message) => sign(null, message, peter))).toBe(NOTE);
  });

  it('no piece of the vkey but the whole is a vkey', () => {
    for (let from = 0; from < VKEY.length; from += 1) {
      expect(codeOf(() => parseVkey(VKEY.slice(from + 1)))).toBe('key-malformed');
      expect(codeOf(() => parseVkey(VKEY.slice(0, from)))).toBe('key-malformed');
    }
  });
});

describe('a note', () => {
  it.each([
    ['another text', NOTE.replace('cryptography', 'cryptographY'), 'signature-wrong'],
    ['a signature one bit off', NOTE.replace('x08go/ZJ', 'x08go/ZK'), 'signature-wrong'],
    ['another key id', NOTE.replace('x08go', 'x09go'), 'key-unknown'],
    ['another name', NOTE.replace('PeterNeumann', 'PaulNeumann'), 'key-unknown'],
    ['no signature', `${TEXT}\n`, 'note-malformed'],
    ['no empty line', TEXT + SIGNATURE, 'note-malformed'],
    ['no newline at the end', NOTE.slice(0, -1), 'note-malformed'],
    ['a hyphen for a dash', NOTE.replace('—', '-'), 'note-malformed'],
    ['a third word on the line', NOTE.replace('=\n', '= x\n'), 'note-malformed'],
    ['base64 that is none', NOTE.replace('x08go', '!!!!!'), 'note-malformed'],
    ['a control character in the text', NOTE.replace('problem is', 'problem\tis'), 'note-malformed'],
    ['nothing at all', '', 'note-malformed'],
    ['a hundred and one signatures', `${TEXT}\n${SIGNATURE.repeat(101)}`, 'note-malformed'],
  ])('with %s is refused', (_, note, code) => {
    expect(codeOf(() => openNote(note, [parseVkey(VKEY)]))).toBe(code);
  });

  it('may be signed by others too, whom we do not know', async () => {
    const both = NOTE + (await signNote(TEXT, ours, signWith)).slice(TEXT.length + 1);
    expect(openNote(both, [ours]).signedBy).toEqual([ours]);
    expect(openNote(both, [parseVkey(VKEY), ours]).signedBy).toHaveLength(2);
    expect(codeOf(() => openNote(both.replace(/.{4}\n$/, 'AA==\n'), [parseVkey(VKEY), ours]))).toBe(
      'signature-wrong',
    );
  });

  it('may hold empty lines: the last one separates', async () => {
    const text = 'one\n\ntwo\n';
    expect(openNote(await signNote(text, ours, signWith), [ours]).text).toBe(text);
  });

  it('is not made from a text without newline at the end, a bad name or a signer that gives no signature', async () => {
    await expect(signNote('text', ours, signWith)).rejects.toThrow('newline');
    await expect(signNote('text\n', { name: 'two words', id: ours.id }, signWith)).rejects.toThrow('name');
    await expect(signNote('text\n', ours, () => Buffer.alloc(3))).rejects.toThrow('signature');
  });
});

describe('a checkpoint', () => {
  const root = Buffer.alloc(32, 7);

  it('is origin, size and root on three lines, as the specification shows it', () => {
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({
      origin: 'example.com/behind-the-sofa',
      size: 20852163,
      extensions: [],
    });
    expect(formatCheckpoint(checkpoint)).toBe(text);
  });

  it('opens after signing', async () => {
    const note = await signCheckpoint({ origin: ORIGIN, size: 42, root }, ours, signWith);
    expect(parseCheckpoint(openNote(note, [ours]).text)).toEqual({
      origin: ORIGIN,
      size: 42,
      root,
      extensions: [],
    });
  });

  it('keeps extension lines', () => {
    const text = formatCheckpoint({ origin: ORIGIN, size: 0, root, extensions: ['a b', 'c'] });
    expect(parseCheckpoint(text).extensions).toEqual(['a b', 'c']);
  });

  const good = formatCheckpoint({ origin: ORIGIN, size: 42, root });
  it.each([
    ['a size with a leading zero', good.replace('42', '042')],
    ['a negative size', good.replace('42', '-42')],
    ['a size beyond counting', good.replace('42', '99999999999999999')],
    ['a short root', good.replace('BwcHBw', 'Bw')],
    ['no root', `${ORIGIN}\n42\n`],
    ['no origin', good.slice(ORIGIN.length)],
    ['an empty extension line', `${good}\n`],
    ['no newline at the end', good.slice(0, -1)],
  ])('with %s is refused', (_, text) => {
    expect(codeOf(() => parseCheckpoint(text))).toBe('checkpoint-malformed');
  });

  it('is not formatted when it could not be read back', () => {
    expect(codeOf(() => formatCheckpoint({ origin: 'two\nlines', size: 1, root }))).toBe(
      'checkpoint-malformed',
    );
    expect(codeOf(() => formatCheckpoint({ origin: ORIGIN, size: 1.5, root }))).toBe('checkpoint-malformed');
    expect(codeOf(() => formatCheckpoint({ origin: ORIGIN, size: 1, root: root.subarray(1) }))).toBe(
      'checkpoint-malformed',
    );
  });
});

it('base64 is read in its one spelling only', () => {
  expect(decodeBase64('AQ==')?.toString('hex')).toBe('01');
  for (const text of ['AQ', 'AR==', 'A-_=', ' AQ==', 'AQ==\n']) expect(decodeBase64(text)).toBeNull();
});
