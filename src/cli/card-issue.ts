// `rempart card issue`: has cards signed by the demo's insurers. Results on stdout or in a file, progress on stderr. A card
// file is written for its owner only: whoever has it can show it.

import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { CardOrder } from '../core/card-order.ts';
import { DeskRefused, MOST_AT_ONCE, openCardDesks } from '../demo/card-desks.ts';
import { demoCardOrder, issuedHandles, replaceDemoCard } from '../demo/demo-cards.ts';
import { publishDemoFeed } from '../demo/demo-feeds.ts';
import { DEMO_PEOPLE } from '../demo/demo-people.ts';
import { writeJson, writePrivate } from '../demo/files.ts';
import { DEMO_INSURERS } from '../demo/insurers.ts';
import { currentPaths, type DemoWorld, NO_DEMO, readDemoWorld } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart card issue --person N [--out FILE]
       rempart card issue --file REQUESTS.ndjson --out CARDS.ndjson
  --person N   a new card for the N-th person of .rempart/demo.json, this year and the next; the older card stays valid
               until it is revoked, but its door goes: the insurer's feed is sent again with the new handle
  --file       lines {ref, birthDate, birthRank, convType, csr, domains: [{domain, rule}], from, to} for ${DEMO_INSURERS[0].name},
               whose own process signs; one line {ref, handle, card, from, to} each, in order, card as base64url
  --out FILE   where the card (its bytes), or the cards (lines), are written
`;

const OPTIONS = { person: { type: 'string' }, file: { type: 'string' }, out: { type: 'string' } } as const;
const PROGRESS_EVERY_MS = 2_000;

type Desks = Awaited<ReturnType<typeof openCardDesks>>;
type Order = CardOrder & { ref: string };

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
      return await issueFile(desks, { file: file ?? '', out: out ?? '' }, io);
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
  if (error instanceof DeskRefused) {
    io.stdout(`${JSON.stringify(error.problem, null, io.json ? 0 : 2)}\n`);
    return 1;
  }
  if (error instanceof Error && 'syscall' in error) {
    io.stderr(`The file cannot be read or written: ${error.message}\n`);
    return 1;
  }
  throw error;
}

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
  const { file } = await replaceDemoCard(paths, person, made);
  // Nobody finds the holder by this card before the operator has its door.
  await publishDemoFeed(paths, person.amcNo, await issuedHandles(paths));
  const people = world.people.map((one, i) => (i === number ? { ...one, cardFile: file } : one));
  await writeJson(paths.demo, { ...world, people });
  if (out !== null) await writePrivate(out, made.card);
  const facts = { person: number, amcNo: person.amcNo, handle: made.handle, file: out ?? file };
  io.stdout(`${JSON.stringify(facts, null, io.json ? 0 : 2)}\n`);
  return 0;
}

/** A half-written file is never seen under its name. */
async function issueFile(
  desks: Desks,
  { file, out }: { file: string; out: string },
  io: CliIo,
): Promise<number> {
  const total = await countLines(file);
  const part = `${out}.part`;
  const handle = await open(part, 'w', 0o600);
  try {
    const cards = await issueLines(desks, { file, handle, total }, io);
    await handle.sync();
    await rename(part, out);
    io.stdout(`${JSON.stringify({ cards, file: out })}\n`);
    return 0;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function issueLines(
  desks: Desks,
  { file, handle, total }: { file: string; handle: FileHandle; total: number },
  io: CliIo,
): Promise<number> {
  const say = progress(total, io);
  let done = 0;
  let orders: Order[] = [];
  const send = async () => {
    const cards = await desks.issue(DEMO_INSURERS[0].amcNo, orders);
    const lines = cards.map(({ handle: id, card }, i) => {
      const { ref, from, to } = orders[i] ?? ({} as Order);
      return JSON.stringify({ ref, handle: id, card: card.toString('base64url'), from, to });
    });
    await handle.appendFile(`${lines.join('\n')}\n`);
    done += cards.length;
    orders = [];
    say(done);
  };
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line += 1;
    if (text.trim() !== '') orders.push(orderOf(text, line));
    if (orders.length === MOST_AT_ONCE) await send();
  }
  if (orders.length > 0) await send();
  return done;
}

/** What it says is for the card desk to check. */
function orderOf(text: string, line: number): Order {
  try {
    return JSON.parse(text) as Order;
  } catch {
    throw new DeskRefused({
      type: 'urn:rempart:problem:file',
      title: `Line ${line} is not JSON: nothing was written.`,
      code: 'file',
      line,
    });
  }
}

async function countLines(file: string): Promise<number> {
  let lines = 0;
  for await (const text of createInterface({ input: createReadStream(file) }))
    if (text.trim() !== '') lines += 1;
  return lines;
}

function progress(total: number, io: CliIo): (done: number) => void {
  const startedAt = io.now();
  let saidAt = startedAt;
  return (done) => {
    const now = io.now();
    if (now - saidAt < PROGRESS_EVERY_MS || done >= total) return;
    saidAt = now;
    const rate = done / ((now - startedAt) / 1000);
    const [so, all] = [done.toLocaleString('en-US'), total.toLocaleString('en-US')];
    io.stderr(
      `${so} of ${all} cards, ${Math.round(rate)} a second, ${Math.ceil((total - done) / rate)} s left\n`,
    );
  };
}
