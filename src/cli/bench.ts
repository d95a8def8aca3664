// `rempart bench [NAME …|--all]`: the benchmark suite; what it measures is in bench/.

import { runBenchmarks } from '../../bench/run.ts';
import type { CliIo } from './io.ts';

const USAGE = `Usage: rempart bench [NAME …]
  ledger-append, import, check-http, offline-verify: all four unless told, at most three minutes; a table on stdout and
  bench/results/latest.json. Nothing else should run meanwhile; figures are ratios of one run (docs/adr/0013).
`;

export async function benchCommand(argv: string[], io: CliIo): Promise<number> {
  if (argv.includes('--help')) {
    io.stdout(USAGE);
    return 0;
  }
  return runBenchmarks(
    argv.filter((word) => word !== '--all' && word !== '--'),
    io,
  );
}
