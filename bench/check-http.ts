// check-http: complete rights checks per second (mTLS, vault, database, durable ledger entry) against an empty
// authenticated reply of the same server over the same connections, alternating; every answer is compared with a
// naive reading of the feed. Then open-loop arrivals at 600 checks/s for the latency.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoAccount } from '../src/demo/accounts.ts';
import { EMPTY_DEMO_INSURER } from '../src/demo/insurers.ts';
import { generator } from '../src/lib/seeded-random.ts';
import { DiskProbe } from './disk-probe.ts';
import { Connection, closedLoop, getRequest, postRequest } from './http-load.ts';
import { importPeople } from './import-people.ts';
import { type BenchPlatform, databaseSwitchesOff, startPlatform, structures } from './platform.ts';
import { cpuSecondsByPart, peakMemoryMib } from './processes.ts';
import type { Benchmark, BenchResult } from './report.ts';
import { median, medianWithInterval, percentile, spread } from './statistics.ts';

const CONNECTIONS = 256;
const PEOPLE = 100_000;
const ROUNDS = 11;
const ROUND_MS = 1_500;
const OPEN_LOOP_PER_SECOND = 600;
const OPEN_LOOP_MS = 20_000;
/** The open loop runs this long before its latencies count: what full load left to be written is on disk then. */
const LEAD_IN_MS = 4_000;
const PARTS = ['operator', 'vault', 'postgres', 'generator'] as const;
const CARE_DATE = '2026-11-20';

type Person = {
  memberNo: string;
  beneficiary: { nir: string; birthDate: string; birthRank: number };
  periods: { domain: string; from: string; to: string | null }[];
};

export const checkHttp: Benchmark = {
  name: 'check-http',
  summary: 'complete rights checks over HTTP against an empty authenticated reply',
  async run(say) {
    const accounts = structures(CONNECTIONS);
    say('platform with 256 structures');
    const platform = await startPlatform(accounts);
    try {
      say(`importing ${PEOPLE} people`);
      const people = await somePeople(platform);
      const connections = await Promise.all(
        accounts.map(async (account) =>
          Connection.open(platform.url, await platform.credentials(account), await platform.signIn(account)),
        ),
      );
      const result = await measure(platform, connections, people, say);
      for (const connection of connections) connection.close();
      return result;
    } finally {
      await platform.stop();
    }
  },
};

async function somePeople(platform: BenchPlatform): Promise<Person[]> {
  const file = join(platform.paths.base, 'people.ndjson');
  await importPeople({ count: PEOPLE, seed: '7', file });
  const lines = (await readFile(file, 'utf8')).split('\n').slice(1);
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Person);
}

async function measure(
  platform: BenchPlatform,
  connections: readonly Connection[],
  people: readonly Person[],
  say: (text: string) => void,
): Promise<BenchResult> {
  const switchesOff = [...(await databaseSwitchesOff(platform.sql)), ...(await authenticationOff(platform))];
  const ask = asker(platform.url, people);
  const ping = getRequest(platform.url, '/v1/ping');
  const empty = async (connection: Connection) => {
    const { status } = await connection.send(ping);
    if (status !== 200) throw new Error(`the empty reply has status ${status}`);
  };
  say('warming up');
  await closedLoop(connections, 1_500, empty);
  await closedLoop(connections, 2_500, ask);
  const baseline: number[] = [];
  const subject: number[] = [];
  const cpu = { operator: 0, vault: 0, postgres: 0, generator: 0 };
  let checks = 0;
  let guardSeconds = 0;
  const entriesBefore = await entries(platform);
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? ['empty', 'check'] : ['check', 'empty'];
    for (const what of order) {
      if (what === 'empty') {
        baseline.push((await closedLoop(connections, ROUND_MS, empty)).perSecond);
      } else {
        const before = cpuSecondsByPart();
        const guardBefore = await guardSecondsOf(platform);
        const { perSecond, done } = await closedLoop(connections, ROUND_MS, ask);
        const after = cpuSecondsByPart();
        for (const part of PARTS) cpu[part] += after[part] - before[part];
        guardSeconds += (await guardSecondsOf(platform)) - guardBefore;
        checks += done;
        subject.push(perSecond);
      }
    }
    say(
      `round ${round + 1} of ${ROUNDS}: ${Math.round(subject.at(-1) ?? 0)} checks/s, ${Math.round(baseline.at(-1) ?? 0)} empty replies/s`,
    );
  }
  const written = (await entries(platform)) - entriesBefore;
  if (written < checks) switchesOff.push(`ledger (${written} entries for ${checks} answers)`);
  say(`open loop at ${OPEN_LOOP_PER_SECOND}/s`);
  const probe = new DiskProbe(platform.paths.base);
  const latencies = await openLoop(connections, ask);
  const disk = await probe.stop();
  const memory = peakMemoryMib();
  return {
    unit: 'checks/s',
    value: median(subject),
    ratio: medianWithInterval(subject.map((value, i) => value / (baseline[i] ?? Number.NaN))),
    baseline: { name: 'empty replies/s', value: median(baseline) },
    baselineSpread: spread(baseline),
    cpuSecondsPerMillion: (PARTS.reduce((sum, part) => sum + cpu[part], 0) / checks) * 1e6,
    switchesOff,
    more: {
      connections: CONNECTIONS,
      people: people.length,
      checks,
      openLoopPerSecond: OPEN_LOOP_PER_SECOND,
      p50Ms: round1(percentile(latencies, 0.5)),
      p99Ms: round1(percentile(latencies, 0.99)),
      p999Ms: round1(percentile(latencies, 0.999)),
      maxMs: round1(Math.max(...latencies)),
      fdatasyncP50Ms: round1(percentile(disk, 0.5)),
      fdatasyncP99Ms: round1(percentile(disk, 0.99)),
      fdatasyncMaxMs: round1(Math.max(...disk)),
      ...Object.fromEntries(
        PARTS.map((part) => [`${part}CpuMicroseconds`, Math.round((cpu[part] / checks) * 1e6)]),
      ),
      guardShareOfOperator: Math.round((guardSeconds / cpu.operator) * 1_000) / 1_000,
      operatorMib: memory.operator,
      vaultMib: memory.vault,
    },
  };
}

