// Frames on a local socket: length (4) || header length (4) || JSON header || binary attachment.
// It must never buffer more than the limit: a peer that announces more is cut off.

import type { Socket } from 'node:net';

export type Frame = { header: unknown; bytes: Buffer };

/** Room for a block of a feed (64 MiB) and what it becomes when sealed. */
export const FRAME_LIMIT_BYTES = 160 * 1024 * 1024;

/**
 * `parts` together are the attachment: written one after the other, so that nobody copies them into one first.
 * Throws, and writes nothing, when the frame would be larger than the peer accepts.
 */
export function writeFrame(socket: Socket, header: unknown, parts: readonly Uint8Array[]): void {
  const text = JSON.stringify(header);
  const headerLength = Buffer.byteLength(text);
  const attached = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const length = 4 + headerLength + attached;
  if (length > FRAME_LIMIT_BYTES) throw new RangeError('a frame larger than the limit');
  const head = Buffer.allocUnsafe(8 + headerLength);
  head.writeUInt32BE(length, 0);
  head.writeUInt32BE(headerLength, 4);
  head.write(text, 8);
  socket.cork();
  socket.write(head);
  for (const part of parts) if (part.byteLength > 0) socket.write(part);
  socket.uncork();
}

/** Cuts a stream of chunks into frames. Throws on a frame larger than the limit or malformed. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size >= 4) {
      const length = this.#peekLength();
      if (length > FRAME_LIMIT_BYTES || length < 4) throw new Error('frame of an impossible length');
      if (this.#size < 4 + length) return;
      yield parseFrame(this.#take(4 + length));
    }
  }

  #peekLength(): number {
    const first = this.#chunks[0];
    if (first && first.length >= 4) return first.readUInt32BE(0);
    return this.#joined().readUInt32BE(0);
  }

  #take(length: number): Buffer {
    const first = this.#chunks[0];
    const whole = first && first.length >= length ? first : this.#joined();
    const rest = whole.subarray(length);
    this.#size -= length;
    if (whole === first) {
      if (rest.length > 0) this.#chunks[0] = rest;
      else this.#chunks.shift();
    } else {
      this.#chunks = rest.length > 0 ? [rest] : [];
    }
    return whole.subarray(0, length);
  }

  #joined(): Buffer {
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }
}

function parseFrame(frame: Buffer): Frame {
  const headerLength = frame.readUInt32BE(4);
  if (8 + headerLength > frame.length) throw new Error('frame with a header longer than itself');
  return {
    header: JSON.parse(frame.toString('utf8', 8, 8 + headerLength)),
    bytes: frame.subarray(8 + headerLength),
  };
}
