// `rempart directory import FILE`: an extraction of the public directory becomes who may sign in, and where.
// Rejected lines are named by number and reason; must never print or write a text of the file.

import { createReadStream } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { directoryConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import { type CareDate, parseCareDate } from '../core/period.ts';
import { openDatabase } from '../db/database.ts';
import { parisDate, systemClock } from '../lib/clock.ts';
import {
  type AnnuaireLayout,
  extractionDay,
  HEAD_BYTES,
  MOST_ENDINGS_PERCENT,
  REJECT_REASONS,
  type RejectReason,
  readHead,
} from '../operator/access/annuaire.ts';
import { AnnuaireReader } from '../operator/access/annuaire-reader.ts';
import {
  applyExtraction,
  type ExtractionChanges,
  type ExtractionRefusal,
  ExtractionRefused,
} from '../operator/access/annuaire-store-sql.ts';
import { currentPaths, readDemoWorld } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart directory import FILE [--date YYYY-MM-DD] [--confirm-endings] [--json]
  FILE               an extraction of the public directory, PS_LibreAcces_Personne_activite_<date>.txt
  --date             day of the extraction, when the file's name does not end in it
  --confirm-endings  also when it ends more than ${MOST_ENDINGS_PERCENT} % of the active activities
  The database is the running demo's, or the one OPERATOR_DATABASE_DIRECTORY_URL names. Broken lines are counted;
  the first 1,000 are listed in FILE.rejected.ndjson. Nothing is visible before all of it is.
`;

const OPTIONS = { date: { type: 'string' }, 'confirm-endings': { type: 'boolean' } } as const;
const PIECE_BYTES = 512 * 1024;
const PROGRESS_EVERY_MS = 2_000;

type Request = { file: string; day: CareDate; confirmEndings: boolean };

/** Exit code: 0 done, 1 refused or failed, 2 wrong usage. `argv` is what follows `directory`. */
export function directoryCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const request = readRequest(argv, parisDate(systemClock.nowMs()));
    return importDirectory(request, io).catch((error: unknown) => failed(error, io));
  });
}

function readRequest(argv: string[], today: string): Request {
  const { values, words } = readOptions(argv, OPTIONS);
  const [action, file, ...more] = words;
  if (action !== 'import' || file === undefined || more.length > 0) throw new UsageError('say `import FILE`');
  const day = values['date'] === undefined ? extractionDay(basename(file)) : parseCareDate(values['date']);
  if (day === null) {
    throw new UsageError(
      values['date'] === undefined
        ? 'the name of the file does not say the day of the extraction: add --date YYYY-MM-DD'
        : '--date must be a day, YYYY-MM-DD',
    );
  }
  if (day > today) throw new UsageError(`the day of the extraction, ${day}, has not come yet`);
  return { file, day, confirmEndings: values['confirm-endings'] === true };
}

async function importDirectory({ file, day, confirmEndings }: Request, io: CliIo): Promise<number> {
  const startedAt = io.now();
  const { layout, bytes } = await readBeginning(file);
  const reader = new AnnuaireReader(layout);
  const say = progress({ reader, bytes, startedAt, io });
  const sql = openDatabase(await databaseUrl(), { max: 1, applicationName: 'rempart-directory' });
  const rows = async function* () {
    yield* rowsOf(file, layout, reader, say.read);
    await listRejects(file, reader, io);
  };
  try {
    const changes = await applyExtraction(sql, { day, confirmEndings, rows: rows(), onStep: say.step });
    report(changes, reader, Math.round((io.now() - startedAt) / 10) / 100, io);
    return 0;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** The demo's owner, unless a login was given for this. */
async function databaseUrl(): Promise<string> {
  const env = readEnv();
  if (env['OPERATOR_DATABASE_DIRECTORY_URL']) return directoryConfig(env).database.reveal();
  const world = await readDemoWorld(currentPaths());
  if (world) return world.database;
  throw new Refused(
    'no-database',
    'No demo is running here, and OPERATOR_DATABASE_DIRECTORY_URL is not set.',
  );
}

// ---- Reading ------------------------------------------------------------------------------------------------------

async function readBeginning(file: string): Promise<{ layout: AnnuaireLayout; bytes: number }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const beginning = Buffer.alloc(Math.min(size, HEAD_BYTES));
    const { bytesRead } = await handle.read(beginning, 0, beginning.length, 0);
    const head = readHead(beginning.subarray(0, bytesRead));
    if (!head.ok) {
      throw new Refused(
        'directory-header',
        `This is no extraction of the directory: ${head.problem}. Nothing was imported.`,
      );
    }
    return { layout: head.layout, bytes: size };
  } finally {
    await handle.close();
  }
}

async function* rowsOf(
  file: string,
  layout: AnnuaireLayout,
  reader: AnnuaireReader,
  onBytes: (bytes: number) => void,
): AsyncGenerator<string> {
  let at = layout.headerBytes;
  const pieces = createReadStream(file, { start: at, highWaterMark: PIECE_BYTES });
  for await (const piece of pieces as AsyncIterable<Buffer>) {
    const text = reader.push(piece);
    if (text !== '') yield text;
    at += piece.length;
    onBytes(at);
  }
  const text = reader.end();
  if (text !== '') yield text;
}

/** Written before anything is decided: a refused file should say what was wrong with it. */
async function listRejects(file: string, reader: AnnuaireReader, io: CliIo): Promise<void> {
  const { rejects } = reader;
  const target = `${file}.rejected.ndjson`;
  await rm(target, { force: true });
  if (rejects.length === 0) return;
  await writeFile(target, rejects.map((one) => `${JSON.stringify(one)}\n`).join(''), { mode: 0o600 });
  sayRejects(target, reader, io);
}

// ---- Telling ------------------------------------------------------------------------------------------------------

type Run = { reader: AnnuaireReader; bytes: number; startedAt: number; io: CliIo };

/** Says how far a long run is: rate so far and the time left at that rate, then each step of the database. */
function progress({ reader, bytes: total, startedAt, io }: Run) {
  let saidAt = startedAt;
  return {
    read(bytes: number): void {
      const now = io.now();
      if (now - saidAt < PROGRESS_EVERY_MS) return;
      saidAt = now;
      const share = bytes / total;
      const seconds = (now - startedAt) / 1000;
      const rate = `${grouped(Math.round(reader.rows / seconds))} a second`;
      const left = `${Math.ceil((seconds / share) * (1 - share))} s left to read`;
      io.stderr(`${grouped(reader.rows)} lines (${Math.floor(share * 100)} %), ${rate}, ${left}\n`);
    },
    step(step: string): void {
      const seconds = Math.round((io.now() - startedAt) / 1000);
      if (seconds * 1000 >= PROGRESS_EVERY_MS) io.stderr(`${step} … (${seconds} s since the start)\n`);
    },
  };
}

function report(changes: ExtractionChanges, reader: AnnuaireReader, seconds: number, io: CliIo): void {
  const { rows, skipped, rejected } = reader;
  if (io.json) {
    io.stdout(`${JSON.stringify({ rows, ...changes, skipped, rejected, seconds })}\n`);
    return;
  }
  const { professionals, structures, activities, begun, ended, unchanged } = changes;
  io.stdout(
    `${grouped(rows)} lines name ${grouped(activities)} activities of ${grouped(professionals)} professionals in ` +
      `${grouped(structures)} structures: ${grouped(begun)} begun, ${grouped(unchanged)} unchanged, ` +
      `${grouped(ended)} ended; ${grouped(skipped)} lines skipped, ${grouped(rejected)} rejected; ${seconds} s.\n`,
  );
}

function sayRejects(list: string, { rejected, reasons }: AnnuaireReader, io: CliIo): void {
  io.stderr(`${grouped(rejected)} lines were rejected, the first are listed in ${list}:\n`);
  for (const [reason, count] of Object.entries(reasons)) {
    io.stderr(`  ${grouped(count)}: ${REJECT_REASONS[reason as RejectReason]}\n`);
  }
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

// ---- Refusals and failures ----------------------------------------------------------------------------------------

class Refused extends Error {
  readonly code: string;
  constructor(code: string, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

const REFUSALS: {
  [Code in ExtractionRefusal['code']]: (refusal: Extract<ExtractionRefusal, { code: Code }>) => string;
} = {
  'import-running': () => 'Another import of the directory is running: wait for its end.',
  'extraction-older': ({ newest }) =>
    `An extraction of ${newest} has been imported; this one is older and would bring back who has left since.`,
  'too-many-endings': ({ active, ending }) =>
    `The file would end ${grouped(ending)} of ${grouped(active)} active activities, more than ` +
    `${MOST_ENDINGS_PERCENT} %: is it complete? If so, import it with --confirm-endings. Nothing was changed.`,
};

function failed(error: unknown, io: CliIo): number {
  const { code, sentence, ...more } = problemOf(error);
  const document = { type: `urn:rempart:problem:${code}`, title: sentence, code, ...more };
  io.stdout(`${JSON.stringify(document, null, io.json ? 0 : 2)}\n`);
  if (!io.json) io.stderr(`${sentence}\n`);
  return 1;
}

function problemOf(error: unknown): { code: string; sentence: string } {
  if (error instanceof Refused) return { code: error.code, sentence: error.message };
  if (error instanceof ExtractionRefused) {
    const { refusal } = error;
    const sentence = (REFUSALS[refusal.code] as (one: ExtractionRefusal) => string)(refusal);
    return { ...refusal, sentence };
  }
  if (error instanceof Error && 'syscall' in error && 'path' in error) {
    return { code: 'file', sentence: `The file cannot be read or written: ${error.message}` };
  }
  // The database's own message may quote a value: its code says enough.
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return { code: 'database', sentence: `The database said no (${error.code}). Nothing was changed.` };
  }
  throw error;
}
