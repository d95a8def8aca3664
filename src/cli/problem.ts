// How a command says no.

import type { CliIo } from './io.ts';

/** The problem document on stdout; the exit code of a refusal. */
export function printProblem(problem: Record<string, unknown>, io: CliIo): 1 {
  io.stdout(`${JSON.stringify(problem, null, io.json ? 0 : 2)}\n`);
  return 1;
}
