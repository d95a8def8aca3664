// The vault's part in a feed, seen from the operator: it checks the insurer's signature, recognises what it has seen,
// and turns lines into sealed rows. Must never read a manifest that the vault has not accepted.

import { type FeedManifest, readManifest } from '../../core/feed-manifest.ts';
import type { AmcNo } from '../../core/ids.ts';
import type { AppError } from '../../lib/app-error.ts';
import type { SignedManifest } from '../../vault/protocol.ts';
import { type VaultClient, VaultRefused } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import { BITMAP_BYTES, type FeedBlock } from './feed-reader.ts';
import type { StagedBlock } from './feed-store.ts';

/** Tells which lines of a block need not be sealed again: one bit per line (feed-store.ts, `unchangedLines`). */
export type FindUnchanged = (prints: Buffer) => Promise<Buffer>;

/** A feed whose manifest the vault has accepted as this insurer's. */
export class AcceptedFeed {
  readonly manifest: FeedManifest;
  /** 32 hexadecimal digits that only the vault can make of this manifest: no digest of people's lines is kept. */
  readonly tag: string;
  readonly #vault: VaultClient;
  readonly #signed: SignedManifest;

  private constructor(vault: VaultClient, signed: SignedManifest, manifest: FeedManifest, tag: string) {
    this.#vault = vault;
    this.#signed = signed;
    this.manifest = manifest;
    this.tag = tag;
  }

  static async accept(vault: VaultClient, amcNo: AmcNo, signed: SignedManifest): Promise<AcceptedFeed> {
    await vault
      .call('acceptManifest', { amcNo, manifest: signed })
      .catch((error: unknown) => throwRefusal(error, { amcNo, text: signed.text }));
    const read = readManifest(JSON.parse(signed.text));
    if (!read.ok) throw new Error('the vault accepts no manifest that cannot be read');
    const { out } = await vault.call('replay', { items: [{ scope: `feed ${amcNo}`, body: signed.text }] });
    const [keys] = out.items;
    if (keys === undefined) throw new Error('the vault gives one tag per item');
    return new AcceptedFeed(vault, signed, read.manifest, keys.tag);
  }

  /**
   * Seals a block. The epoch is asked for first: if a new one begins meanwhile, the block counts as older than it is,
   * and older doors are kept a little longer than needed.
   */
  async seal(block: FeedBlock, findUnchanged: FindUnchanged | null): Promise<StagedBlock> {
    const amcNo = this.manifest.insurer;
    const { out: living } = await this.#vault.call('epochs', { amcNo });
    const call = { amcNo, manifest: this.#signed, block: block.index };
    const lines = block.frame.subarray(BITMAP_BYTES);
    if (findUnchanged !== null) {
      const prints = await this.#vault
        .call('fingerprint', call, lines)
        .catch((error: unknown) => throwRefusal(error, { block: block.index }));
      block.frame.set(await findUnchanged(prints.bytes), 0);
    }
    const bitmapBytes = findUnchanged === null ? 0 : BITMAP_BYTES;
    const frame = findUnchanged === null ? lines : block.frame;
    const { out, bytes } = await this.#vault
      .call('seal', { ...call, bitmapBytes }, frame)
      .catch((error: unknown) => throwRefusal(error, { block: block.index }));
    return {
      index: block.index,
      lines: block.lines,
      epoch: Math.max(...living.epochs),
      lineRows: bytes.subarray(0, out.lineBytes),
      doorRows: bytes.subarray(out.lineBytes),
      rejected: out.rejected,
      canaries: out.canaries,
    };
  }
}

/** The vault's refusals of a feed in the operator's words; anything else (locked, away) goes on as it is. */
function throwRefusal(error: unknown, about: { block: number } | { amcNo: AmcNo; text: string }): never {
  if (!(error instanceof VaultRefused)) throw error;
  if (error.code === 'identity-half-missing') throw refusal('identity-half-missing');
  if (error.code === 'feed-signature') throw refusal('feed-signature');
  if (error.code === 'block-hash' && 'block' in about)
    throw refusal('feed-block-hash', { block: about.block });
  if (error.code === 'manifest-refused' && 'text' in about) throw manifestRefusal(about.text, about.amcNo);
  throw error;
}

/** The signature is right, so it is this insurer who is told what to mend. */
function manifestRefusal(text: string, amcNo: AmcNo): AppError {
  const read = readManifest(parsed(text));
  if (!read.ok) return refusal('feed-manifest', { problem: read.problem });
  return read.manifest.insurer === amcNo
    ? refusal('feed-manifest', { problem: 'the manifest is too long' })
    : refusal('feed-insurer');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // readManifest says that it is no object
  }
}
