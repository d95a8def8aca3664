// ledger-append: entries per second through the real writer (salts, commitments, tree, vault signature, durable group
// commit) against single-row durable commits by eight clients on the same server, alternating.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { openDatabase } from '../src/db/database.ts';
import { startEmbeddedPostgres } from '../src/db/embedded-postgres.ts';
import { migrate } from '../src/db/migrate.ts';
import { throwAwayFolder } from '../src/demo/throw-away.ts';
import { systemClock } from '../src/lib/clock.ts';
import { packageRoot } from '../src/lib/package-root.ts';
import { LedgerWriter } from '../src/operator/ledger/ledger.ts';
import type { NewEntry } from '../src/operator/ledger/ledger-port.ts';
import { sqlLedgerStore } from '../src/operator/ledger/ledger-store-sql.ts';
import { VaultSocketClient } from '../src/vault/socket-client.ts';
import { startBenchVault, vaultSocket } from './bench-vault.ts';
import { databaseSwitchesOff } from './platform.ts';
import { cpuSeconds } from './processes.ts';
import type { Benchmark } from './report.ts';
import { median, medianWithInterval, percentile, spread } from './statistics.ts';

const ROUNDS = 9;
const ROUND_MS = 1_500;
const APPENDERS = 256;
const CLIENTS = 8;

export const ledgerAppend: Benchmark = {
  name: 'ledger-append',
  summary: 'durable, signed ledger entries against single-row commits',
  async run(say) {
    const folder = await throwAwayFolder('bench');
    const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres', 'data'), port: 0 });
    const sql = openDatabase(server.ownerUrl, { max: 1, applicationName: 'bench-ledger' });
    const rows = postgres(server.ownerUrl, { max: CLIENTS, onnotice: () => undefined });
    const vault = await startBenchVault(folder);
    const client = new VaultSocketClient(vaultSocket(folder));
    try {
      await migrate(sql, join(packageRoot(), 'migrations', 'operator'));
      await rows`create table single_rows (id bigint generated always as identity primary key, body text, leaf bytea)`;
      const writer = await LedgerWriter.open({
        store: sqlLedgerStore(sql),
        vault: client,
        clock: systemClock,
        onFatal: (error) => {
          throw error;
        },
      });
      const switchesOff = await databaseSwitchesOff(rows);
      const latencies: number[] = [];
      const append = () => loop(APPENDERS, () => writer.append(entry()), latencies);
      const single = () =>
        loop(CLIENTS, () => rows`insert into single_rows (body, leaf) values (${BODY}, ${LEAF})`, []);
      await append();
      await single();
      latencies.length = 0;
      const baseline: number[] = [];
      const subject: number[] = [];
      let cpu = 0;
      let appended = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const base = async () => baseline.push((await single()).perSecond);
        const own = async () => {
          const before = cpuSeconds();
          const { perSecond, done } = await append();
          cpu += cpuSeconds() - before;
          appended += done;
          subject.push(perSecond);
        };
        for (const step of round % 2 === 0 ? [base, own] : [own, base]) await step();
        say(
          `round ${round + 1} of ${ROUNDS}: ${Math.round(subject.at(-1) ?? 0)} entries/s, ${Math.round(baseline.at(-1) ?? 0)} single commits/s`,
        );
      }
      await writer.checkpoint();
      await writer.close();
      return {
        unit: 'entries/s',
        value: median(subject),
        ratio: medianWithInterval(subject.map((value, i) => value / (baseline[i] ?? Number.NaN))),
        baseline: { name: `single-row commits/s, ${CLIENTS} clients`, value: median(baseline) },
        baselineSpread: spread(baseline),
        cpuSecondsPerMillion: (cpu / appended) * 1e6,
        switchesOff,
        more: { p99Ms: Math.round(percentile(latencies, 0.99) * 10) / 10, ledgerSize: writer.size },
      };
    } finally {
      await client.close();
      await vault.close();
      await sql.end({ timeout: 1 });
      await rows.end({ timeout: 1 });
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const LEAF = Buffer.alloc(32, 7);
const BODY = 'x'.repeat(500);
const RECORD_ID = '0123456789abcdef0123456789abcdef';

/** What a check enters: a person to tag, the member's view and the rest. */
function entry(): NewEntry {
  return {
    about: { amcNo: '0999000190' as NonNullable<NewEntry['about']>['amcNo'], recordId: RECORD_ID },
    member: {
      by: 'pharmacist',
      structure: 'S-BENCH',
      purpose: 'PHAR',
      evidence: 'member-number',
      fields: ['membership', 'cover'],
      outcome: '000',
    },
    rest: {
      event: 'rights.checked',
      account: 'bench',
      client: 'software-bench',
      door: 'member',
      cause: 'covered',
      mask: 63,
    },
  };
}

async function loop(workers: number, once: () => Promise<unknown>, latencies: number[]) {
  const startedAt = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (performance.now() - startedAt < ROUND_MS) {
        const before = performance.now();
        await once();
        latencies.push(performance.now() - before);
        done += 1;
      }
    }),
  );
  return { done, perSecond: (done * 1000) / (performance.now() - startedAt) };
}