/** Asks about a random person; throws when the answer is not what the feed says. */
function asker(url: URL, people: readonly Person[]) {
  const next = generator(7);
  return async (connection: Connection) => {
    const person = people[Math.floor(next() * people.length)] as Person;
    const { status, body } = await connection.send(postRequest(url, '/v1/eligibility', requestFor(person)));
    const answer = JSON.parse(body.toString('utf8')) as { code?: string };
    const expected = naiveCode(person);
    if (status !== 200 || answer.code !== expected) {
      throw new Error(`status ${status}, code ${answer.code}, expected ${expected}`);
    }
  };
}

function requestFor(person: Person): string {
  const { amcNo, convType } = EMPTY_DEMO_INSURER;
  return JSON.stringify({
    requestId: randomUUID(),
    amcNo,
    convType,
    careDate: CARE_DATE,
    domain: 'PHAR',
    evidence: {
      kind: 'member-number',
      memberNo: person.memberNo,
      beneficiary: {
        nir: person.beneficiary.nir,
        birthDate: person.beneficiary.birthDate,
        birthRank: person.beneficiary.birthRank,
      },
    },
  });
}

/** The second implementation: reads the feed line itself. */
function naiveCode({ periods }: Person): string {
  const today = periods.filter(({ from, to }) => from <= CARE_DATE && (to === null || CARE_DATE <= to));
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

/** A stranger without a certificate and software without a person are refused, or nothing measured here counts. */
async function authenticationOff(platform: BenchPlatform): Promise<string[]> {
  const stranger = await Connection.open(platform.url, { ca: await readFile(platform.paths.ca) });
  const { status } = await stranger.send(getRequest(platform.url, '/v1/ping'));
  stranger.close();
  const [account] = structures(1);
  const nobody = await Connection.open(platform.url, await platform.credentials(account as DemoAccount));
  const { status: withoutToken } = await nobody.send(getRequest(platform.url, '/v1/ping'));
  nobody.close();
  return status === 401 && withoutToken === 401 ? [] : ['authentication'];
}

/** Poisson arrivals; latency counts from the moment the request should have left, so that a stall is not hidden. */
async function openLoop(
  connections: readonly Connection[],
  ask: (connection: Connection) => Promise<void>,
): Promise<number[]> {
  const next = generator(11);
  const free = [...connections];
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  const startedAt = performance.now();
  let due = startedAt;
  while (due < startedAt + LEAD_IN_MS + OPEN_LOOP_MS) {
    due += (-Math.log(1 - next()) * 1_000) / OPEN_LOOP_PER_SECOND;
    while (performance.now() < due || free.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 1));
    const connection = free.pop() as Connection;
    const arrival = due;
    pending.push(
      ask(connection).then(() => {
        if (arrival >= startedAt + LEAD_IN_MS) latencies.push(performance.now() - arrival);
        free.push(connection);
      }),
    );
  }
  await Promise.all(pending);
  return latencies;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
