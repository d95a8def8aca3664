// The verifier's own reader of stored checkpoints: a second, smaller reading of signed note and tlog-checkpoint,
// so that a mistake in note.ts cannot hide itself. It must never import what the writer uses.

import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import type { Frontier } from './merkle.ts';
import type { VerifyDetail, VerifyFailure, VerifyReason } from './verify-reasons.ts';

/** A row of `ledger_checkpoints`. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
  /** The compact tree in hex, from which the writer goes on; null when the source does not have it. */
  readonly frontier: string | null;
}

/** What must be known beforehand and from elsewhere (trust.json): which log, which key. */
export type TrustedLog = { readonly origin: string; readonly vkey: string };

const ED25519_SPKI_HEX = '302a300506032b6570032100';

type TrustedKey = { origin: string; name: string; id: Buffer; publicKey: KeyObject };

function trustedKey({ origin, vkey }: TrustedLog): TrustedKey {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(vkey);
  const typed = Buffer.from(match?.[3] ?? '', 'base64');
  if (match === null || typed.length !== 33 || typed[0] !== 1)
    throw new Error('the trusted vkey is not that of an Ed25519 key');
  const name = match[1] as string;
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer').subarray(0, 4);
  if (id.toString('hex') !== match[2]) throw new Error('the trusted vkey has the wrong id');
  const der = Buffer.concat([Buffer.from(ED25519_SPKI_HEX, 'hex'), typed.subarray(1)]);
  return { origin, name, id, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/**
 * The stored checkpoints in order of size, one look ahead. A bad one is remembered (the first) and passed over:
 * it vouches for nothing, but it does not make an entry bad either.
 */
export class CheckpointReader {
  readonly #rows: AsyncIterator<readonly StoredCheckpoint[]>;
  readonly #trusted: TrustedKey;
  #batch: readonly StoredCheckpoint[] = [];
  #at = 0;
  #ended = false;
  #ahead: StoredCheckpoint | null = null;
  #lastSize = -1;
  #failure: VerifyFailure | null = null;

  constructor(rows: AsyncIterable<readonly StoredCheckpoint[]>, trusted: TrustedLog) {
    this.#rows = rows[Symbol.asyncIterator]();
    this.#trusted = trustedKey(trusted);
  }

  /** The first bad checkpoint so far. */
  get failure(): VerifyFailure | null {
    return this.#failure;
  }

  /** Size of the last checkpoint read so far, good or bad; 0 when there is none. */
  get lastSize(): number {
    return Math.max(0, this.#lastSize);
  }

  /** Size of the next good checkpoint; null when there are no more. */
  async nextSize(): Promise<number | null> {
    while (this.#ahead === null && !this.#ended) await this.#lookAhead();
    return this.#ahead?.size ?? null;
  }

  /** Takes the next good checkpoint if it has that size: its root is the signed one. */
  async take(size: number): Promise<{ root: Buffer; frontier: string | null } | null> {
    const row = (await this.nextSize()) === size ? this.#ahead : null;
    if (row === null) return null;
    this.#ahead = null;
    return { root: Buffer.from(row.root), frontier: row.frontier };
  }

  /** The stored frontier is not signed, but the tree that proved right has only one. */
  compareFrontier(stored: { frontier: string | null } | null, tree: Frontier): void {
    const frontier = stored?.frontier ?? null;
    if (frontier === null || frontier === tree.serialise().toString('hex')) return;
    this.#fail('checkpoint-edited', null, { size: tree.size, column: 'frontier' });
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#rows.return?.();
  }

  async #lookAhead(): Promise<void> {
    const row = this.#batch[this.#at];
    if (row === undefined) {
      const next = await this.#rows.next();
      this.#ended = next.done === true;
      this.#batch = next.done === true ? [] : next.value;
      this.#at = 0;
      return;
    }
    this.#at += 1;
    const before = this.#lastSize;
    const code = row.size > before ? checkpointProblem(row, this.#trusted) : 'checkpoint-malformed';
    if (code === null) this.#ahead = row;
    else this.#fail(code, Math.max(0, before), { size: row.size, note: row.note.slice(0, 1000) });
    // An edited size says nothing about what comes next.
    if (code !== 'checkpoint-edited' && row.size > before) this.#lastSize = row.size;
  }

  /** Only the first is kept. `firstBad`: the first entry that this checkpoint alone was to vouch for. */
  #fail(code: VerifyReason, firstBad: number | null, detail: VerifyDetail): void {
    this.#failure ??= { code, firstBad, detail };
  }
}

function checkpointProblem(row: StoredCheckpoint, trusted: TrustedKey): VerifyReason | null {
  const gap = row.note.lastIndexOf('\n\n');
  if (gap < 0) return 'checkpoint-malformed';
  const text = row.note.slice(0, gap + 1);
  const signatures = row.note
    .slice(gap + 2)
    .split('\n')
    .flatMap((line) => signatureBy(trusted, line));
  if (signatures.length === 0) return 'key-unknown';
  const message = Buffer.from(text);
  const genuine = signatures.every((signature) => verify(null, message, trusted.publicKey, signature));
  if (!genuine) return 'signature-wrong';
  const [origin, size = '', root = ''] = text.split('\n');
  if (origin !== trusted.origin) return 'origin-wrong';
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || Buffer.from(root, 'base64').length !== 32)
    return 'checkpoint-malformed';
  const same = Number(size) === row.size && Buffer.from(root, 'base64').equals(row.root);
  return same ? null : 'checkpoint-edited';
}

/** The signature of a line of ours, without its key id; nothing for a line of another key (witnesses). */
function signatureBy(trusted: TrustedKey, line: string): Buffer[] {
  const [dash, name, encoded = '', ...more] = line.split(' ');
  const bytes = Buffer.from(encoded, 'base64');
  const ours =
    dash === '—' && name === trusted.name && more.length === 0 && bytes.subarray(0, 4).equals(trusted.id);
  return ours ? [bytes.subarray(4)] : [];
}
