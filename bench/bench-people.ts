// Generated people on a platform of a benchmark, and the question that a counter asks about one of them.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EMPTY_DEMO_INSURER } from '../src/demo/insurers.ts';
import { importPeople } from './import-people.ts';
import type { BenchPlatform } from './platform.ts';

/** A line of the feed, as far as the naive models read it. */
export type Person = {
  memberNo: string;
  beneficiary: { nir: string; birthDate: string; birthRank: number };
  product: string;
  periods: { domain: string; from: string; to: string | null }[];
};

/** Publishes so many and gives them back as their feed says. */
export async function somePeople(
  platform: BenchPlatform,
  count: number,
  say: (text: string) => void,
): Promise<Person[]> {
  say(`importing ${count} people`);
  const file = join(platform.paths.base, 'people.ndjson');
  await importPeople({ count, seed: '7', file });
  const lines = (await readFile(file, 'utf8')).split('\n').slice(1);
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Person);
}

export function periodsOn({ periods }: Person, day: string): Person['periods'] {
  return periods.filter(({ from, to }) => from <= day && (to === null || day <= to));
}

/** Body of POST /v1/eligibility. */
export function checkOf({ memberNo, beneficiary }: Person, domain: string, careDate: string): string {
  const { amcNo, convType } = EMPTY_DEMO_INSURER;
  const { nir, birthDate, birthRank } = beneficiary;
  const evidence = { kind: 'member-number', memberNo, beneficiary: { nir, birthDate, birthRank } };
  return JSON.stringify({ requestId: randomUUID(), amcNo, convType, careDate, domain, evidence });
}
