// The feed file: a manifest that tells the truth, memory that does not grow, and never half a file under its name.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { demoFeedLines } from './demo-people.ts';
import type { FeedBlock } from './feed-file.ts';
import { blocksOfLines, writeFeedFile } from './feed-file.ts';
import { EMPTY_DEMO_INSURER } from './insurers.ts';
import { peopleBlocks, personLines } from './people.ts';

const insurer = EMPTY_DEMO_INSURER.amcNo;
const some = (count: number) => ({ seed: '1', insurer: EMPTY_DEMO_INSURER, count });
const newFile = (): string => join(tempDir(), 'feed.ndjson');
const contentsOf = (file: string): string[] => readdirSync(join(file, '..'));

describe('the file', () => {
  it('begins with a manifest whose hashes are those of each 10,000 lines, newlines included', async () => {
    const file = newFile();
    const bytes = await writeFeedFile({ file, insurer, count: 25_001, blocks: peopleBlocks(some(25_001)) });
    const text = readFileSync(file, 'utf8');
    expect(text.length).toBe(bytes);
    expect(text.endsWith('}\n')).toBe(true);
    const [manifest, ...lines] = text.slice(0, -1).split('\n');
    const blocks = [0, 10_000, 20_000].map((from) => {
      const block = lines.slice(from, from + 10_000).map((line) => `${line}\n`);
      return createHash('sha256').update(block.join('')).digest('hex');
    });
    expect(JSON.parse(manifest ?? '')).toEqual({
      type: 'manifest',
      insurer: '0999000190',
      kind: 'full',
      seq: 1,
      count: 25_001,
      sentAt: '2026-11-01T06:00:00Z',
      blocks,
    });
    expect(lines).toEqual([...personLines(some(25_001))]);
  });

  it('can be made of lines at hand', async () => {
    const file = newFile();
    const lines = demoFeedLines('0999000101');
    await writeFeedFile({ file, insurer: '0999000101', count: lines.length, blocks: blocksOfLines(lines) });
    const [manifest, ...written] = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(written).toEqual(lines);
    expect(manifest).toContain(
      createHash('sha256')
        .update(`${lines.join('\n')}\n`)
        .digest('hex'),
    );
  });

  it('cuts lines at hand into blocks of 10,000', () => {
    const blocks = blocksOfLines(Array<string>(20_001).fill('{}'));
    expect(blocks.map(({ lines, bytes }) => [lines, bytes.length])).toEqual([
      [10_000, 30_000],
      [10_000, 30_000],
      [1, 3],
    ]);
  });

  it('appears under its name only when it is whole, and replaces an older one', async () => {
    const file = newFile();
    let seenEarly = false;
    const onProgress = (): void => {
      seenEarly ||= existsSync(file);
    };
    await writeFeedFile({ file, insurer, count: 20_000, blocks: peopleBlocks(some(20_000)), onProgress });
    expect(seenEarly).toBe(false);
    await writeFeedFile({ file, insurer, count: 10, blocks: peopleBlocks(some(10)) });
    expect(readFileSync(file, 'utf8').split('\n').length).toBe(12);
    expect(contentsOf(file)).toEqual(['feed.ndjson']);
  });

  it('is written in memory that does not grow with it', async () => {
    const file = newFile();
    const before = process.memoryUsage.rss();
    let peak = before;
    const onProgress = (): void => {
      peak = Math.max(peak, process.memoryUsage.rss());
    };
    const bytes = await writeFeedFile({
      file,
      insurer,
      count: 300_000,
      blocks: peopleBlocks(some(300_000)),
      onProgress,
    });
    expect(bytes).toBeGreaterThan(200_000_000);
    expect(peak - before).toBeLessThan(150_000_000);
  });
});

describe('a failure leaves the older file as it was, and nothing beside it', () => {
  const block = (lines: number): FeedBlock => ({ lines, bytes: Buffer.from('{}\n'.repeat(lines)) });

  async function failure(feed: {
    count: number;
    blocks: Iterable<FeedBlock>;
    signal?: AbortSignal;
  }): Promise<unknown> {
    const file = newFile();
    writeFileSync(file, 'older');
    const error = await writeFeedFile({ file, insurer, ...feed }).catch((reason: unknown) => reason);
    expect(readFileSync(file, 'utf8')).toBe('older');
    expect(contentsOf(file)).toEqual(['feed.ndjson']);
    return error;
  }

  it.each([
    ['fewer lines than announced', 10, [block(9)]],
    ['more lines than announced', 10, [block(11)]],
    ['a block fewer than announced', 20_000, [block(10_000)]],
    ['a short block before the last', 20_000, [block(9_999), block(10_001)]],
    ['a block twice as long', 20_000, [block(20_000)]],
  ])('when there is %s', async (_, count, blocks) => {
    expect(await failure({ count, blocks })).toBeInstanceOf(Error);
  });

  it('when the lines cannot be made', async () => {
    const broken = new Error('no more people');
    function* blocks(): Generator<FeedBlock> {
      yield block(10_000);
      throw broken;
    }
    expect(await failure({ count: 20_000, blocks: blocks() })).toBe(broken);
  });

  it('when it is stopped', async () => {
    const stop = new AbortController();
    function* blocks(): Generator<FeedBlock> {
      yield block(10_000);
      stop.abort();
      yield block(10_000);
    }
    const error = await failure({ count: 20_000, blocks: blocks(), signal: stop.signal });
    expect(error).toHaveProperty('name', 'AbortError');
  });
});
