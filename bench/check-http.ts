// check-http: complete rights checks per second (mTLS, vault, database, durable ledger entry) against an empty
// authenticated reply of the same server over the same connections, alternating; every answer is compared with a
// naive reading of the feed. Then open-loop arrivals at 600 checks/s for the latency.

import { generator } from '../src/lib/seeded-random.ts';
import { checkOf, type Person, periodsOn, somePeople } from './bench-people.ts';
import { type Connection, postRequest } from './http-load.ts';
import { onPlatform } from './http-rounds.ts';
import type { BenchPlatform } from './platform.ts';
import type { Benchmark } from './report.ts';

const PEOPLE = 100_000;
const CARE_DATE = '2026-11-20';

export const checkHttp: Benchmark = {
  name: 'check-http',
  summary: 'complete rights checks over HTTP against an empty authenticated reply',
  run: (say) =>
    onPlatform(
      say,
      (platform) => somePeople(platform, PEOPLE, say),
      (platform, _connections, people) => ({
        unit: 'checks',
        ask: asker(platform.url, people),
        openLoopPerSecond: 600,
        entries: () => entries(platform),
        part: { name: 'guard', seconds: () => guardSecondsOf(platform) },
        more: { people: people.length },
      }),
    ),
};

/** Asks about a random person; throws when the answer is not what the feed says. */
function asker(url: URL, people: readonly Person[]) {
  const next = generator(7);
  return async (connection: Connection) => {
    const person = people[Math.floor(next() * people.length)] as Person;
    const { status, body } = await connection.send(
      postRequest(url, '/v1/eligibility', checkOf(person, 'PHAR', CARE_DATE)),
    );
    const answer = JSON.parse(body.toString('utf8')) as { code?: string };
    const expected = naiveCode(person);
    if (status !== 200 || answer.code !== expected) {
      throw new Error(`status ${status}, code ${answer.code}, expected ${expected}`);
    }
  };
}

/** The second implementation: reads the feed line itself. */
function naiveCode(person: Person): string {
  const today = periodsOn(person, CARE_DATE);
  if (today.some(({ domain }) => domain === 'PHAR')) return '000';
  return today.length > 0 ? '101' : '200';
}

async function entries({ sql }: BenchPlatform): Promise<number> {
  const [row] =
    await sql`select count(*)::int as n from ledger_entries where member_view like '%"purpose":"PHAR"%'`;
  return Number(row?.['n']);
}

/** Seconds the operator has spent in the guard on the path of checks so far. */
async function guardSecondsOf({ demo }: BenchPlatform): Promise<number> {
  const text = await (await fetch(demo.metricsUrl)).text();
  return Number(/^rempart_guard_seconds_total (\S+)$/m.exec(text)?.[1] ?? Number.NaN);
}
