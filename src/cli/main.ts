// The command line: one line per command, one file per command (CONTRACT.md 1).
// Results on stdout, everything else on stderr; exit 0 = done, 1 = refused or failed, 2 = wrong usage.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import { packageRoot } from '../lib/package-root.ts';
import type { CliIo } from './io.ts';

type Command = { summary: string; run(argv: string[], io: CliIo): Promise<number> };

/** Loaded when called: a command does not pay for the libraries of the others. */
const COMMANDS: Readonly<Record<string, Command>> = {
  demo: {
    summary: 'start the whole platform on this machine with a small fictitious world',
    run: async (argv, io) => (await import('./demo.ts')).demoCommand(argv, io),
  },
  ask: {
    summary: 'ask for rights as the demo pharmacy software',
    run: async (argv, io) => (await import('./ask.ts')).askCommand(argv, io),
  },
  token: {
    summary: 'sign in as the demo pharmacy software and print its access token',
    run: async (argv, io) => (await import('./token.ts')).tokenCommand(argv, io),
  },
  ledger: {
    summary: 'verify: check the whole ledger again, also against the vault’s journal',
    run: async (argv, io) => (await import('./ledger.ts')).ledgerCommand(argv, io),
  },
  exposure: {
    summary: 'list whose data an account, a structure or a client was shown, and which fields',
    run: async (argv, io) => (await import('./exposure.ts')).exposureCommand(argv, io),
  },
  calculate: {
    summary: 'compute who pays what of each case in a file (without any server)',
    run: async (argv, io) => (await import('./calculate.ts')).calculateCommand(argv, io),
  },
  card: {
    summary:
      'issue, revoke, keys, replace-key, verify (without any network), check-vectors, draw, print: signed cards',
    run: async (argv, io) => (await import('./card.ts')).cardCommand(argv, io),
  },
  trust: {
    summary: 'sign: the trust root signs which keys sign cards (without any network)',
    run: async (argv, io) => (await import('./trust.ts')).trustCommand(argv, io),
  },
  people: {
    summary: 'write a feed of fictitious people and families',
    run: async (argv, io) => (await import('./people.ts')).peopleCommand(argv, io),
  },
  feed: {
    summary: 'import a feed, approve one that waits for a second person',
    run: async (argv, io) => (await import('./feed.ts')).feedCommand(argv, io),
  },
  'prior-agreement': {
    summary: 'list, decide: what waits for an insurer’s word',
    run: async (argv, io) => (await import('./prior-agreement.ts')).priorAgreementCommand(argv, io),
  },
  directory: {
    summary: 'import an extraction of the public directory of professionals',
    run: async (argv, io) => (await import('./directory-import.ts')).directoryCommand(argv, io),
  },
  pay: {
    summary: 'run, approve, show, statement, late: pay accepted claims, match what the bank says',
    run: async (argv, io) => (await import('./pay.ts')).payCommand(argv, io),
  },
  vault: {
    summary: 'state, lock, unlock, begin an epoch',
    run: async (argv, io) => (await import('./vault.ts')).vaultCommand(argv, io),
  },
  staff: {
    summary: 'enrol: a one-time code with which a member of the staff makes a passkey at the console',
    run: async (argv, io) => (await import('./staff.ts')).staffCommand(argv, io),
  },
  status: {
    summary:
      'set, note, resolve, build, verify: what the status page says, also when everything else is down',
    run: async (argv, io) => (await import('./status.ts')).statusCommand(argv, io),
  },
  serve: {
    summary: 'one process (operator, insurer, vault or status), configured by its environment (.env.example)',
    run: async (argv, io) => (await import('./serve.ts')).serveCommand(argv, io),
  },
  drill: {
    summary: 'run an attack against a throw-away platform and print what it reached',
    run: async (argv, io) => (await import('./drill.ts')).drillCommand(argv, io),
  },
  bench: {
    summary: 'run the benchmarks',
    run: async (argv, io) => (await import('./bench.ts')).benchCommand(argv, io),
  },
  reset: {
    summary: 'remove the demo’s data',
    run: async (argv, io) => (await import('./reset.ts')).resetCommand(argv, io),
  },
};

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(15)} ${summary}`);
  return `Usage: rempart <command> [options] [--json]\n\n${lines.join('\n')}\n\nrempart <command> --help says more.\n`;
}

/** Of package.json, which lies beside dist/. */
function version(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const [name = '', ...argv] = process.argv.slice(2);
const json = argv.includes('--json');
const io: CliIo = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  json,
  now: () => systemClock.nowMs(),
};

if (name === '--version') {
  io.stdout(`${version()}\n`);
  process.exit(0);
}
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command) {
  process.exitCode = await command.run(
    argv.filter((one) => one !== '--json'),
    io,
  );
} else {
  const asked = name === '' || name === '--help' || name === 'help';
  (asked && name !== '' ? io.stdout : io.stderr)(
    asked ? usage() : `rempart: there is no command "${name}"\n\n${usage()}`,
  );
  process.exitCode = asked && name !== '' ? 0 : 2;
}
