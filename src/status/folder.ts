// The folder of the status page: its log, one file an entry, and the pages made of it. Needs nothing but a disk. It must
// never change or remove an entry.

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonObject, type Unchecked } from '../core/json-object.ts';
import { createShared, replaceShared } from '../lib/durable-file.ts';
import { statusFiles } from './files.ts';
import {
  type BrokenLog,
  EMPTY_HEAD,
  type LogHead,
  nextEntry,
  parseHead,
  readLog,
  type Said,
  type StatusLog,
} from './log.ts';

const LOG = 'log';
const ENTRY_FILE = /^\d{6}\.json$/;
/** Of those who write at the same moment. */
const MOST_TRIES = 10;

const entryFile = (n: number): string => `${String(n).padStart(6, '0')}.json`;

/** The log was changed, shortened or mixed with another: nothing more is said on top of it. */
export class LogBroken extends Error {
  readonly broken: BrokenLog;
  constructor(broken: BrokenLog) {
    super(`entry ${broken.n} of the status log is ${broken.because}`);
    this.name = 'LogBroken';
    this.broken = broken;
  }
}

/** The whole log, checked against itself, against what the folder published last, and against `kept`. */
export async function readStatusLog(folder: string, kept: LogHead = EMPTY_HEAD): Promise<StatusLog> {
  // Published first: an entry is there before the page that shows it, so a log that is read later is never the shorter one.
  const published = await publishedHead(join(folder, 'status.json'));
  const log = readLog(await entryTexts(join(folder, LOG)), [published, kept]);
  if (!('entries' in log)) throw new LogBroken(log);
  return log;
}

/**
 * Adds what `said` makes of the log so far, and publishes.
 * 1 the entry is there    if we crash here, the next one who says something or builds publishes it
 * 2 the pages are there
 */
export async function say(folder: string, said: (log: StatusLog) => Said, at: string): Promise<StatusLog> {
  await mkdir(join(folder, LOG), { recursive: true, mode: 0o755 });
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const log = await readStatusLog(folder);
    const path = join(folder, LOG, entryFile(log.head.entries + 1));
    if (await createShared(path, nextEntry(log, said(log), at))) return publish(folder);
  }
  throw new Error('too many write to the status folder at once');
}

/** Makes the pages of the log. Whoever comes second publishes more, so the first looks once more when done. */
export async function publish(folder: string, write = writePages): Promise<StatusLog> {
  for (let log = await readStatusLog(folder); ; ) {
    await write(folder, log);
    const now = await readStatusLog(folder);
    if (now.head.entries === log.head.entries) return log;
    log = now;
  }
}

/** Log and pages in another folder, to be served elsewhere. What stands there already must be the beginning of this log. */
export async function exportTo(out: string, folder: string): Promise<StatusLog> {
  const log = await readStatusLog(folder, await publishedHead(join(out, 'status.json')));
  await mkdir(join(out, LOG), { recursive: true, mode: 0o755 });
  for (const { n } of log.entries) {
    const name = join(LOG, entryFile(n));
    await replaceShared(join(out, name), await readFile(join(folder, name)));
  }
  await writePages(out, log);
  return log;
}

export async function writePages(folder: string, log: StatusLog): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const [name, content] of statusFiles(log)) await replaceShared(join(folder, name), content);
}

/** Where the log ended when this status.json was published; an empty log when there is none. */
export async function publishedHead(file: string): Promise<LogHead> {
  const text = await readFile(file, 'utf8').catch(noFile);
  if (text === null) return EMPTY_HEAD;
  const published: Unchecked<'log'> | null = jsonObject(text);
  const head = published && parseHead(published.log);
  if (!head) throw new LogBroken({ n: 0, because: 'unreadable' });
  return head;
}

/** Up to the first that is missing. */
async function entryTexts(folder: string): Promise<(string | undefined)[]> {
  const names = ((await readdir(folder).catch(noFile)) ?? []).filter((name) => ENTRY_FILE.test(name));
  const texts: (string | undefined)[] = [];
  while (texts.length < names.length && !texts.includes(undefined)) {
    const text = await readFile(join(folder, entryFile(texts.length + 1)), 'utf8').catch(noFile);
    texts.push(text ?? undefined);
  }
  return texts;
}

function noFile(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
