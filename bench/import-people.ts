// Generates people and imports them through the command line's own code, as an insurer would.

import { feedCommand } from '../src/cli/feed.ts';
import { peopleCommand } from '../src/cli/people.ts';
import { EMPTY_DEMO_INSURER } from '../src/demo/insurers.ts';

export type ImportReport = {
  accepted: number;
  rejected: number;
  unchanged: number;
  closed: number;
  seconds: number;
};

/** Writes `count` people of `seed` to `file` and imports them; throws unless every line was accepted. */
export async function importPeople(people: {
  count: number;
  seed: string;
  file: string;
}): Promise<ImportReport> {
  await generate(people);
  const report = await importFile(people.file);
  if (report.accepted !== people.count)
    throw new Error(`imported ${report.accepted} of ${people.count} people`);
  return report;
}

export async function generate({
  count,
  seed,
  file,
}: {
  count: number;
  seed: string;
  file: string;
}): Promise<void> {
  const { io, output } = captured();
  const code = await peopleCommand(['--count', String(count), '--seed', seed, '--out', file], io);
  if (code !== 0) throw new Error(`rempart people failed: ${output()}`);
}

export async function importFile(file: string): Promise<ImportReport> {
  const { io, output } = captured();
  const code = await feedCommand(['import', file, '--insurer', EMPTY_DEMO_INSURER.amcNo], io);
  if (code !== 0) throw new Error(`rempart feed import failed: ${output()}`);
  return JSON.parse(output()) as ImportReport;
}

function captured() {
  let text = '';
  const io = {
    stdout: (more: string) => {
      text += more;
    },
    stderr: () => undefined,
    json: true,
    now: () => Date.now(),
  };
  return { io, output: () => text };
}
