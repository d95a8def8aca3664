// `rempart card …`: one line per subcommand, one file each.

import type { CliIo } from './io.ts';
import { UsageError, withUsage } from './usage.ts';

type Run = (argv: string[], io: CliIo) => Promise<number>;

/** Loaded when called, as in main.ts. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Run>>> = {
  issue: async () => (await import('./card-issue.ts')).cardIssueCommand,
  revoke: async () => (await import('./card-revoke.ts')).cardRevokeCommand,
  keys: async () => (await import('./card-keys.ts')).cardKeysCommand,
  'replace-key': async () => (await import('./card-replace-key.ts')).cardReplaceKeyCommand,
  verify: async () => explained((await import('./card-verify.ts')).cardVerify),
  'check-vectors': async () => explained((await import('./card-vectors.ts')).cardCheckVectors),
  draw: async () => explained((await import('./card-draw.ts')).cardDraw),
  print: async () => explained((await import('./card-print.ts')).cardPrint),
};

const USAGE = `Usage: rempart card <subcommand> [options] [--json]
  issue                 has a card signed by the demo's insurer
  revoke                revokes a card, at the counter at once, elsewhere with the next status list
  keys                  the insurer's card keys, as the trust list is to name them
  replace-key --kid K   a key that may be in other hands signs nothing any more
  verify FILE           is this card good today? Needs no network and no server
  check-vectors [FILE]  tries the test vectors, or checks the results of another implementation
  draw FILE             draws a card's code as a picture
  print CARD            prints a card, or many, as PDF, to be folded in three
rempart card <subcommand> --help says more.
`;

export async function cardCommand(argv: string[], io: CliIo): Promise<number> {
  const [name = '', ...rest] = argv;
  const load = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (load) return (await load())(rest, io);
  return withUsage(USAGE, argv, io, async () => {
    throw new UsageError(name === '' ? 'say which' : `there is no subcommand "${name}"`);
  });
}

function explained({ usage, run }: { usage: string; run: Run }): Run {
  return (argv, io) => withUsage(usage, argv, io, () => run(argv, io));
}
