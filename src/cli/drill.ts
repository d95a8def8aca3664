// `rempart drill`: runs an attack against a complete throw-away platform and prints the score (CONTRACT.md 4).
// Progress on stderr, the score on stdout. Nothing of the platform is left, Ctrl-C included.

import { access, constants, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isProfession, PROFESSIONS } from '../core/care-domains.ts';
import type { DrillRequest } from '../drills/run.ts';
import { DRILLS, runDrill } from '../drills/run.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

/** Beyond this a drill would need more memory and hours than a drill is worth. */
const MOST_PEOPLE = 1_000_000;
const LATER = ['sudden-stop', 'former-operator'];

const USAGE = `Usage: rempart drill NAME --people N --seed S [options]
  NAME: ${Object.keys(DRILLS).join(', ')}
  --people N            fictitious people, 1,000 to ${MOST_PEOPLE.toLocaleString('en-US')}; the sites of the country in the same share
  --seed S              any text; the same seed gives the same people, the same day and the same thieves
  --stolen-accounts K   so many accounts stolen together (1)
  --rate N              queries an hour and account (5, 20, 100, 1000 and 20000, one run each); careful: as fast as the
                        guard's own tables let a stranger pass unnoticed
  --profession P        whose session is stolen (pharmacist): ${Object.keys(PROFESSIONS).join(', ')}
  --days D              malware that stays for so many days and sees every new sign-in (1: one session, no new sign-in)
  --html FILE           a report of one page, in French and English (attempts and their results in English)
Starts a platform of its own with a simulated clock; the demo is not touched.
`;

const TEXT = { type: 'string' } as const;
const OPTIONS = {
  people: TEXT,
  seed: TEXT,
  'stolen-accounts': TEXT,
  rate: TEXT,
  profession: TEXT,
  days: TEXT,
  html: TEXT,
};

/** Exit code: 0 the drill ran, whatever it showed; 1 it could not; 2 wrong usage. `argv` is what follows `drill`. */
export function drillCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { request, html } = readRequest(argv, io);
    if (html !== null) await mustBeWritable(html); // before the minutes that a drill takes, not after them
    const stop = new AbortController();
    const onSignal = () => stop.abort();
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    try {
      const { score, page } = await runDrill({ ...request, signal: stop.signal });
      io.stdout(`${JSON.stringify(score, null, io.json ? 0 : 2)}\n`);
      if (html !== null) await writeFile(html, page);
      return 0;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      io.stderr('drill: stopped; nothing is left of it\n');
      return 1;
    } finally {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    }
  });
}

async function mustBeWritable(html: string): Promise<void> {
  const folder = dirname(resolve(html));
  await access(folder, constants.W_OK).catch(() => {
    throw new UsageError(`--html: nothing can be written in ${folder}`);
  });
}

function readRequest(
  argv: string[],
  io: CliIo,
): { request: Omit<DrillRequest, 'signal'>; html: string | null } {
  const { values, words } = readOptions(argv, OPTIONS);
  const [name = '', ...more] = words;
  if (LATER.includes(name)) throw new UsageError(`the drill ${name} comes with a later issue`);
  if (!Object.hasOwn(DRILLS, name) || more.length > 0) {
    const said = words.length === 0 ? 'no drill is named' : `there is no drill “${words.join(' ')}”`;
    throw new UsageError(`${said}; one of ${Object.keys(DRILLS).join(', ')}`);
  }
  const { seed, rate, profession = 'pharmacist', html } = values;
  if (typeof seed !== 'string' || seed === '') throw new UsageError('--seed is missing');
  if (!isProfession(profession))
    throw new UsageError(`--profession must be one of ${Object.keys(PROFESSIONS).join(', ')}`);
  return {
    request: {
      name: name as DrillRequest['name'],
      people: wholeNumber('people', values['people'], { from: 1_000, to: MOST_PEOPLE }),
      seed,
      stolenAccounts: wholeNumber('stolen-accounts', values['stolen-accounts'] ?? '1', {
        from: 1,
        to: 2_000,
      }),
      rates: rate === undefined ? null : [rateOf(rate)],
      profession,
      days: wholeNumber('days', values['days'] ?? '1', { from: 1, to: 30 }),
      postgresUrl: null,
      sealThreads: 2,
      io,
    },
    html: typeof html === 'string' ? html : null,
  };
}

function rateOf(rate: string | boolean): number | 'careful' {
  return rate === 'careful' ? rate : wholeNumber('rate', rate, { from: 1, to: 1_000_000 });
}

function wholeNumber(name: string, value: unknown, { from, to }: { from: number; to: number }): number {
  const number = typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= from && number <= to))
    throw new UsageError(`--${name} must be a whole number from ${from} to ${to}`);
  return number;
}
