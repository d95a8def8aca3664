// The vault's diary on a real disk: its chain, what is on disk when a wait ends, and how it comes back after being
// killed, cut, altered, or unable to write.

import { hash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { ManualClock } from '../lib/clock.ts';
import {
  FIRST_PREV,
  Journal,
  type JournalFacts,
  type JournalLine,
  journalTexts,
  readJournal,
} from './journal.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-01T08:00:00.000Z');
const FIRST_DAY = 'journal-2026-03-01.ndjson';
const SECOND_DAY = 'journal-2026-03-02.ndjson';

const opened = (i: number): JournalFacts => ({
  do: 'open',
  client: 'software-claire',
  account: 'claire',
  structure: 'S-1',
  profession: 'pharmacist',
  insurer: '0999000101',
  evidence: 'member-number',
  door: `door-${i}`,
  fields: `fields-${i}`,
});

function home() {
  const directory = join(tempDir(), 'journal');
  const clock = new ManualClock(START_MS);
  return {
    directory,
    clock,
    file: (name: string) => join(directory, name),
    text: (name: string) => readFileSync(join(directory, name), 'utf8'),
    /** Opens it as a start does; `lines` is what it was told about the past. */
    async open() {
      const lines: JournalLine[] = [];
      const journal = await Journal.open(directory, clock, (line) => lines.push(line));
      return { journal, lines };
    },
  };
}

/** The chain as a stranger would check it: bytes, numbers, digests. */
function checkChain(directory: string): number {
  const names = readdirSync(directory).sort();
  let previous = FIRST_PREV;
  let n = 0;
  for (const text of names.flatMap((name) =>
    readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1),
  )) {
    const line = JSON.parse(text) as JournalLine;
    n += 1;
    expect(line.n).toBe(n);
    expect(line.prev).toBe(previous);
    previous = hash('sha256', text, 'hex');
  }
  return n;
}

/** What every FileHandle of Node inherits from, to watch or hold its calls. */
async function fileHandles(): Promise<{ datasync(): Promise<void> }> {
  const handle = await open(import.meta.filename);
  await handle.close();
  return Object.getPrototypeOf(handle) as { datasync(): Promise<void> };
}

