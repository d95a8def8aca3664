// card-issue: cards per second through an insurer's own process, from the request over TLS to rows on disk and the signed
// card in hand, against bare ES256 signatures of as many bytes, alternating. Nothing is drawn.

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import type { CardOrder } from '../src/core/card-order.ts';
import { DEMO_ACCOUNTS } from '../src/demo/accounts.ts';
import { MOST_AT_ONCE, openCardDesks } from '../src/demo/card-desks.ts';
import { demoCardOrder } from '../src/demo/demo-cards.ts';
import { DEMO_PEOPLE, type DemoPerson } from '../src/demo/demo-people.ts';
import { DEMO_INSURERS } from '../src/demo/insurers.ts';
import { databaseSwitchesOff, startPlatform } from './platform.ts';
import { cpuSeconds } from './processes.ts';
import type { Benchmark } from './report.ts';
import { median, medianWithInterval, spread } from './statistics.ts';

const CARDS = 100_000;
const ROUNDS = 5;
const PER_ROUND = CARDS / ROUNDS;
/** One request is signed while another one's rows are written. */
const CONNECTIONS = 2;
/** What a card's signature covers. */
const SIGNED_BYTES = 130;

export const cardIssue: Benchmark = {
  name: 'card-issue',
  summary: `${CARDS} cards signed by the insurer's vault and noted durably, over TLS, against bare ES256 signatures`,
  async run(say) {
    const platform = await startPlatform(DEMO_ACCOUNTS);
    const { insurerDatabase } = JSON.parse(await readFile(platform.paths.demo, 'utf8')) as {
      insurerDatabase: string;
    };
    const sql = postgres(insurerDatabase, { max: 1, onnotice: () => undefined });
    try {
      const baseline: number[] = [];
      const subject: number[] = [];
      let cpu = 0;
      const before = await rowsOf(sql);
      for (let round = 0; round < ROUNDS; round += 1) {
        baseline.push(bareSignatures());
        const cpuBefore = cpuSeconds();
        subject.push(await issueAll(platform));
        cpu += cpuSeconds() - cpuBefore;
        say(
          `round ${round + 1} of ${ROUNDS}: ${Math.round(subject.at(-1) ?? 0)} cards/s, bare ES256 ${Math.round(baseline.at(-1) ?? 0)}/s`,
        );
      }
      const seconds = subject.reduce((sum, rate) => sum + PER_ROUND / rate, 0);
      const allThere = (await rowsOf(sql)) - before === CARDS;
      return {
        unit: 'cards/s',
        value: median(subject),
        ratio: medianWithInterval(subject.map((value, i) => value / (baseline[i] ?? Number.NaN))),
        baseline: { name: 'bare ES256, one core, signatures/s', value: median(baseline) },
        baselineSpread: spread(baseline),
        cpuSecondsPerMillion: (cpu / CARDS) * 1e6,
        switchesOff: [...(await databaseSwitchesOff(platform.sql)), ...(allThere ? [] : ['rows of cards'])],
        more: { cards: CARDS, secondsInAll: Math.round(seconds * 10) / 10 },
      };
    } finally {
      await sql.end({ timeout: 1 });
      await platform.stop();
    }
  },
};

async function issueAll({
  paths,
  demo,
}: {
  paths: Parameters<typeof openCardDesks>[0];
  demo: { insurerUrl: string };
}) {
  const [{ amcNo }] = DEMO_INSURERS;
  const orders = ordersOf(MOST_AT_ONCE);
  const desks = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => openCardDesks(paths, demo.insurerUrl)),
  );
  let left = PER_ROUND / MOST_AT_ONCE;
  const startedAt = performance.now();
  await Promise.all(
    desks.map(async (desk) => {
      while (left > 0) {
        left -= 1;
        const cards = await desk.issue(amcNo, orders);
        if (cards.length !== MOST_AT_ONCE) throw new Error('fewer cards than were asked for');
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const desk of desks) desk.close();
  return PER_ROUND / seconds;
}

/** People of the demo's first insurer, under references of nobody. */
function ordersOf(count: number): (CardOrder & { ref: string })[] {
  const people = DEMO_PEOPLE.filter((one) => one.amcNo === DEMO_INSURERS[0].amcNo);
  return Array.from({ length: count }, (_, i) => ({
    ...demoCardOrder(people[i % people.length] as DemoPerson, Date.now()),
    ref: randomBytes(16).toString('base64url'),
  }));
}

function bareSignatures(): number {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bytes = randomBytes(SIGNED_BYTES);
  const count = PER_ROUND / 4;
  const startedAt = performance.now();
  for (let i = 0; i < count; i += 1) sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return count / ((performance.now() - startedAt) / 1000);
}

async function rowsOf(sql: postgres.Sql): Promise<number> {
  const [row] = await sql`select count(*)::int as n from cards`;
  return Number(row?.['n']);
}
