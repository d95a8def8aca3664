// Cuts the body of a feed into its manifest line and blocks of 10,000 lines, each copied once into the buffer that
// goes to the vault. Must never buffer an endless line or block, decode a line, or write one anywhere.

import { FEED_BLOCK_LINES } from '../../core/feed-manifest.ts';
import { refusal } from '../errors.ts';

/** A manifest of 33 million lines is 230 kB. */
export const MANIFEST_LIMIT_BYTES = 8 * 1024 * 1024;
/** Without the newline. */
export const LINE_LIMIT_BYTES = 64 * 1024;
export const BLOCK_LIMIT_BYTES = 64 * 1024 * 1024;
/** Free space before the lines, where the caller puts one bit per line: the frame to the vault needs no second copy. */
export const BITMAP_BYTES = FEED_BLOCK_LINES / 8;

const NEWLINE = 10;
const FIRST_GUESS_BYTES = 1024 * 1024;

export type FeedBlock = {
  /** From 0. */
  readonly index: number;
  /** Number of its first line, counted from 1. */
  readonly firstLine: number;
  readonly lines: number;
  /** BITMAP_BYTES zeros, then the lines with their newlines. */
  readonly frame: Buffer;
};

export class FeedReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);
  /** Where the unread part of the chunk begins. */
  #at = 0;
  #guessBytes = FIRST_GUESS_BYTES;

  /** The iterator must not destroy its stream when it is left early: the refusal still has to go out. */
  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** The first line, without its newline. */
  async manifest(): Promise<string> {
    const parts: Buffer[] = [];
    let size = 0;
    while (await this.#hasMore()) {
      const newline = this.#chunk.indexOf(NEWLINE, this.#at);
      const end = newline === -1 ? this.#chunk.length : newline;
      size += end - this.#at;
      if (size > MANIFEST_LIMIT_BYTES)
        throw refusal('feed-manifest', { problem: 'the first line is too long' });
      parts.push(this.#chunk.subarray(this.#at, end));
      this.#at = newline === -1 ? end : newline + 1;
      if (newline !== -1) break;
    }
    return Buffer.concat(parts).toString('utf8');
  }

  /** The block that begins at this line, with at most `most` lines; fewer only when the body ends. */
  async block(place: { index: number; firstLine: number; most: number }): Promise<FeedBlock> {
    const filling = new Filling(place, this.#guessBytes);
    while (filling.lines < place.most && (await this.#hasMore())) {
      this.#at = filling.take(this.#chunk, this.#at);
    }
    const block = filling.end();
    this.#guessBytes = Math.ceil(block.frame.length * 1.05);
    return block;
  }

  async isAtEnd(): Promise<boolean> {
    return !(await this.#hasMore());
  }

  async #hasMore(): Promise<boolean> {
    while (this.#at >= this.#chunk.length) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      this.#at = 0;
    }
    return true;
  }
}

/** A block while its lines arrive. */
class Filling {
  lines = 0;
  readonly #place: { index: number; firstLine: number; most: number };
  #buffer: Buffer;
  #length = BITMAP_BYTES;
  #lineStart = BITMAP_BYTES;

  constructor(place: { index: number; firstLine: number; most: number }, guessBytes: number) {
    this.#place = place;
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(guessBytes, FIRST_GUESS_BYTES));
    this.#buffer.fill(0, 0, BITMAP_BYTES);
  }

  /** Takes lines out of the chunk from `at` on until the block or the chunk is used up; returns where it stopped. */
  take(chunk: Buffer, at: number): number {
    let end = at;
    while (end < chunk.length && this.lines < this.#place.most) {
      const newline = chunk.indexOf(NEWLINE, end);
      const lineEnd = newline === -1 ? chunk.length : newline;
      this.#refuseLongLine(this.#length + (lineEnd - at) - this.#lineStart);
      end = newline === -1 ? lineEnd : newline + 1;
      if (newline === -1) break;
      this.lines += 1;
      this.#lineStart = this.#length + (end - at);
    }
    this.#append(chunk, at, end);
    return end;
  }

  /** The last line of a body may lack its newline. */
  end(): FeedBlock {
    if (this.#length > this.#lineStart) this.lines += 1;
    const { index, firstLine } = this.#place;
    return { index, firstLine, lines: this.lines, frame: this.#buffer.subarray(0, this.#length) };
  }

  #refuseLongLine(bytes: number): void {
    if (bytes <= LINE_LIMIT_BYTES) return;
    throw refusal('feed-line-too-long', { line: this.#place.firstLine + this.lines });
  }

  #append(chunk: Buffer, start: number, end: number): void {
    const needed = this.#length + (end - start);
    if (needed > BLOCK_LIMIT_BYTES) throw refusal('feed-block-too-large', { block: this.#place.index });
    if (needed > this.#buffer.length) this.#grow(needed);
    chunk.copy(this.#buffer, this.#length, start, end);
    this.#length = needed;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(
      Math.min(Math.max(needed, this.#buffer.length * 2), BLOCK_LIMIT_BYTES),
    );
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