describe('a journal that is written', () => {
  it('numbers its lines without a gap and chains them across days, closings and openings', async () => {
    const { directory, clock, open: start, file } = home();
    for (let day = 0; day < 3; day += 1) {
      const { journal, lines } = await start();
      expect(lines.map((line) => line.n)).toEqual(Array.from({ length: day * 5 }, (_, i) => i + 1));
      for (let i = 0; i < 5; i += 1) expect(journal.append(opened(i))).toBe(day * 5 + i + 1);
      await journal.flushed();
      clock.advance(DAY_MS);
      await journal.close();
    }
    expect(readdirSync(directory)).toHaveLength(3);
    expect(checkChain(directory)).toBe(15);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(file(FIRST_DAY)).mode & 0o777).toBe(0o600);
  });

  it('goes into the file of the day on which it is flushed, and never back into an older one', async () => {
    const { directory, clock, open: start, text } = home();
    const { journal } = await start();
    journal.append(opened(1));
    await journal.flushed();
    clock.advance(DAY_MS);
    journal.append(opened(2));
    await journal.flushed();
    clock.advance(-DAY_MS);
    journal.append(opened(3));
    await journal.close();
    // Restarted while the clock is still wrong: a line in the older file would break the chain for good.
    const { journal: restarted } = await start();
    restarted.append(opened(4));
    await restarted.close();
    expect(text(FIRST_DAY).split('\n').slice(0, -1)).toHaveLength(1);
    expect(text(SECOND_DAY).split('\n').slice(0, -1)).toHaveLength(3);
    expect(checkChain(directory)).toBe(4);
    expect((await start()).lines).toHaveLength(4);
  });

  it('has a line on disk, synced, before anybody who waits for it goes on', async () => {
    const { open: start, text } = home();
    const { journal } = await start();
    journal.append({ do: 'start' });
    await journal.flushed();
    const handles = await fileHandles();
    const datasync = handles.datasync;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    vi.spyOn(handles, 'datasync').mockImplementation(async function (this: typeof handles) {
      await held;
      return datasync.call(this);
    });
    journal.append(opened(1));
    let resolved = false;
    const waiting = journal.flushed().then(() => {
      resolved = true;
    });
    await vi.waitUntil(() => text(FIRST_DAY).includes('door-1'), { interval: 1 });
    expect(resolved).toBe(false); // written, but not synced yet
    release();
    await waiting;
    await journal.close();
  });

  it('costs one fdatasync for all who wait together, and keeps nobody waiting for those who come later', async () => {
    const { open: start, text } = home();
    const { journal } = await start();
    journal.append({ do: 'start' });
    await journal.flushed();
    const syncs = vi.spyOn(await fileHandles(), 'datasync');
    const flushed = async (i: number) => {
      const n = journal.append(opened(i));
      await journal.flushed();
      expect(text(FIRST_DAY)).toContain(`{"n":${n},`);
    };
    await Promise.all(Array.from({ length: 200 }, (_, i) => flushed(i)));
    expect(syncs.mock.calls.length).toBeLessThanOrEqual(2); // the first alone, then everybody else
    // Others append in every turn of the event loop; one who waits gets through with the flush that holds his line.
    syncs.mockClear();
    let waiting = true;
    const first = flushed(0).finally(() => {
      waiting = false;
    });
    for (let turn = 0; waiting && turn < 1_000; turn += 1) {
      journal.append(opened(turn));
      void journal.flushed();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(syncs.mock.calls.length).toBeLessThanOrEqual(2);
    await first;
    await journal.close();
  });

  it('keeps texts that other readers take for several lines', async () => {
    const { directory, open: start } = home();
    const reason = 'one\u2028two\u2029three\r\nfour\rfive\u0085\ud800';
    const { journal } = await start();
    journal.append({ do: 'lock', lockId: 'L', by: 'sophie', reason });
    journal.append({ do: 'start' });
    await journal.close();
    const { lines } = await start();
    expect(lines).toMatchObject([{ do: 'lock', reason }, { do: 'start' }]);
    const texts: number[] = [];
    for await (const { n } of journalTexts(directory, 1)) texts.push(n);
    expect(texts).toEqual([2]);
  });

  it('takes nothing any more once it is closed', async () => {
    const { journal } = await home().open();
    await journal.close();
    expect(() => journal.append(opened(1))).toThrow('closed');
    await journal.close();
  });
});

describe('a journal whose vault was killed', () => {
  async function written(count: number) {
    const place = home();
    const { journal } = await place.open();
    for (let i = 0; i < count; i += 1) journal.append(opened(i));
    await journal.close();
    return place;
  }

  it('loses the torn last line, wherever it was torn, and goes on with its number', async () => {
    const whole = (await written(3)).text(FIRST_DAY);
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (const at of [lastLine + 1, lastLine + 40, whole.length - 1]) {
      const { directory, open: start, file, text } = await written(3);
      truncateSync(file(FIRST_DAY), at);
      const { journal, lines } = await start();
      expect(lines.map((line) => line.n)).toEqual([1, 2]);
      expect(text(FIRST_DAY)).toBe(whole.slice(0, lastLine));
      expect(journal.append(opened(9))).toBe(3);
      await journal.close();
      expect(checkChain(directory)).toBe(3);
    }
  });

  it('loses a torn line longer than any buffer, and only that', async () => {
    const { open: start, file } = await written(2);
    appendFileSync(file(FIRST_DAY), `{"n":3,"reason":"${'x'.repeat(300_000)}`);
    expect((await start()).lines).toHaveLength(2);
    expect(statSync(file(FIRST_DAY)).size).toBeLessThan(2_000);
  });

  it('opens when the day’s file was made but nothing was written, or nothing but a torn line', async () => {
    const { open: start, file, text } = await written(2);
    writeFileSync(file(SECOND_DAY), '{"n":3,"a');
    expect((await start()).lines).toHaveLength(2);
    expect(text(SECOND_DAY)).toBe('');
    expect((await start()).lines).toHaveLength(2);
  });

  it('has every line that was waited for, and none that was not', async () => {
    const { directory, open: start } = home();
    const { journal } = await start();
    for (let i = 0; i < 50; i += 1) journal.append(opened(i));
    await journal.flushed();
    journal.append(opened(50)); // never flushed: nothing left for it
    expect((await start()).lines).toHaveLength(50);
    expect(checkChain(directory)).toBe(50);
    await journal.close();
  });
});

