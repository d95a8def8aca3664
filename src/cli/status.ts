// `rempart status`: says on the status page what stands how, and since when. Needs a folder and a clock: no network, no
// database, no other process. It must never write on top of a log that does not hold.

import { readEnv } from '../config/env.ts';
import { statusDirectory } from '../config/status-config.ts';
import { timestamp } from '../lib/clock.ts';
import { instantOf } from '../status/clock-time.ts';
import { exportTo, LogBroken, publish, publishedHead, readStatusLog, say } from '../status/folder.ts';
import { isMessage, type Message, type Said, type StatusLog } from '../status/log.ts';
import { isPublicScope, isState, STATES, suits } from '../status/scopes.ts';
import { headline } from '../status/sentences.ts';
import { type Story, storyOf } from '../status/story.ts';
import { currentPaths } from './demo-world.ts';
import { type CliIo, printProblem } from './io.ts';
import { fileProblem, problem } from './problem.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart status set --state STATE --next-update WHEN [--scope SCOPE] [--since WHEN] [MESSAGE]
       rempart status note MESSAGE [--next-update WHEN]      one more message; during an incident with the next update
       rempart status resolve [MESSAGE]                      everything works again: the incident is over
       rempart status build [--out DIR]                      makes the pages anew; or log and pages in another folder
       rempart status verify [--kept FILE]                   is the log whole? and does it continue that status.json?
  --state      ${STATES.join(', ')}
  --scope      platform (default), profession:pharmacist …, insurer:AMC, feeds (insurers’ deliveries), members (their space)
  --since      when it began, if that was before now
  --next-update  when readers will be told more: needed unless the state is open
  MESSAGE      --message-fr TEXT --message-en TEXT, one paragraph each, for everybody: never about a person;
               without them readers get the usual sentence
  WHEN         11:30 (Paris, the next one; with --since the last one) or 2026-12-01T10:30:00Z
  --directory DIR  the folder (default: STATUS_DIRECTORY, or the demo's)
`;

const OPTIONS = {
  directory: { type: 'string' },
  scope: { type: 'string' },
  state: { type: 'string' },
  since: { type: 'string' },
  'message-fr': { type: 'string' },
  'message-en': { type: 'string' },
  'next-update': { type: 'string' },
  out: { type: 'string' },
  kept: { type: 'string' },
} as const;
type Given = Readonly<Partial<Record<keyof typeof OPTIONS, string>>>;

/** Refused because of what the log says so far. */
class Refused extends Error {
  readonly code: string;
  constructor(code: string, title: string) {
    super(title);
    this.code = code;
  }
}

/** Exit code: 0 said, 1 refused (the page is as it was), 2 wrong usage. */
export function statusCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, OPTIONS);
    const [verb = '', ...more] = words;
    if (more.length > 0) throw new UsageError(`"${more[0]}" is not an option`);
    const act = Object.hasOwn(ACTS, verb) ? ACTS[verb] : undefined;
    if (!act) throw new UsageError('say set, note, resolve, build or verify');
    const given = values as Given;
    const extra = Object.keys(given).find((name) => name !== 'directory' && !act.takes.includes(name));
    if (extra !== undefined) throw new UsageError(`${verb} takes no --${extra}`);
    const directory = given.directory ?? statusDirectory(readEnv()) ?? currentPaths().status;
    try {
      const log = await act.run(directory, given, io.now());
      io.stdout(`${JSON.stringify(factsOf(log, given.out ?? directory), null, io.json ? 0 : 2)}\n`);
      return 0;
    } catch (error) {
      return printProblem(problemOf(error), io);
    }
  });
}

type Act = {
  takes: readonly string[];
  run(directory: string, given: Given, nowMs: number): Promise<StatusLog>;
};

const MESSAGE = ['message-fr', 'message-en'];

const ACTS: Readonly<Record<string, Act>> = {
  set: { takes: ['scope', 'state', 'since', 'next-update', ...MESSAGE], run: speaking(setting) },
  note: { takes: ['next-update', ...MESSAGE], run: speaking(noting) },
  resolve: { takes: MESSAGE, run: speaking(resolving) },
  build: {
    takes: ['out'],
    run: (directory, { out }) => (out === undefined ? publish(directory) : exportTo(out, directory)),
  },
  verify: {
    takes: ['kept'],
    run: async (directory, { kept }) =>
      readStatusLog(directory, kept === undefined ? undefined : await publishedHead(kept)),
  },
};

/** Everything that was typed is checked before the folder is touched; what the log must allow, when it is read. */
function speaking(verb: (given: Given, nowMs: number) => (story: Story) => Said): Act['run'] {
  return (directory, given, nowMs) => {
    const said = verb(given, nowMs);
    return say(directory, (log) => said(storyOf(log)), timestamp(nowMs));
  };
}

function setting(given: Given, nowMs: number): (story: Story) => Said {
  const { scope = 'platform', state } = given;
  if (!isPublicScope(scope)) throw new UsageError(`--scope: the page has no word for "${scope}"`);
  if (!isState(state)) throw new UsageError(`--state is one of ${STATES.join(', ')}`);
  if (!suits(scope, state))
    throw new UsageError(`${scope} cannot be ${state}: it has nothing to do with cards`);
  const nextUpdateAt = nextUpdate(given, nowMs);
  if (state !== 'open' && nextUpdateAt === null)
    throw new UsageError('--next-update is missing: when will you say more?');
  const since = instant(given, 'since', nowMs);
  if (since !== null && Date.parse(since) > nowMs) throw new UsageError('--since lies ahead');
  const said = { kind: 'set', scope, state, since, ...message(given), nextUpdateAt } as const;
  return () => said;
}

function noting(given: Given, nowMs: number): (story: Story) => Said {
  const words = message(given);
  if (words.fr === null) throw new UsageError('a note needs --message-fr and --message-en');
  const nextUpdateAt = nextUpdate(given, nowMs);
  return ({ incident }) => {
    if (incident && nextUpdateAt === null) {
      throw new Refused(
        'next-update-missing',
        'An incident goes on: say with --next-update when readers will be told more.',
      );
    }
    return { kind: 'note', ...words, nextUpdateAt };
  };
}

function resolving(given: Given): (story: Story) => Said {
  const words = message(given);
  return ({ incident }) => {
    if (!incident)
      throw new Refused('nothing-to-resolve', 'No incident goes on: the page says that everything works.');
    return { kind: 'resolve', ...words, nextUpdateAt: null };
  };
}

function message({ 'message-fr': fr, 'message-en': en }: Given): Message {
  if (fr === undefined && en === undefined) return { fr: null, en: null };
  if (fr === undefined || en === undefined) {
    throw new UsageError('say it in both languages: --message-fr and --message-en');
  }
  if (!isMessage(fr) || !isMessage(en)) {
    throw new UsageError('a message is one paragraph of up to 600 letters, without the number of a person');
  }
  return { fr, en };
}

function nextUpdate(given: Given, nowMs: number): string | null {
  const at = instant(given, 'next-update', nowMs);
  if (at !== null && Date.parse(at) <= nowMs) throw new UsageError('--next-update is over already');
  return at;
}

function instant(given: Given, name: 'since' | 'next-update', nowMs: number): string | null {
  const text = given[name];
  if (text === undefined) return null;
  const atMs = instantOf(text, name === 'since' ? 'last' : 'next', nowMs);
  if (atMs === null) throw new UsageError(`--${name} is a time such as 11:30, or 2026-12-01T10:30:00Z`);
  return timestamp(atMs);
}

function factsOf(log: StatusLog, directory: string) {
  const story = storyOf(log);
  return {
    headline: { fr: headline(story, 'fr'), en: headline(story, 'en') },
    nextUpdateAt: story.nextUpdateAt,
    log: log.head,
    directory,
  };
}

function problemOf(error: unknown): Record<string, unknown> {
  if (error instanceof LogBroken) {
    const { n, because } = error.broken;
    const title = `The status log does not hold: ${n === 0 ? 'status.json' : `entry ${n}`} is ${because}. Keep this folder as it is, for whoever looks into it, and go on in a new one (--directory).`;
    return problem('log-broken', title, { entry: n, because });
  }
  if (error instanceof Refused) return problem(error.code, error.message);
  const file = fileProblem(error);
  if (file) return file;
  throw error;
}
