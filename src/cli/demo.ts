// `rempart demo` (= npm start): the whole platform until Ctrl-C.

import { readEnv } from '../config/env.ts';
import { DEMO_ACCOUNTS } from '../demo/accounts.ts';
import { type RunningDemo, startDemo } from '../demo/demo.ts';
import { currentPaths } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart demo [--port N]
  --port N   port of the operator for machines (default: the one of the last start, 8443 at first);
             the variable OPERATOR_PORT does the same; 0 picks a free one
Data is kept in .rempart/ (npm run reset removes it). Ctrl-C stops everything.
`;

export function demoCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values } = readOptions(argv, { port: { type: 'string' } });
    const operatorPort = portOf(values['port'] ?? readEnv()['OPERATOR_PORT']);
    const startedAtMs = io.now();
    const stopAsked = stopSignal();
    const starting = startDemo({
      paths: currentPaths(),
      operatorPort,
      accounts: DEMO_ACCOUNTS,
      nowMs: startedAtMs,
      say: (step) => io.stderr(`rempart: ${step}\n`),
    });
    try {
      const demo = await Promise.race([starting, stopAsked]);
      if (demo) {
        welcome(demo, (io.now() - startedAtMs) / 1000, io);
        await stopAsked;
      }
      io.stderr('rempart: stopping\n');
      await (await starting).stop();
      return 0;
    } catch (error) {
      io.stderr(`rempart: ${explain(error)}\n`);
      return 1;
    }
  });
}

function portOf(value: string | boolean | undefined): number | null {
  if (value === undefined || value === '') return null;
  if (typeof value !== 'string' || !/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new UsageError('--port must be a port number from 0 to 65535');
  }
  return Number(value);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : 'unknown problem';
  if (!message.includes('is already in use')) return message;
  return `${message}. Is another demo running? Otherwise choose a port: npm start -- --port 9443`;
}

const LOCKED = `
The vault is still locked since an earlier lock: every look-up is refused (503) until two people unlock it:
  npx rempart vault unlock --by sophie --and theo
`;

function welcome(demo: RunningDemo, seconds: number, io: CliIo): void {
  io.stdout(`
Rempart is ready (${seconds.toFixed(1)} s). Everything in it is fictitious.

  portal of professionals  ${demo.portalUrl}   (open it in a browser; sign in as Claire at the simulator of Pro Santé Connect)
  console of the staff     ${demo.consoleUrl}   (npx rempart staff enrol --staff sophie prints a code; it makes a passkey there)
  operator, for machines   ${demo.operatorUrl}   (client certificate and token; /openapi.json, /health and /ready are open)
  insurer, for machines    ${demo.insurerUrl}   (the Mutuelle des Tilleuls’ own process: its cards)
  status page              ${demo.statusUrl}   (what everybody reads when something is wrong: rempart status writes it)
  metrics                  ${demo.metricsUrl}

Try, in another terminal in this folder:

  npx rempart ask --person 0                    is this person covered at the pharmacy today?
  npx rempart ask --person 0 --domain OPTI --as marc     the optician asks about glasses
  npx rempart ask --person 0 --domain OPTI      the pharmacist may not: refused, and that is in the ledger too
  npx rempart ask --card .rempart/cards/00-0999000101.cbor     the same person with her signed card
  npx rempart card draw .rempart/cards/00-0999000101.cbor --out card.png     its code, to scan or upload in the portal
  npx rempart card print .rempart/cards/00-0999000101.cbor --insurer "Mutuelle des Tilleuls" --holder "Claire Exemple" --out card.pdf     on paper
  npx rempart ledger verify                     proves that these look-ups were recorded and not changed
  npx rempart exposure --account claire --from 2026-01-01T00:00:00Z --to 2100-01-01T00:00:00Z     whose data she was shown
  npx rempart vault lock --by sophie            cuts every door at once; then ask again
  npx rempart vault unlock --by sophie --and theo
  npx rempart status set --state closed --next-update 23:59     what everybody is told meanwhile; look at the status page
  npx rempart status resolve
  npx rempart people --count 100000 --seed 7 --out people.ndjson
  npx rempart feed import people.ndjson --insurer 0999000190

Ctrl-C stops everything; the data stays in ${currentPaths().base} (npm run reset removes it).
${demo.locked ? LOCKED : ''}`);
}
