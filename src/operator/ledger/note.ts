// PURE. Signed notes (c2sp.org/signed-note) and the checkpoints written in them (c2sp.org/tlog-checkpoint), Ed25519.
// It must never hold a private key: signing is a callback, the key lives in the vault.

import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { HASH_BYTES } from './merkle.ts';

/** Signs exactly these bytes with the log's Ed25519 key. */
export type SignBytes = (message: Uint8Array) => Promise<Uint8Array> | Uint8Array;

export type NoteProblem =
  | 'key-malformed'
  | 'note-malformed'
  | 'key-unknown'
  | 'signature-wrong'
  | 'checkpoint-malformed';

export class NoteError extends Error {
  readonly code: NoteProblem;
  constructor(code: NoteProblem, message: string) {
    super(message);
    this.name = 'NoteError';
    this.code = code;
  }
}

/** A key one trusts, as parsed from its vkey text. */
export type NoteKey = {
  readonly name: string;
  /** First four bytes of SHA-256(name || 0x0A || 0x01 || public key). */
  readonly id: Buffer;
  readonly publicKey: KeyObject;
};

const ED25519_TYPE = 0x01;
const ED25519_KEY_BYTES = 32;
const ED25519_SIGNATURE_BYTES = 64;
/** DER of a SubjectPublicKeyInfo for Ed25519 up to the 32 key bytes (RFC 8410). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
/** A note of ours has one signature, with witnesses a few more; the bound is for notes that are not ours. */
const MAX_SIGNATURES = 100;
const SIGNATURE_START = '— ';

/** Key id of signed-note: ties a signature to name, algorithm and key. */
export function keyId(name: string, publicKey: Uint8Array): Buffer {
  assertKeyName(name);
  const input = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ED25519_TYPE]), publicKey]);
  return hash('sha256', input, 'buffer').subarray(0, 4);
}

/** The public text form of a log's key: `name+id+base64(type || key)`. */
export function encodeVkey(name: string, publicKey: Uint8Array): string {
  if (publicKey.length !== ED25519_KEY_BYTES)
    throw new NoteError('key-malformed', 'an Ed25519 key has 32 bytes');
  const typed = Buffer.concat([Buffer.from([ED25519_TYPE]), publicKey]).toString('base64');
  return `${name}+${keyId(name, publicKey).toString('hex')}+${typed}`;
}

/** The 32 bytes of an Ed25519 public key. */
export function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'der', type: 'spki' })).subarray(-ED25519_KEY_BYTES);
}

/** Reads a vkey; its id must be the one its name and key give. */
export function parseVkey(vkey: string): NoteKey {
  const [name = '', id = '', ...rest] = vkey.split('+');
  const typed = decodeBase64(rest.join('+')); // base64 itself may hold plus signs
  if (typed === null || typed.length !== 1 + ED25519_KEY_BYTES || typed[0] !== ED25519_TYPE) {
    throw new NoteError('key-malformed', 'not the vkey of an Ed25519 key');
  }
  const raw = typed.subarray(1);
  const expected = keyId(name, raw);
  if (expected.toString('hex') !== id)
    throw new NoteError('key-malformed', 'the id of the vkey is not that of its key');
  const publicKey = createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: 'der', type: 'spki' });
  return { name, id: expected, publicKey };
}

/** Signs `text` (must end in a newline) under that key name; returns the whole note. */
export async function signNote(
  text: string,
  key: Pick<NoteKey, 'name' | 'id'>,
  sign: SignBytes,
): Promise<string> {
  assertNoteText(text);
  assertKeyName(key.name);
  const signature = await sign(Buffer.from(text));
  if (signature.length !== ED25519_SIGNATURE_BYTES)
    throw new NoteError('signature-wrong', 'the signer gave no Ed25519 signature');
  return `${text}\n${SIGNATURE_START}${key.name} ${Buffer.concat([key.id, signature]).toString('base64')}\n`;
}

