// Reads a command's options; wrong usage becomes one sentence and exit code 2.

import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { CliIo } from './io.ts';

/** Thrown for wrong usage; the command's usage text follows it on stderr. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/** `--name value` options and positional words; throws UsageError. */
export function readOptions(
  argv: string[],
  options: Options,
): { values: Record<string, string | boolean | undefined>; words: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      options: { ...options, help: { type: 'boolean' } },
      allowPositionals: true,
    });
    return { values: values as Record<string, string | boolean | undefined>, words: positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'wrong usage');
  }
}

/** The values of an option that may be given several times (`multiple`). */
export function listOf(values: Record<string, unknown>, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? (value as string[]) : [];
}

/** Runs a command; wrong usage gives 2, `--help` prints the usage and gives 0. */
export async function withUsage(
  usage: string,
  argv: string[],
  io: CliIo,
  run: () => Promise<number>,
): Promise<number> {
  if (argv.includes('--help')) {
    io.stdout(usage);
    return 0;
  }
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr(`${error.message}\n${usage}`);
    return 2;
  }
}
