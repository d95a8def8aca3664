// import: people per second from the first byte sent to searchable, all doors sealed, against raw COPY of the same
// bytes into a plain table on the same server, alternating.

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DEMO_ACCOUNTS } from '../src/demo/accounts.ts';
import { generate, importFile } from './import-people.ts';
import { type BenchPlatform, databaseSwitchesOff, startPlatform } from './platform.ts';
import { cpuSeconds, peakMemoryMib } from './processes.ts';
import type { Benchmark } from './report.ts';
import { median, medianWithInterval, spread } from './statistics.ts';

const PEOPLE = 150_000;
const ROUNDS = 3;

export const importBenchmark: Benchmark = {
  name: 'import',
  summary: `a full feed of ${PEOPLE} people, sealed and searchable, against raw COPY of the same bytes`,
  async run(say) {
    const platform = await startPlatform(DEMO_ACCOUNTS);
    try {
      const file = join(platform.paths.base, 'people.ndjson');
      await generate({ count: PEOPLE, seed: '7', file });
      const baseline: number[] = [];
      const subject: number[] = [];
      let cpu = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        await emptyRegistry(platform);
        baseline.push(await rawCopy(platform, file));
        const before = cpuSeconds();
        const { accepted, seconds } = await importFile(file);
        cpu += cpuSeconds() - before;
        if (accepted !== PEOPLE) throw new Error(`only ${accepted} of ${PEOPLE} were accepted`);
        subject.push(accepted / seconds);
        say(
          `round ${round + 1} of ${ROUNDS}: ${Math.round(subject.at(-1) ?? 0)} people/s, raw COPY ${Math.round(baseline.at(-1) ?? 0)}/s`,
        );
      }
      const memory = peakMemoryMib();
      return {
        unit: 'people/s',
        value: median(subject),
        ratio: medianWithInterval(subject.map((value, i) => value / (baseline[i] ?? Number.NaN))),
        baseline: { name: 'raw COPY, people/s', value: median(baseline) },
        baselineSpread: spread(baseline),
        cpuSecondsPerMillion: (cpu / (PEOPLE * ROUNDS)) * 1e6,
        switchesOff: [...(await databaseSwitchesOff(platform.sql)), ...(await sealsMissing(platform))],
        more: { people: PEOPLE, operatorMib: memory.operator, vaultMib: memory.vault },
      };
    } finally {
      await platform.stop();
    }
  },
};

async function rawCopy({ sql }: BenchPlatform, file: string): Promise<number> {
  await sql`drop table if exists raw_lines`;
  await sql`create table raw_lines (line text)`;
  const startedAt = performance.now();
  const into = await sql`copy raw_lines from stdin (format csv, delimiter e'\x01', quote e'\x02')`.writable();
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), into);
  const seconds = (performance.now() - startedAt) / 1000;
  const [row] = await sql`select count(*)::int as n from raw_lines`;
  if (row?.['n'] !== PEOPLE + 1) throw new Error('raw COPY lost lines');
  return PEOPLE / seconds;
}

async function emptyRegistry({ sql }: BenchPlatform): Promise<void> {
  await sql`truncate records, doors`;
}

/** Every person must have a sealed record and at least one door. */
async function sealsMissing({ sql }: BenchPlatform): Promise<string[]> {
  const [row] = await sql`
    select (select count(*) from records)::int as records, (select count(*) from doors)::int as doors`;
  return row?.['records'] === PEOPLE && Number(row['doors']) > PEOPLE ? [] : ['sealing'];
}
