// `rempart card issue --file`: many cards, a thousand at a time. A card that was issued must never be lost: when a later
// request fails, those signed so far are written all the same, and it is said where it stopped.

import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { CareDate } from '../core/period.ts';
import { DeskRefused, MOST_AT_ONCE } from '../demo/card-desks.ts';
import type { CardDesks } from '../demo/demo-cards.ts';
import { DEMO_INSURERS } from '../demo/insurers.ts';
import { parisDate } from '../lib/clock.ts';
import { type OrderLine, ordersOf } from './card-orders.ts';
import { counting } from './counting.ts';
import type { CliIo } from './io.ts';

export type IssueJob = { file: string; out: string; nowMs: number };

/** Exit code: 0 all issued, 1 stopped. Throws DeskRefused when no card was issued. A half-written file is never seen as OUT. */
export async function issueFile(
  desks: Pick<CardDesks, 'issue'>,
  { file, out, nowMs }: IssueJob,
  io: CliIo,
): Promise<number> {
  const today = parisDate(nowMs) as CareDate;
  let total = 0;
  for await (const _ of ordersOf(file, today)) total += 1;
  const part = `${out}.part`;
  const handle = await open(part, 'w', 0o600);
  try {
    const { issued, stop } = await issueLines(desks, { orders: ordersOf(file, today), handle, total }, io);
    if (stop && issued === 0) throw new DeskRefused({ ...stop.problem, ...stop.where });
    await handle.sync();
    await rename(part, out);
    const done = { cards: issued, file: out };
    io.stdout(`${JSON.stringify(stop ? stopped(stop, { issued, of: total, file: out }) : done)}\n`);
    return stop ? 1 : 0;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** `line`: whose order it was, as far as that is known; `nextLine`: the first that was not issued. */
type Stop = { problem: Record<string, unknown>; where: { line: number; nextLine: number; field?: string } };

function stopped({ problem, where }: Stop, facts: { issued: number; of: number; file: string }) {
  const { issued, of, file } = facts;
  return {
    type: 'urn:rempart:problem:stopped',
    title: `issued ${issued} of ${of}, stopped at line ${where.line}: the ${issued} cards are in ${file}`,
    code: 'stopped',
    ...facts,
    ...where,
    because: problem,
  };
}

async function issueLines(
  desks: Pick<CardDesks, 'issue'>,
  work: { orders: AsyncIterable<OrderLine>; handle: FileHandle; total: number },
  io: CliIo,
): Promise<{ issued: number; stop: Stop | null }> {
  const say = counting(work.total, io);
  let issued = 0;
  for await (const batch of batches(work.orders)) {
    try {
      issued += await issueBatch(desks, batch, work.handle);
    } catch (error) {
      // Whatever it was, also a full disk: what was issued before is not thrown away.
      if (issued === 0 && !(error instanceof DeskRefused)) throw error;
      return { issued, stop: whereOf(problemOf(error), batch) };
    }
    say(issued);
  }
  return { issued, stop: null };
}

async function issueBatch(
  desks: Pick<CardDesks, 'issue'>,
  batch: readonly OrderLine[],
  handle: FileHandle,
): Promise<number> {
  const orders = batch.map(({ order }) => order);
  const cards = await desks.issue(DEMO_INSURERS[0].amcNo, orders);
  const lines = cards.map(({ handle: id, card }, i) => {
    const { ref, from, to } = orders[i] ?? {};
    return `${JSON.stringify({ ref, handle: id, card: card.toString('base64url'), from, to })}\n`;
  });
  await handle.appendFile(lines.join(''));
  return cards.length;
}

function problemOf(error: unknown): Record<string, unknown> {
  if (error instanceof DeskRefused) return error.problem;
  const title = error instanceof Error ? error.message : 'unknown';
  return { type: 'urn:rempart:problem:internal', title, code: 'internal' };
}

async function* batches(orders: AsyncIterable<OrderLine>): AsyncGenerator<OrderLine[]> {
  let batch: OrderLine[] = [];
  for await (const one of orders) {
    batch.push(one);
    if (batch.length < MOST_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The desk counts within one request: `cards.200.to`. */
function whereOf({ field: said, ...problem }: Record<string, unknown>, batch: readonly OrderLine[]): Stop {
  const [, index = '', field = ''] = /^cards\.(\d+)\.(.+)$/.exec(String(said)) ?? [];
  const nextLine = batch[0]?.line ?? 0;
  const line = batch[Number(index)]?.line ?? nextLine;
  return { problem, where: { line, nextLine, ...(field ? { field } : {}) } };
}
