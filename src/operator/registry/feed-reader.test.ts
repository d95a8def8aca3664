// However the bytes arrive, the same lines come out; and nothing endless is kept.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BITMAP_BYTES, FeedReader, LINE_LIMIT_BYTES } from './feed-reader.ts';

/** A body in pieces of these sizes, over and over. */
async function* pieces(body: Buffer, sizes: number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < body.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    yield body.subarray(at, at + size);
    at += size;
  }
}
const readerOf = (body: string | Buffer, sizes = [65_536]) =>
  new FeedReader(pieces(Buffer.from(body), sizes));
const place = (most: number, firstLine = 1) => ({ index: (firstLine - 1) / 10_000, firstLine, most });
const linesOf = ({ frame }: { frame: Buffer }) => frame.subarray(BITMAP_BYTES).toString('latin1');

describe('the body of a feed', () => {
  it('is cut into the manifest and blocks of so many lines', async () => {
    const reader = readerOf('manifest\na\nb\nc\nd\n', [3]);
    expect(await reader.manifest()).toBe('manifest');
    const first = await reader.block(place(3));
    expect([first.lines, first.index, first.firstLine, linesOf(first)]).toEqual([3, 0, 1, 'a\nb\nc\n']);
    expect(await reader.isAtEnd()).toBe(false);
    expect(linesOf(await reader.block(place(3)))).toBe('d\n');
    expect(await reader.isAtEnd()).toBe(true);
  });

  it('may lack its last newline, and may be short', async () => {
    const reader = readerOf('m\na\nb');
    await reader.manifest();
    const block = await reader.block(place(10));
    expect([block.lines, linesOf(block)]).toEqual([2, 'a\nb']);
    expect((await readerOf('m\n').block(place(1))).lines).toBe(1);
    const empty = readerOf('');
    expect(await empty.manifest()).toBe('');
    expect((await empty.block(place(5))).lines).toBe(0);
  });

  it('leaves room for the bitmap, in zeros', async () => {
    const reader = readerOf('m\na\n');
    await reader.manifest();
    const { frame } = await reader.block(place(1));
    expect(frame.subarray(0, BITMAP_BYTES).equals(Buffer.alloc(BITMAP_BYTES))).toBe(true);
  });

  it('is the same however it arrives', async () => {
    const line = fc.string({ maxLength: 30 }).map((text) => text.replaceAll('\n', ''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 20 }),
        async (lines, sizes, most) => {
          const body = Buffer.from(`${lines.join('\n')}\n`);
          const reader = readerOf(body, sizes);
          const read = [`${await reader.manifest()}\n`];
          let count = 1;
          while (!(await reader.isAtEnd())) {
            const block = await reader.block(place(most, 1));
            expect(block.lines).toBeLessThanOrEqual(most);
            read.push(block.frame.toString('utf8', BITMAP_BYTES));
            count += block.lines;
          }
          expect(read.join('')).toBe(body.toString());
          expect(count).toBe(lines.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of blocks that grow is kept whole', async () => {
    const long = 'x'.repeat(60_000);
    const body = `m\n${`${long}\n`.repeat(100)}`;
    const reader = readerOf(body, [10_000]);
    await reader.manifest();
    const block = await reader.block(place(100));
    expect(linesOf(block)).toBe(`${long}\n`.repeat(100));
  });
});

describe('what is refused without being kept', () => {
  const afterManifest = async (body: string, sizes?: number[]) => {
    const reader = readerOf(body, sizes);
    await reader.manifest();
    return reader;
  };

  it('a line longer than 64 KiB, wherever it stands', async () => {
    const fits = 'x'.repeat(LINE_LIMIT_BYTES);
    const reader = await afterManifest(`m\n${fits}\n${fits}y\n`, [1000]);
    expect((await reader.block(place(1))).lines).toBe(1);
    await expect(reader.block(place(1, 2))).rejects.toMatchObject({
      code: 'feed-line-too-long',
      extras: { line: 2 },
    });
  });

  it('a line without end, after little more than its limit was read', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('m\na\n');
      for (;;) {
        read += 65_536;
        yield Buffer.alloc(65_536, 120);
      }
    }
    const reader = new FeedReader(endless());
    await reader.manifest();
    await expect(reader.block(place(10))).rejects.toMatchObject({
      code: 'feed-line-too-long',
      extras: { line: 2 },
    });
    expect(read).toBeLessThanOrEqual(3 * 65_536);
  });

  it('a manifest without end', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(1024 * 1024, 120);
    }
    await expect(new FeedReader(endless()).manifest()).rejects.toMatchObject({ code: 'feed-manifest' });
  });

  it('a block larger than 64 MiB', async () => {
    const line = `${'x'.repeat(60_000)}\n`;
    async function* large(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('m\n');
      for (;;) yield Buffer.from(line);
    }
    const reader = new FeedReader(large());
    await reader.manifest();
    await expect(reader.block(place(10_000))).rejects.toMatchObject({
      code: 'feed-block-too-large',
      extras: { block: 0 },
    });
  });
});
