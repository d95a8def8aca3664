// How a command says no.

import type { CliIo } from './io.ts';

/** The problem document on stdout; the exit code of a refusal. */
export function printProblem(problem: Record<string, unknown>, io: CliIo): 1 {
  io.stdout(`${JSON.stringify(problem, null, io.json ? 0 : 2)}\n`);
  return 1;
}

export const problem = (code: string, title: string, extras: Record<string, unknown> = {}) => ({
  type: `urn:rempart:problem:${code}`,
  title,
  code,
  ...extras,
});

/** What the file system said; null for any other error. */
export function fileProblem(error: unknown): Record<string, unknown> | null {
  if (!(error instanceof Error && 'syscall' in error)) return null;
  return problem('file', `The file cannot be read or written: ${error.message}`);
}
