// `rempart bench [NAME …|--all]`: the benchmark suite; what it measures is in bench/.

import { runBenchmarks } from '../../bench/run.ts';
import type { CliIo } from './io.ts';

export function benchCommand(argv: string[], io: CliIo): Promise<number> {
  return runBenchmarks(
    argv.filter((word) => word !== '--all' && word !== '--'),
    io,
  );
}
