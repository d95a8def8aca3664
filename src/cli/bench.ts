// `rempart bench [NAME …|--all]`: the benchmark suite; what it measures is in bench/.

import { runBenchmarks } from '../../bench/run.ts';
import type { CliIo } from './io.ts';

const USAGE = `Usage: rempart bench [NAME … | --all]
  ledger-append, import, check-http unless told: at most three minutes. By name or with --all also offline-verify,
  card-issue and quote-core. A table on stdout, figures in bench/results/latest.json. Nothing else should run meanwhile; figures are
  ratios of one run (docs/adr/0013).
`;

export async function benchCommand(argv: string[], io: CliIo): Promise<number> {
  if (argv.includes('--help')) {
    io.stdout(USAGE);
    return 0;
  }
  return runBenchmarks(
    argv.filter((word) => word !== '--'),
    io,
  );
}
