// Frames over any chunking of a stream: the same frames, in order, and nothing kept of what cannot be one.

import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_LIMIT_BYTES, type Frame, FrameReader, writeFrame } from './frames.ts';

/** What `writeFrame` puts on the wire. */
function written(header: unknown, bytes: Uint8Array | null): Buffer {
  const wire = new PassThrough();
  writeFrame(wire as unknown as Socket, header, bytes ? [bytes] : []);
  return (wire.read() as Buffer | null) ?? Buffer.alloc(0);
}

function read(chunks: readonly Buffer[]): Frame[] {
  const reader = new FrameReader();
  return chunks.flatMap((chunk) => [...reader.push(chunk)]);
}

const frame = fc.record({
  header: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  bytes: fc.uint8Array({ maxLength: 40 }),
});
const frames = fc.array(frame, { maxLength: 6 });

const length = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

describe('frames', () => {
  it('come out as they went in, however the stream was cut', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(frames, cuts, (sent, sizes) => {
        const wire = Buffer.concat(sent.map(({ header, bytes }) => written(header, bytes)));
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < wire.length; i += 1) {
          const size = i < 1_000 ? (sizes[i % sizes.length] ?? 1) : wire.length;
          chunks.push(wire.subarray(at, at + size));
          at += size;
        }
        const received = read(chunks).map(({ header, bytes }) => ({ header, bytes: new Uint8Array(bytes) }));
        expect(received).toEqual(sent);
      }),
      { numRuns: 150 },
    );
  });

  it('are given out as soon as they are whole, not before', () => {
    const wire = written({ id: 1 }, Buffer.from('attached'));
    const reader = new FrameReader();
    for (let at = 0; at < wire.length - 1; at += 1)
      expect([...reader.push(wire.subarray(at, at + 1))]).toEqual([]);
    expect([...reader.push(wire.subarray(-1))]).toEqual([
      { header: { id: 1 }, bytes: Buffer.from('attached') },
    ]);
  });

  it.each([
    ['an impossible length', length(3)],
    ['a length of nothing', length(0)],
    ['a length beyond the limit', length(FRAME_LIMIT_BYTES + 1)],
    ['the largest length there is', length(0xffff_ffff)],
    ['a header longer than the frame', Buffer.concat([length(4), length(1)])],
    ['a header that is no JSON', Buffer.concat([length(5), length(1), Buffer.from('{')])],
  ])('of %s throw at once, and those before it still count', (_, bad) => {
    const reader = new FrameReader();
    const received: unknown[] = [];
    expect(() => {
      for (const { header } of reader.push(Buffer.concat([written('good', null), bad])))
        received.push(header);
    }).toThrow();
    expect(received).toEqual(['good']);
  });

  it('larger than the peer takes are not sent, not even in part', () => {
    const wire = new PassThrough();
    const room = FRAME_LIMIT_BYTES - 4 - 2;
    const attachment = (byteLength: number) => ({ byteLength }) as Uint8Array;
    expect(() => writeFrame(wire as unknown as Socket, {}, [attachment(room + 1)])).toThrow(RangeError);
    expect(wire.read()).toBeNull();
  });
});
