// How everything over HTTP is measured (TECHNOLOGY.md 13): against an empty authenticated reply of the same server over the
// same connections, alternating; then in an open loop for the latency. Every answer is checked by whoever asks.

import { readFile } from 'node:fs/promises';
import type { DemoAccount } from '../src/demo/accounts.ts';
import { generator } from '../src/lib/seeded-random.ts';
import { DiskProbe } from './disk-probe.ts';
import { Connection, closedLoop, getRequest } from './http-load.ts';
import { type BenchPlatform, databaseSwitchesOff, startPlatform, structures } from './platform.ts';
import { cpuSecondsByPart, peakMemoryMib } from './processes.ts';
import type { BenchResult } from './report.ts';
import { median, medianWithInterval, percentile, spread } from './statistics.ts';

const CONNECTIONS = 256;
const ROUNDS = 11;
const ROUND_MS = 1_500;
const OPEN_LOOP_MS = 20_000;
/** The open loop runs this long before its latencies count: what full load left to be written is on disk then. */
const LEAD_IN_MS = 4_000;
const PARTS = ['operator', 'vault', 'postgres', 'generator'] as const;

type Say = (text: string) => void;
type Ask = (connection: Connection) => Promise<void>;

export type Subject = {
  /** What is counted: `checks`. */
  unit: string;
  /** Asks and checks the answer; throws when it is not the right one. */
  ask: Ask;
  openLoopPerSecond: number;
  /** Entries that its answers have left in the ledger so far. */
  entries(): Promise<number>;
  /** A part of the operator, and the seconds that it has spent so far. */
  part?: { name: string; seconds(): Promise<number> };
  more: NonNullable<BenchResult['more']>;
};

/** A platform with 256 structures; all of it is gone afterwards. `prepare` comes before they sign in: tokens are short. */
export async function onPlatform<Prepared>(
  say: Say,
  prepare: (platform: BenchPlatform) => Promise<Prepared>,
  subjectOf: (
    platform: BenchPlatform,
    connections: readonly Connection[],
    prepared: Prepared,
  ) => Subject | Promise<Subject>,
): Promise<BenchResult> {
  const accounts = structures(CONNECTIONS);
  say(`platform with ${CONNECTIONS} structures`);
  const platform = await startPlatform(accounts);
  try {
    const prepared = await prepare(platform);
    const connections = await Promise.all(
      accounts.map(async (account) =>
        Connection.open(platform.url, await platform.credentials(account), await platform.signIn(account)),
      ),
    );
    const result = await measure(
      platform,
      connections,
      await subjectOf(platform, connections, prepared),
      say,
    );
    for (const connection of connections) connection.close();
    return result;
  } finally {
    await platform.stop();
  }
}

async function measure(
  platform: BenchPlatform,
  connections: readonly Connection[],
  subject: Subject,
  say: Say,
): Promise<BenchResult> {
  const switchesOff = [...(await databaseSwitchesOff(platform.sql)), ...(await authenticationOff(platform))];
  const entriesBefore = await subject.entries();
  const rounds = await interleaved(connections, subject, { empty: emptyReply(platform.url), say });
  const written = (await subject.entries()) - entriesBefore;
  if (written < rounds.done) switchesOff.push(`ledger (${written} entries for ${rounds.done} answers)`);
  say(`open loop at ${subject.openLoopPerSecond}/s`);
  const probe = new DiskProbe(platform.paths.base);
  const latencies = await openLoop(connections, subject);
  const disk = await probe.stop();
  const memory = peakMemoryMib();
  const { rates, baselines, cpu, done, partSeconds } = rounds;
  return {
    unit: `${subject.unit}/s`,
    value: median(rates),
    ratio: medianWithInterval(rates.map((value, i) => value / (baselines[i] ?? Number.NaN))),
    baseline: { name: 'empty replies/s', value: median(baselines) },
    baselineSpread: spread(baselines),
    cpuSecondsPerMillion: (PARTS.reduce((sum, part) => sum + cpu[part], 0) / done) * 1e6,
    switchesOff,
    more: {
      connections: connections.length,
      ...subject.more,
      [subject.unit]: done,
      openLoopPerSecond: subject.openLoopPerSecond,
      p50Ms: round1(percentile(latencies, 0.5)),
      p99Ms: round1(percentile(latencies, 0.99)),
      p999Ms: round1(percentile(latencies, 0.999)),
      maxMs: round1(Math.max(...latencies)),
      fdatasyncP50Ms: round1(percentile(disk, 0.5)),
      fdatasyncP99Ms: round1(percentile(disk, 0.99)),
      fdatasyncMaxMs: round1(Math.max(...disk)),
      ...Object.fromEntries(
        PARTS.map((part) => [`${part}CpuMicroseconds`, Math.round((cpu[part] / done) * 1e6)]),
      ),
      ...(subject.part && {
        [`${subject.part.name}ShareOfOperator`]: Math.round((partSeconds / cpu.operator) * 1_000) / 1_000,
      }),
      operatorMib: memory.operator,
      vaultMib: memory.vault,
    },
  };
}

function emptyReply(url: URL): Ask {
  const ping = getRequest(url, '/v1/ping');
  return async (connection) => {
    const { status } = await connection.send(ping);
    if (status !== 200) throw new Error(`the empty reply has status ${status}`);
  };
}

async function interleaved(
  connections: readonly Connection[],
  { ask, unit, part }: Subject,
  { empty, say }: { empty: Ask; say: Say },
) {
  say('warming up');
  await closedLoop(connections, 1_500, empty);
  await closedLoop(connections, 2_500, ask);
  const [rates, baselines]: [number[], number[]] = [[], []];
  const cpu = { operator: 0, vault: 0, postgres: 0, generator: 0 };
  let done = 0;
  let partSeconds = 0;
  const askRound = async () => {
    const before = cpuSecondsByPart();
    const partBefore = (await part?.seconds()) ?? 0;
    const round = await closedLoop(connections, ROUND_MS, ask);
    const after = cpuSecondsByPart();
    for (const part of PARTS) cpu[part] += after[part] - before[part];
    partSeconds += ((await part?.seconds()) ?? 0) - partBefore;
    done += round.done;
    rates.push(round.perSecond);
  };
  const emptyRound = async () => {
    baselines.push((await closedLoop(connections, ROUND_MS, empty)).perSecond);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? [emptyRound, askRound] : [askRound, emptyRound];
    for (const one of order) await one();
    say(
      `round ${round + 1} of ${ROUNDS}: ${Math.round(rates.at(-1) ?? 0)} ${unit}/s, ${Math.round(baselines.at(-1) ?? 0)} empty replies/s`,
    );
  }
  return { rates, baselines, cpu, done, partSeconds };
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
  { ask, openLoopPerSecond }: Subject,
): Promise<number[]> {
  const next = generator(11);
  const free = [...connections];
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  const startedAt = performance.now();
  let due = startedAt;
  while (due < startedAt + LEAD_IN_MS + OPEN_LOOP_MS) {
    due += (-Math.log(1 - next()) * 1_000) / openLoopPerSecond;
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
