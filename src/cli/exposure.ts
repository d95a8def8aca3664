// `rempart exposure`: whose data an account, a structure or a client was shown, and which fields of it. Prints the list on
// stdout and nothing of it anywhere else; without an entry in the ledger, which the running operator writes, no list.

import { openDatabase } from '../db/database.ts';
import type { DemoPaths } from '../demo/paths.ts';
import { timestamp } from '../lib/clock.ts';
import type { Exposure, ExposureCounts } from '../operator/breach/exposure.ts';
import { sqlExposureEntries, sqlPersonRefs } from '../operator/breach/exposure-store-sql.ts';
import { type ExposureQuestion, listExposure } from '../operator/breach/list-exposure.ts';
import { ListingNotEntered, postListing } from '../operator/breach/listing-store-sql.ts';
import { journalDirectory } from '../operator/ledger/verify-journal-dir.ts';
import { VaultSocketClient } from '../vault/socket-client.ts';
import { VaultRefused, VaultUnavailable } from '../vault/vault-client.ts';
import { currentPaths, NO_DEMO, readDemoWorld } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart exposure --account ID | --structure ID | --client ID --from T --to T [--incident ID] [--json]
  --account, --structure, --client   one of them, by its exact id
  --from T, --to T   RFC 3339, as 2026-11-30T08:00:00Z or 2026-11-30T09:00:00+01:00; --to itself is not in the window
  --incident ID      the incident this is for; the demo opens one named after the time when there is none
Prints {persons: [{insurer, subjectRef, fields, first, last, certainty, mayBeMore}], counts}. \`fields\`: shown for certain;
\`possible\`: a door was opened and nobody knows whether its answer arrived, so any field may have been shown.
Every list is an entry of the ledger, written before the list is printed.
`;

/** The operator enters lists once a second. */
const PATIENCE_MS = 15_000;

const ASKERS = ['account', 'structure', 'client'] as const;
const OPTIONS = ['from', 'to', 'incident', ...ASKERS] as const;

/** Exit code: 0 listed, 1 refused or failed, 2 wrong usage. */
export function exposureCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const question = questionOf(argv, io);
    const paths = currentPaths();
    const world = await readDemoWorld(paths);
    if (!world) {
      io.stderr(NO_DEMO);
      return 1;
    }
    try {
      const exposure = await list(world.database, paths, question);
      io.stdout(`${JSON.stringify(exposure, null, io.json ? 0 : 2)}\n`);
      io.stderr(sentences(exposure.counts, question));
      return 0;
    } catch (error) {
      return refuse(error, io);
    }
  });
}

function questionOf(argv: string[], io: CliIo): ExposureQuestion {
  const text = { type: 'string' } as const;
  const { values, words } = readOptions(argv, Object.fromEntries(OPTIONS.map((name) => [name, text])));
  if (words.length > 0) throw new UsageError(`${words.join(' ')} is not understood`);
  const given = ASKERS.filter((kind) => values[kind] !== undefined);
  const [kind] = given;
  if (!kind || given.length > 1) throw new UsageError('say one of --account, --structure and --client');
  const id = String(values[kind]);
  if (!/^[\w.:-]{1,64}$/.test(id)) throw new UsageError(`--${kind} must be an id, as in the ledger`);
  const window = { fromMs: instant(values['from'], '--from'), toMs: instant(values['to'], '--to') };
  if (window.toMs <= window.fromMs) throw new UsageError('--to must be later than --from');
  const opened = `demo-${timestamp(io.now()).slice(0, 19)}Z`;
  const incident = String(values['incident'] ?? opened);
  if (!/^[\w.:-]{1,64}$/.test(incident)) {
    throw new UsageError('--incident must have 1 to 64 letters, digits and _ . : -');
  }
  return { asker: { kind, id }, window, incident, approvals: [] };
}

function instant(value: unknown, name: string): number {
  if (value === undefined) throw new UsageError(`${name} is missing`);
  const text = String(value);
  const atMs = Date.parse(text);
  const isWhole = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text);
  if (!isWhole || Number.isNaN(atMs)) {
    throw new UsageError(`${name} must be a time with its zone, as 2026-11-30T08:00:00Z`);
  }
  return atMs;
}

async function list(database: string, paths: DemoPaths, question: ExposureQuestion): Promise<Exposure> {
  const sql = openDatabase(database, { max: 1, applicationName: 'rempart-exposure' });
  const vault = new VaultSocketClient(paths.socket);
  try {
    return await listExposure(
      {
        entries: sqlExposureEntries(sql),
        journal: journalDirectory(paths.journal),
        vault,
        persons: sqlPersonRefs(sql),
        enter: (listing) => postListing(sql, listing, PATIENCE_MS),
      },
      question,
    );
  } finally {
    await vault.close();
    await sql.end({ timeout: 1 });
  }
}

function sentences(counts: ExposureCounts, { asker, incident }: ExposureQuestion): string {
  const { persons, certain, possible, unknownPersons, doors, entries, missing, notListed } = counts;
  const said = [`Incident ${incident}: ${persons} person(s), ${certain} certainly, ${possible} possibly.`];
  if (doors + entries === 0)
    said.push(
      `${asker.kind} ${asker.id} looked nobody up in this window: is that its id, and the right time?`,
    );
  if (unknownPersons > 0)
    said.push(`At most ${unknownPersons} more whom nobody can name: doors without answer or record.`);
  if (missing.entries + missing.journalLines > 0)
    said.push(
      `Missing: ${missing.entries} entries of the ledger, ${missing.journalLines} lines of the journal.`,
    );
  if (notListed === 'possible') said.push('Whoever is not listed is possibly exposed, not "no".');
  return `${said.join('\n')}\n`;
}

const TITLES: Readonly<Record<string, string>> = {
  unreachable: 'The vault cannot be reached: without it nobody knows whom the ledger’s tags stand for.',
  'exposure-not-entered':
    'The operator did not enter this list in its ledger, so it is not shown. Is it running?',
  'approval-refused': 'Outside a demo two different persons must have signed for this incident.',
};

function refuse(error: unknown, io: CliIo): number {
  const code = codeOf(error);
  const title = TITLES[code] ?? `The vault refused: ${code}.`;
  const problem = { type: `urn:rempart:problem:${code}`, title, code };
  io.stdout(`${JSON.stringify(problem, null, io.json ? 0 : 2)}\n`);
  if (!io.json) io.stderr(`${title}\n`);
  return 1;
}

function codeOf(error: unknown): string {
  if (error instanceof VaultRefused) return error.code;
  if (error instanceof VaultUnavailable) return 'unreachable';
  if (error instanceof ListingNotEntered) return 'exposure-not-entered';
  throw error;
}
