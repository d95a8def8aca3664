// Writes a full rights feed as a file (CONTRACT.md 3.3): manifest first, then the lines, in one pass and bounded memory.
// A half-written file is never seen under its name. It must never sign: signing belongs to the insurer's feed key.

import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { BLOCK_LINES } from './people.ts';

/** Whole lines with their newlines; every block but the last has BLOCK_LINES of them. */
export type FeedBlock = { lines: number; bytes: Buffer };

export type FeedFile = {
  file: string;
  /** AMC number, ten digits. */
  insurer: string;
  /** Lines that `blocks` will give in all: the manifest's length, and so the place of the first line, follow from it. */
  count: number;
  blocks: Iterable<FeedBlock>;
  /** After each block: lines and bytes so far. */
  onProgress?: (lines: number, bytes: number) => void;
  /** Stops the writing and removes what there is of the file. */
  signal?: AbortSignal;
};

/** Fixed, so that the same people give the same file on any day. */
const SENT_AT = '2026-11-01T06:00:00Z';

/** The manifest line without its newline. `blocks` are hashes in hexadecimal. */
export function manifestLine({
  insurer,
  count,
  blocks,
}: {
  insurer: string;
  count: number;
  blocks: string[];
}): string {
  return JSON.stringify({ type: 'manifest', insurer, kind: 'full', seq: 1, count, sentAt: SENT_AT, blocks });
}

/** SHA-256 over the bytes of a block, newlines included, in hexadecimal. */
export function blockHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Lines without newlines as blocks: for feeds small enough to be at hand as a list. */
export function blocksOfLines(lines: readonly string[]): FeedBlock[] {
  const blocks: FeedBlock[] = [];
  for (let start = 0; start < lines.length; start += BLOCK_LINES) {
    const part = lines.slice(start, start + BLOCK_LINES);
    blocks.push({ lines: part.length, bytes: Buffer.from(`${part.join('\n')}\n`) });
  }
  return blocks;
}

/** Writes the file, replacing an older one, and returns its size in bytes. Nothing is left behind when it fails. */
export async function writeFeedFile(feed: FeedFile): Promise<number> {
  // The process number keeps two writers of one file apart; the last to finish wins, and never with a mixture.
  const part = `${feed.file}.${process.pid}.part`;
  try {
    const handle = await open(part, 'w');
    let bytes: number;
    try {
      bytes = await writeAll(handle, feed);
    } finally {
      await handle.close();
    }
    await rename(part, feed.file);
    return bytes;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** The manifest holds the hashes of what follows it, but its length is known before: its place is left free until the end. */
async function writeAll(handle: FileHandle, feed: FeedFile): Promise<number> {
  const free = Buffer.byteLength(
    manifestText(feed, Array(Math.ceil(feed.count / BLOCK_LINES)).fill('0'.repeat(64))),
  );
  const hashes: string[] = [];
  let lines = 0;
  let position = free;
  let writing: Promise<void> = Promise.resolve();
  for (const block of feed.blocks) {
    if (lines % BLOCK_LINES !== 0) throw new Error('only the last block may be shorter');
    hashes.push(blockHash(block.bytes));
    await writing;
    feed.signal?.throwIfAborted();
    // The next block is made while this one is being written.
    writing = writeFully(handle, block.bytes, position);
    writing.catch(() => undefined); // Reported by the `await` above or below; this only keeps Node from ending early.
    position += block.bytes.length;
    lines += block.lines;
    feed.onProgress?.(lines, position);
  }
  await writing;
  const manifest = Buffer.from(manifestText(feed, hashes));
  if (lines !== feed.count || manifest.length !== free) {
    throw new Error(`${feed.count} lines were announced, ${lines} in ${hashes.length} blocks came`);
  }
  await writeFully(handle, manifest, 0);
  return position;
}

function manifestText({ insurer, count }: FeedFile, blocks: string[]): string {
  return `${manifestLine({ insurer, count, blocks })}\n`;
}

/** A write may take fewer bytes than it was given. */
async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