/**
 * The text of a note, after at least one signature by a known key proved right. Signatures of unknown keys are
 * ignored (witnesses, key rotation); a wrong one of a known key refuses the whole note.
 */
export function openNote(
  note: string,
  keys: readonly NoteKey[],
): { text: string; signedBy: readonly NoteKey[] } {
  const { text, signatures } = splitNote(note);
  const message = Buffer.from(text);
  const signedBy: NoteKey[] = [];
  for (const { name, bytes } of signatures) {
    const key = keys.find((known) => known.name === name && known.id.equals(bytes.subarray(0, 4)));
    if (key === undefined || signedBy.includes(key)) continue;
    if (!verify(null, message, key.publicKey, bytes.subarray(4))) {
      throw new NoteError('signature-wrong', `the signature of ${name} is wrong`);
    }
    signedBy.push(key);
  }
  if (signedBy.length === 0) throw new NoteError('key-unknown', 'no signature of a known key');
  return { text, signedBy };
}

function splitNote(note: string): { text: string; signatures: { name: string; bytes: Buffer }[] } {
  const gap = note.lastIndexOf('\n\n');
  if (gap < 0 || !note.endsWith('\n'))
    throw new NoteError('note-malformed', 'a note is text, an empty line, signatures');
  const text = note.slice(0, gap + 1);
  assertNoteText(text);
  const lines = note.slice(gap + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new NoteError('note-malformed', 'too many signatures');
  return { text, signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): { name: string; bytes: Buffer } {
  const [name = '', encoded = '', ...more] = line.slice(SIGNATURE_START.length).split(' ');
  const bytes = decodeBase64(encoded);
  if (!line.startsWith(SIGNATURE_START) || more.length > 0 || bytes === null || bytes.length < 5) {
    throw new NoteError('note-malformed', 'not a signature line');
  }
  assertKeyName(name);
  return { name, bytes };
}

/** The body of a checkpoint: what a log promises about its first `size` entries. */
export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly extensions: readonly string[];
};

/** The note text of a checkpoint. */
export function formatCheckpoint(
  checkpoint: Omit<Checkpoint, 'extensions' | 'root'> & { root: Uint8Array; extensions?: readonly string[] },
): string {
  const { origin, size, root, extensions = [] } = checkpoint;
  const lines = [origin, String(size), Buffer.from(root).toString('base64'), ...extensions];
  if (
    !Number.isSafeInteger(size) ||
    size < 0 ||
    root.length !== HASH_BYTES ||
    lines.some((l) => l === '' || l.includes('\n'))
  ) {
    throw new NoteError(
      'checkpoint-malformed',
      'a checkpoint has non-empty lines, a size and a 32-byte root',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Reads the text of a checkpoint note. Does not look at signatures: open the note first. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', encodedRoot = '', ...extensions] = text.slice(0, -1).split('\n');
  const root = decodeBase64(encodedRoot);
  const well = text.endsWith('\n') && origin !== '' && isDecimal(size) && !extensions.includes('');
  if (!well || root === null || root.length !== HASH_BYTES) {
    throw new NoteError('checkpoint-malformed', 'not the text of a checkpoint');
  }
  return { origin, size: Number(size), root, extensions };
}

/** Signs a checkpoint: the note that the log publishes. */
export function signCheckpoint(
  checkpoint: { origin: string; size: number; root: Uint8Array },
  key: Pick<NoteKey, 'name' | 'id'>,
  sign: SignBytes,
): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), key, sign);
}

/** Standard base64, padded, in its one canonical spelling; null otherwise. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function isDecimal(text: string): boolean {
  return /^(0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
}

function assertKeyName(name: string): void {
  if (name === '' || /[\s+\p{Cc}]/u.test(name))
    throw new NoteError('key-malformed', 'a key name has no space and no plus sign');
}

function assertNoteText(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids exactly these
  if (!text.endsWith('\n') || /[\x00-\x09\x0b-\x1f]/.test(text)) {
    throw new NoteError(
      'note-malformed',
      'the text of a note ends in a newline and has no control characters',
    );
  }
}
