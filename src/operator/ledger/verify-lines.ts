// Reads lines of a file piece by piece, with the place where to go on: for files of many gigabytes that still grow.
// It must never hand out a line that is not complete, nor hold more than one piece and one line.

import type { FileHandle } from 'node:fs/promises';

export const PIECE_BYTES = 1024 * 1024;
/** No line of ours is near this; a longer one is not ours and would fill the memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

export type Piece = { readonly lines: readonly Buffer[]; readonly next: number };

/**
 * The complete lines (without newline) from `offset` on, as many as fit one piece, but one at least. `lastLineIsWhole`:
 * nobody writes to the file any more, so what stands after the last newline is a line too.
 */
export async function completeLines(
  file: FileHandle,
  offset: number,
  options: { pieceBytes: number; lastLineIsWhole: boolean },
): Promise<Piece> {
  for (let want = options.pieceBytes; want <= MAX_LINE_BYTES; want *= 4) {
    const bytes = await readUpTo(file, offset, want);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) return { lines: split(bytes.subarray(0, end)), next: offset + end };
    if (bytes.length === want) continue; // one line longer than the piece
    const rest = options.lastLineIsWhole && bytes.length > 0;
    return rest ? { lines: [bytes], next: offset + bytes.length } : { lines: [], next: offset };
  }
  throw new RangeError('a line is longer than 64 MiB');
}

async function readUpTo(file: FileHandle, offset: number, want: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(want);
  let have = 0;
  while (have < want) {
    const { bytesRead } = await file.read(bytes, have, want - have, offset + have);
    if (bytesRead === 0) break;
    have += bytesRead;
  }
  return bytes.subarray(0, have);
}

function split(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, at);
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}
