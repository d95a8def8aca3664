// The people of a drill: generated, published as an insurer's full feed, and kept as the thief's perfect list. Fictitious
// people only (src/demo/people.ts). Those without cover on the day are published too, but nobody asks for them.

import { join } from 'node:path';
import { importFile } from '../cli/feed.ts';
import { loadInsurerAccess } from '../cli/insurer-access.ts';
import type { CliIo } from '../cli/io.ts';
import type { AmcNo } from '../core/ids.ts';
import { writeFeedFile } from '../demo/feed-file.ts';
import { DEMO_INSURERS } from '../demo/insurers.ts';
import type { DemoPaths } from '../demo/paths.ts';
import { peopleBlocks, personLines } from '../demo/people.ts';
import type { ListedPerson } from './listed-person.ts';
import type { Crowd } from './workload.ts';

/** `covered`: has cover of some kind on the day. */
export type DrillPeople = { all: readonly ListedPerson[]; covered: readonly ListedPerson[]; crowd: Crowd };

/** Whose members they are: an insurer with real budgets, not the one for exercises. */
export const DRILL_INSURER = DEMO_INSURERS[0];

export function generatePeople(wanted: { count: number; seed: string; day: string }): DrillPeople {
  const { day } = wanted;
  const all: ListedPerson[] = [];
  for (const line of personLines(optionsOf(wanted))) all.push(JSON.parse(line) as ListedPerson);
  const covered = all.filter(({ periods }) => periods.some((period) => contains(period, day)));
  const cardHolders = covered.flatMap(({ card }, i) => (card && contains(card, day) ? [i] : []));
  return { all, covered, crowd: { size: covered.length, cardHolders } };
}

function contains({ from, to }: { from: string; to: string | null }, day: string): boolean {
  return from <= day && (to === null || day <= to);
}

function optionsOf({ count, seed }: { count: number; seed: string }) {
  const { amcNo, convType, csr } = DRILL_INSURER;
  return { count, seed, insurer: { amcNo, convType, csr } };
}

/** Sends them as the insurer's own person would; resolves when they can be asked for. Throws when a line was rejected. */
export async function publishPeople(
  wanted: { count: number; seed: string },
  { paths, io }: { paths: DemoPaths; io: CliIo },
): Promise<void> {
  const { amcNo } = DRILL_INSURER;
  const file = join(paths.insurers, 'drill-feed.ndjson');
  await writeFeedFile({ file, insurer: amcNo, count: wanted.count, blocks: peopleBlocks(optionsOf(wanted)) });
  const access = await loadInsurerAccess(paths, amcNo as AmcNo);
  if (!access) throw new Error('the insurer of the drill has nobody to send its feed');
  const said: string[] = [];
  const quiet = { ...io, json: true, stdout: (text: string) => void said.push(text) };
  await importFile(file, amcNo as AmcNo, access, false, quiet);
  const { accepted } = JSON.parse(said.join('')) as { accepted: number };
  if (accepted !== wanted.count) throw new Error(`${accepted} of ${wanted.count} people were taken`);
}
