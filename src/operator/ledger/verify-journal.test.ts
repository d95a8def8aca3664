// The journal's reader: what is kept of the checkpoints when there are very many, and files that still grow.

import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { chain } from './verify-fixture.ts';
import { JournalCheckpoints, type JournalFollower, JournalReader } from './verify-journal.ts';
import { journalDirectory } from './verify-journal-dir.ts';

const rootAt = (size: number) => Buffer.alloc(32, size % 251);

describe('the checkpoints of a long journal', () => {
  it('are compared in order and let go', () => {
    const checkpoints = new JournalCheckpoints();
    for (const size of [3, 5, 9]) expect(checkpoints.add(size, rootAt(size))).toBe(true);
    expect(checkpoints.nextSize()).toBe(3);
    expect(checkpoints.take(2)).toBeNull();
    expect(checkpoints.take(3)).toEqual(rootAt(3));
    expect(checkpoints.take(7)).toBeNull(); // 5 came too late to be compared
    expect(checkpoints.take(9)).toEqual(rootAt(9));
    expect(checkpoints.nextSize()).toBeNull();
    expect([checkpoints.earlierSize, checkpoints.lastSize]).toEqual([5, 9]);
  });

  it('are thinned out beyond a bound, the newest always kept, each with its own root', () => {
    const checkpoints = new JournalCheckpoints(8);
    for (let size = 1; size <= 1000; size += 1) checkpoints.add(size, rootAt(size));
    const kept: number[] = [];
    for (let next = checkpoints.nextSize(); next !== null; next = checkpoints.nextSize()) {
      expect(checkpoints.take(next)).toEqual(rootAt(next));
      kept.push(next);
    }
    expect(kept.length).toBeLessThanOrEqual(8);
    expect(kept.at(-1)).toBe(1000);
  });

  it('may repeat the last one, but not shrink or differ', () => {
    const checkpoints = new JournalCheckpoints();
    expect(checkpoints.add(5, rootAt(5))).toBe(true);
    expect(checkpoints.add(5, rootAt(5))).toBe(true);
    expect(checkpoints.add(5, rootAt(6))).toBe(false);
    expect(checkpoints.add(4, rootAt(4))).toBe(false);
    expect(checkpoints.lastSize).toBe(5);
  });
});

describe('a journal directory', () => {
  let directory = '';
  const lines = chain(
    Array.from({ length: 40 }, (_, i) => ({
      at: `2026-03-0${1 + Math.floor(i / 15)}T08:00:00.000Z`,
      do: 'open',
      evidence: i % 2 === 0 ? 'card' : 'engagement', // both are owed an entry
    })),
  );
  const file = (day: number) => join(directory, `journal-2026-03-0${day}.ndjson`);
  const text = (from: number, to: number) =>
    lines
      .slice(from, to)
      .map((line) => `${line}\n`)
      .join('');
  const all = async (follower: JournalFollower) => {
    const got: string[] = [];
    for (let next = await follower.next(); next !== null; next = await follower.next()) {
      got.push(...next.map((line) => Buffer.from(line).toString()));
    }
    return got;
  };

  beforeEach(() => {
    directory = join(tempDir(), 'journal');
    mkdirSync(directory);
  });

  it('is read over all its files in order of their days', async () => {
    writeFileSync(file(3), text(30, 40));
    writeFileSync(file(1), text(0, 15));
    writeFileSync(file(2), text(15, 30));
    writeFileSync(join(directory, 'journal-2026-03-01.ndjson.bak'), 'not ours\n');
    expect(await all(journalDirectory(directory).follow())).toEqual(lines);
  });

  it('goes on where it stopped: more lines, a torn line completed, a new day', async () => {
    const follower = journalDirectory(directory).follow();
    expect(await follower.next()).toBeNull();
    writeFileSync(file(1), text(0, 5) + (lines[5] ?? '').slice(0, 20));
    expect(await all(follower)).toEqual(lines.slice(0, 5));
    appendFileSync(file(1), `${(lines[5] ?? '').slice(20)}\n${text(6, 15)}`);
    expect(await all(follower)).toEqual(lines.slice(5, 15));
    writeFileSync(file(2), text(15, 30));
    expect(await all(follower)).toEqual(lines.slice(15, 30));
  });

  it('hands out a torn line once a later file shows that nobody will complete it', async () => {
    writeFileSync(file(1), `${text(0, 5)}{"n":6,`);
    writeFileSync(file(2), text(6, 8));
    const reader = new JournalReader(journalDirectory(directory), 0);
    await reader.read();
    expect(reader.failure).toMatchObject({ code: 'journal-malformed', detail: { after: 5 } });
  });

  it('keeps its chain over files, and misses a file that is gone', async () => {
    for (const day of [1, 2, 3]) writeFileSync(file(day), text((day - 1) * 15, day * 15));
    const whole = new JournalReader(journalDirectory(directory), 0);
    await whole.read();
    expect([whole.failure, whole.last, whole.doors]).toEqual([null, 40, 40]);
    rmSync(file(2));
    const holed = new JournalReader(journalDirectory(directory), 0);
    await holed.read();
    expect([holed.failure?.code, holed.last]).toEqual(['journal-broken', 15]);
  });

  it('that does not exist has no lines', async () => {
    expect(await all(journalDirectory(join(directory, 'none')).follow())).toEqual([]);
  });

  it('with one line longer than a piece of a file is read', async () => {
    const long = `${'x'.repeat(3_000_000)}\n`;
    writeFileSync(file(1), `short\n${long}end\n`);
    expect((await all(journalDirectory(directory).follow())).map((line) => line.length)).toEqual([
      5, 3_000_000, 3,
    ]);
  });
});
