// `rempart people`: writes a feed of fictitious people and families to a file (CONTRACT.md 1).
// It knows demo insurers only and talks to no server: what it writes is no real person's, and stays a file.

import { parseAmcNo } from '../core/ids.ts';
import { writeFeedFile } from '../demo/feed-file.ts';
import { ALL_DEMO_INSURERS, EMPTY_DEMO_INSURER } from '../demo/insurers.ts';
import type { PeopleBlock, PeopleOptions } from '../demo/people.ts';
import { MAX_PEOPLE, peopleBlocks } from '../demo/people.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart people --count N --seed S --out FILE [--insurer AMC] [--canaries N] [--json]
  --count N      people in all, 1 to ${MAX_PEOPLE}
  --seed S       any text; the same seed gives the same file
  --out FILE     the feed to write; an older file of that name is replaced
  --insurer AMC  a demo insurer, ${EMPTY_DEMO_INSURER.amcNo} unless told: ${knownInsurers()}
  --canaries N   so many of each 10,000 lines are fake insured whose look-up is an alarm; 0 unless told
`;

/** A run shorter than this needs no progress; a longer one says something as often. */
const PROGRESS_EVERY_MS = 2000;

/** Exit code: 0 written, 1 failed, 2 wrong usage. `argv` is what follows `people`. */
export function peopleCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, () => writeUnlessStopped(readRequest(argv), io));
}

type Request = { file: string; people: PeopleOptions };

function readRequest(argv: string[]): Request {
  const text = { type: 'string' } as const;
  const options = { count: text, seed: text, out: text, insurer: text, canaries: text };
  const { values, words } = readOptions(argv, options);
  const { count, seed, out, insurer = EMPTY_DEMO_INSURER.amcNo, canaries = '0' } = values;
  if (words.length > 0) throw new UsageError(`${words.join(' ')} is not understood`);
  if (typeof count !== 'string' || !/^[1-9]\d{0,8}$/.test(count) || Number(count) > MAX_PEOPLE) {
    throw new UsageError(`--count must be a whole number from 1 to ${MAX_PEOPLE}`);
  }
  if (typeof seed !== 'string' || seed === '') throw new UsageError('--seed is missing');
  if (typeof out !== 'string' || out === '') throw new UsageError('--out is missing');
  const known = ALL_DEMO_INSURERS.find(({ amcNo }) => amcNo === parseAmcNo(insurer));
  if (known === undefined) throw new UsageError(`--insurer must be one of ${knownInsurers()}`);
  if (typeof canaries !== 'string' || !/^\d{1,4}$/.test(canaries)) {
    throw new UsageError('--canaries must be a whole number from 0 to 9999');
  }
  const { amcNo, convType, csr } = known;
  const people = {
    seed,
    count: Number(count),
    insurer: { amcNo, convType, csr },
    canaries: Number(canaries),
  };
  return { file: out, people };
}

/** Ctrl-C on a long run removes what was written so far. */
async function writeUnlessStopped(request: Request, io: CliIo): Promise<number> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    await writePeople(request, interrupt.signal, io);
    return 0;
  } catch (error) {
    if (!isExpected(error)) throw error;
    reportFailure(error, request.file, io);
    return 1;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function knownInsurers(): string {
  return ALL_DEMO_INSURERS.map(({ amcNo }) => amcNo).join(', ');
}

async function writePeople({ file, people }: Request, signal: AbortSignal, io: CliIo): Promise<void> {
  const startedAt = io.now();
  const tally = { households: 0 };
  const bytes = await writeFeedFile({
    file,
    insurer: people.insurer.amcNo,
    count: people.count,
    blocks: counted(peopleBlocks(people), tally),
    onProgress: progress(people.count, startedAt, io),
    signal,
  });
  const seconds = Math.round((io.now() - startedAt) / 10) / 100;
  const result = { file, people: people.count, households: tally.households, seconds, bytes };
  if (io.json) io.stdout(`${JSON.stringify(result)}\n`);
  else {
    const who = `${grouped(result.people)} people in ${grouped(result.households)} households`;
    io.stdout(`${who} written to ${file}: ${grouped(bytes)} bytes in ${seconds} s.\n`);
  }
}

function* counted(blocks: Iterable<PeopleBlock>, tally: { households: number }): Generator<PeopleBlock> {
  for (const block of blocks) {
    tally.households += block.households;
    yield block;
  }
}

/** Says how far a long run is: rate so far and the time left at that rate. */
function progress(count: number, startedAt: number, io: CliIo): (lines: number) => void {
  let saidAt = startedAt;
  return (lines) => {
    const now = io.now();
    if (now - saidAt < PROGRESS_EVERY_MS || lines === count) return;
    saidAt = now;
    const perSecond = lines / ((now - startedAt) / 1000);
    const left = Math.ceil((count - lines) / perSecond);
    const share = Math.floor((lines / count) * 100);
    const pace = `${grouped(Math.round(perSecond))} a second, ${left} s left`;
    io.stderr(`${grouped(lines)} of ${grouped(count)} people (${share} %), ${pace}\n`);
  };
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

/** The file system said no, or somebody stopped the run. Anything else is a mistake of ours and passes through. */
function isExpected(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'AbortError' || 'syscall' in error);
}

function reportFailure(error: Error, file: string, io: CliIo): void {
  const stopped = error.name === 'AbortError';
  const code = stopped ? 'stopped' : 'file-not-written';
  const detail = stopped ? `Stopped: ${file} was not written.` : `${file} was not written: ${error.message}`;
  if (io.json) {
    const type = `urn:rempart:problem:${code}`;
    io.stdout(`${JSON.stringify({ type, title: 'The feed was not written.', code, detail })}\n`);
  } else {
    io.stderr(`${detail}\n`);
  }
}