describe('a journal that was altered', () => {
  it.each([
    ['a changed byte', (lines: string[]) => lines.with(1, String(lines[1]).replace('claire', 'cloire'))],
    ['a missing line', (lines: string[]) => lines.toSpliced(1, 1)],
    ['a missing first line', (lines: string[]) => lines.slice(1)],
    ['two lines changed about', (lines: string[]) => [lines[1], lines[0], ...lines.slice(2)]],
    ['a line twice', (lines: string[]) => [lines[0], lines[0], ...lines.slice(1)]],
    ['an empty line', (lines: string[]) => lines.toSpliced(1, 0, '')],
    ['a line that is no JSON', (lines: string[]) => lines.with(1, 'person 1900175991')],
    ['a line that is no object', (lines: string[]) => lines.with(1, 'null')],
  ])('is refused at open: %s', async (_, alter) => {
    const { open: start, file, text, directory } = home();
    const { journal } = await start();
    for (let i = 0; i < 4; i += 1) journal.append(opened(i));
    await journal.close();
    const lines = alter(text(FIRST_DAY).split('\n').slice(0, -1));
    writeFileSync(file(FIRST_DAY), `${lines.join('\n')}\n`);
    await expect(start()).rejects.toThrow(
      /^the journal's chain is broken at line [1-5] in journal-2026-03-01.ndjson$/,
    );
    await expect(async () => {
      for await (const _line of readJournal(directory));
    }).rejects.toThrow('chain is broken');
  });

  it('is refused at open when a whole day is gone', async () => {
    const { clock, open: start, file } = home();
    for (let day = 0; day < 3; day += 1) {
      const { journal } = await start();
      journal.append(opened(day));
      await journal.close();
      clock.advance(DAY_MS);
    }
    rmSync(file(SECOND_DAY));
    await expect(start()).rejects.toThrow('chain is broken');
  });
});

describe('a journal that cannot be written', () => {
  /** A disk that is full from the second day on. */
  async function fullTomorrow() {
    const place = home();
    const { journal } = await place.open();
    journal.append(opened(1));
    await journal.flushed();
    symlinkSync('/dev/full', place.file(SECOND_DAY));
    place.clock.advance(DAY_MS);
    return { ...place, journal };
  }

  it('fails all who wait for the write, and every later line, until it is opened again', async () => {
    const { directory, journal, open: start, file } = await fullTomorrow();
    journal.append(opened(2));
    const first = journal.flushed();
    journal.append(opened(3)); // arrives while the write is under way
    const second = journal.flushed();
    await expect(first).rejects.toThrow('could not be written: ENOSPC');
    await expect(second).rejects.toThrow('could not be written');
    rmSync(file(SECOND_DAY)); // the disk has room again: what is on it is unknown all the same
    await expect(journal.flushed()).rejects.toThrow('could not be written');
    expect(() => journal.append(opened(4))).toThrow('could not be written');
    await journal.close();
    // The line that came during the failed write was not written after it: that would have broken the chain.
    expect(checkChain(directory)).toBe(1);
    const { journal: restarted, lines } = await start();
    expect(lines).toHaveLength(1);
    expect(restarted.append(opened(5))).toBe(2);
    await restarted.close();
  });

  it('fails in the same way when the file cannot be made', async () => {
    const { clock, open: start, file } = home();
    const { journal } = await start();
    journal.append(opened(1));
    await journal.flushed();
    clock.advance(DAY_MS);
    mkdirSync(file(SECOND_DAY));
    journal.append(opened(2));
    await expect(journal.flushed()).rejects.toThrow('could not be written: EISDIR');
    await expect(journal.flushed()).rejects.toThrow('could not be written');
    await journal.close();
  });
});

it('a journal leaves no file open once it is closed', async () => {
  const { directory, open: start, clock } = home();
  const { journal } = await start();
  for (let day = 0; day < 3; day += 1) {
    journal.append(opened(day));
    await journal.flushed();
    clock.advance(DAY_MS);
  }
  await journal.close();
  const openFiles = readdirSync('/proc/self/fd').map((fd) => targetOf(`/proc/self/fd/${fd}`));
  expect(openFiles.filter((path) => path.startsWith(directory))).toEqual([]);
});

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ''; // closed since it was listed
  }
}
