// `rempart card issue`: has cards signed by the demo's insurers. Results on stdout or in a file, progress on stderr. A card
// file is written for its owner only: whoever has it can show it.

import { DeskRefused, openCardDesks } from '../demo/card-desks.ts';
import { demoCardOrder, issuedHandles, replaceDemoCard } from '../demo/demo-cards.ts';
import { FeedRefused, publishDemoFeed } from '../demo/demo-feeds.ts';
import { DEMO_PEOPLE } from '../demo/demo-people.ts';
import { writeJson, writePrivate } from '../demo/files.ts';
import { DEMO_INSURERS } from '../demo/insurers.ts';
import { issueFile } from './card-issue-file.ts';
import { currentPaths, type DemoWorld, NO_DEMO, readDemoWorld } from './demo-world.ts';
import { type CliIo, printProblem } from './io.ts';
import { fileProblem } from './problem.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart card issue --person N [--out FILE]
       rempart card issue --file REQUESTS.ndjson --out CARDS.ndjson
  --person N   a new card for the N-th person of .rempart/demo.json, this year and the next; the older card stays valid
               until it is revoked, but its door goes: the insurer's feed is sent again with the new handle
  --file       lines {ref, birthDate, birthRank, convType, csr, domains: [{domain, rule}], from, to} for ${DEMO_INSURERS[0].name},
               whose own process signs; one line {ref, handle, card, from, to} each, in order, card as base64url
  --out FILE   where the card (its bytes), or the cards (lines), are written
Every line is checked before the first card is signed. If it stops later, OUT holds what was issued until then.
`;

const OPTIONS = { person: { type: 'string' }, file: { type: 'string' }, out: { type: 'string' } } as const;

type Desks = Awaited<ReturnType<typeof openCardDesks>>;

/** Exit code: 0 issued, 1 refused, 2 wrong usage. */
export function cardIssueCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, OPTIONS);
    const { person, file, out } = values as Record<keyof typeof OPTIONS, string | undefined>;
    if (words.length > 0) throw new UsageError(`"${words[0]}" is not an option`);
    if ((person === undefined) === (file === undefined)) throw new UsageError('say --person or --file');
    if (file !== undefined && out === undefined) throw new UsageError('--file needs --out');
    const number = person === undefined ? null : personNumber(person);
    const paths = currentPaths();
    const world = await readDemoWorld(paths);
    if (!world?.insurer) {
      io.stderr(NO_DEMO);
      return 1;
    }
    const desks = await openCardDesks(paths, world.insurer);
    try {
      if (number !== null) return await issueOne(desks, world, { number, out: out ?? null }, io);
      return await issueFile(desks, { file: file ?? '', out: out ?? '', nowMs: io.now() }, io);
    } catch (error) {
      return refused(error, io);
    } finally {
      desks.close();
    }
  });
}

/** Who is meant by `--person N`. */
export function personNumber(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : -1;
  if (!DEMO_PEOPLE[number]) throw new UsageError(`--person must be from 0 to ${DEMO_PEOPLE.length - 1}`);
  return number;
}

/** Prints what the card desk, or the file system, said. */
export function refused(error: unknown, io: CliIo): number {
  if (error instanceof DeskRefused || error instanceof FeedRefused) return printProblem(error.problem, io);
  const file = fileProblem(error);
  if (file) return printProblem(file, io);
  throw error;
}

/**
 * 1 the card is issued     if we crash here, a card that nobody has
 * 2 the feed names it      the old card has lost its door: whoever asks again gets a third one, and its door
 * 3 its file is replaced   a feed that is refused has changed nothing: the old card stays where it is, with its door
 */
async function issueOne(
  desks: Desks,
  world: DemoWorld,
  { number, out }: { number: number; out: string | null },
  io: CliIo,
): Promise<number> {
  const paths = currentPaths();
  const person = DEMO_PEOPLE[number];
  if (!person) throw new UsageError('there is no such person');
  const [made] = await desks.issue(person.amcNo, [demoCardOrder(person, io.now())]);
  if (!made) throw new Error('the card desk gave no card');
  // Nobody finds the holder by this card before the operator has its door.
  const handles = new Map(await issuedHandles(paths)).set(person.line.ref, made.handle);
  await publishDemoFeed(paths, person.amcNo, handles);
  const { file } = await replaceDemoCard(paths, person, made);
  const people = world.people.map((one, i) => (i === number ? { ...one, cardFile: file } : one));
  await writeJson(paths.demo, { ...world, people });
  if (out !== null) await writePrivate(out, made.card);
  const facts = { person: number, amcNo: person.amcNo, handle: made.handle, file: out ?? file };
  io.stdout(`${JSON.stringify(facts, null, io.json ? 0 : 2)}\n`);
  return 0;
}
