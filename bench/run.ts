// Runs benchmarks by name, prints the table, writes bench/results/latest.json. Fails when a safety switch was off.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../src/lib/package-root.ts';
import { cardIssue } from './card-issue.ts';
import { checkHttp } from './check-http.ts';
import { importBenchmark } from './import.ts';
import { ledgerAppend } from './ledger-append.ts';
import { offlineVerify } from './offline-verify.ts';
import { paymentRun } from './payment-run.ts';
import { quoteCore } from './quote-core.ts';
import { quoteHttp } from './quote-http.ts';
import { type BenchResult, table } from './report.ts';

/** The short set of CONTRACT.md 1: at most three minutes together. */
const SHORT = [ledgerAppend, importBenchmark, checkHttp];
export const BENCHMARKS = [...SHORT, offlineVerify, cardIssue, quoteCore, quoteHttp, paymentRun];

export type BenchIo = { stdout(text: string): void; stderr(text: string): void; json: boolean };

/** Exit code: 0 measured, 1 failed or a switch was off, 2 unknown name. */
export async function runBenchmarks(names: readonly string[], io: BenchIo): Promise<number> {
  const chosen = chosenBy(names);
  if (chosen.length === 0 || chosen.length < names.length) {
    io.stderr(`There are these benchmarks: ${BENCHMARKS.map(({ name }) => name).join(', ')}\n`);
    return 2;
  }
  const results: Record<string, BenchResult> = {};
  for (const benchmark of chosen) {
    io.stderr(`${benchmark.name}: ${benchmark.summary}\n`);
    results[benchmark.name] = await benchmark.run((text) => io.stderr(`  ${text}\n`));
  }
  const document = { node: process.versions.node, at: new Date().toISOString(), results };
  await save(document);
  io.stdout(io.json ? `${JSON.stringify(document)}\n` : table(results));
  return Object.values(results).every(({ switchesOff }) => switchesOff.length === 0) ? 0 : 1;
}

/** Nothing: the short set. `--all`: every one. */
function chosenBy(names: readonly string[]) {
  if (names.length === 0) return SHORT;
  return names.includes('--all') ? BENCHMARKS : BENCHMARKS.filter(({ name }) => names.includes(name));
}

async function save(document: {
  node: string;
  at: string;
  results: Record<string, BenchResult>;
}): Promise<void> {
  const folder = join(packageRoot(), 'bench', 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'latest.json'), `${JSON.stringify(document, null, 2)}\n`);
}
