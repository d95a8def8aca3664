// `rempart card …`: one line per subcommand, one file each (card-verify.ts, card-vectors.ts, card-draw.ts).

import type { CliIo } from './io.ts';
import { UsageError, withUsage } from './usage.ts';

type Subcommand = { usage: string; run(argv: string[], io: CliIo): Promise<number> };

/** Loaded when called, as in main.ts. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Subcommand>>> = {
  verify: async () => (await import('./card-verify.ts')).cardVerify,
  'check-vectors': async () => (await import('./card-vectors.ts')).cardCheckVectors,
  draw: async () => (await import('./card-draw.ts')).cardDraw,
};

const USAGE = `Usage: rempart card <subcommand> [options] [--json]
  verify FILE           is this card good today? Needs no network and no server
  check-vectors [FILE]  tries the test vectors, or checks the results of another implementation
  draw FILE             draws a card's code as a picture
rempart card <subcommand> --help says more.
`;

export function cardCommand(argv: string[], io: CliIo): Promise<number> {
  const [name = '', ...rest] = argv;
  const load = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (!load) {
    return withUsage(USAGE, argv, io, async () => {
      throw new UsageError(name === '' ? 'say which' : `there is no subcommand "${name}"`);
    });
  }
  return load().then(({ usage, run }) => withUsage(usage, rest, io, () => run(rest, io)));
}
