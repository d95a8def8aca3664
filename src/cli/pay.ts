// `rempart pay`: pays what was accepted. Needs the database (a login of its own) and the vault's process; neither the
// operator nor an unlocked vault, so care is paid for while everything else is cut. It must never print an account number.

import type { JsonWebKey } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { payConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import { parseCareDate } from '../core/period.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { executed, statementOf } from '../demo/bank.ts';
import { dutyUrl, letBankDetailsComeIntoForce } from '../demo/demo-store-sql.ts';
import { readJson, readJsonIfThere, writePrivate } from '../demo/files.ts';
import type { DemoPaths } from '../demo/paths.ts';
import { approvePay, type World } from '../demo/world.ts';
import { parisDate, systemClock } from '../lib/clock.ts';
import { writeDurably } from '../lib/durable-file.ts';
import { importStatements } from '../operator/settlement/payments/import-statement.ts';
import { noteLate } from '../operator/settlement/payments/late-store-sql.ts';
import { type PayAsked, type PayOutcome, payRun } from '../operator/settlement/payments/pay-run.ts';
import { runList, transferList } from '../operator/settlement/payments/run-list-sql.ts';
import { sqlPaymentRunStore } from '../operator/settlement/payments/run-store-sql.ts';
import { STATEMENT_PROBLEMS, StatementRefused } from '../operator/settlement/payments/statement.ts';
import { sqlStatementStore } from '../operator/settlement/payments/statement-store-sql.ts';
import type { Approval } from '../vault/protocol.ts';
import { VaultSocketClient } from '../vault/socket-client.ts';
import { VaultRefused, VaultUnavailable } from '../vault/vault-client.ts';
import { currentPaths, NO_DEMO, readDemoWorld } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart pay run --out DIR [--day D] [--run RUN] [--by STAFF] [--and STAFF]
       rempart pay approve RUN --by STAFF
       rempart pay show [RUN]
       rempart pay statement FILE
       rempart pay late
       rempart pay demo-bank FILE
       rempart pay demo-wait
  run        freezes the claims accepted until the end of day D (today), or goes on with the run that is not finished;
             two different persons sign its digest, then one SEPA file per insurer is written into DIR. Made twice it
             pays once; --run RUN writes the files of that run again, with the same bytes.
  approve    the second person's signature, from where their key is
  show       runs, what the bank says of their transfers, and the claims that wait for bank details
  statement  books a statement of an insurer's account (camt.053): whole, or not at all
  late       transfers that no statement shows by the third business day
  demo-bank  what a bank would say that executed FILE: writes FILE.statement.xml. Fictitious, for trying things out
  demo-wait  lets the 72 hours of bank details pass, in the demo
Keys are those of .rempart/staff (REMPART_DIR). Demo staff: sophie, theo.
`;

const text = { type: 'string' } as const;
const OPTIONS = { out: text, day: text, run: text, by: text, and: text } as const;

type Place = { sql: Database; vault: VaultSocketClient; paths: DemoPaths };
type Said = { ok: boolean; facts: Record<string, unknown> };

/** Exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export function payCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, OPTIONS);
    const work = workOf(words, values as Values);
    const place = await placeOf();
    if (!place) {
      io.stderr(NO_DEMO);
      return 1;
    }
    try {
      const { ok, facts } = await work(place);
      io.stdout(`${JSON.stringify(facts, null, io.json ? 0 : 2)}\n`);
      return ok ? 0 : 1;
    } catch (error) {
      io.stdout(`${JSON.stringify(problem(codeOf(error)))}\n`);
      return 1;
    } finally {
      await place.vault.close();
      await place.sql.end({ timeout: 1 });
    }
  });
}

type Values = Partial<Record<keyof typeof OPTIONS, string>>;

/** Wrong usage is said before anything is opened. */
function workOf(words: readonly string[], values: Values): (place: Place) => Promise<Said> {
  const [verb, what, ...more] = words;
  if (more.length > 0) throw new UsageError(`${more.join(' ')} is not understood`);
  switch (verb) {
    case 'run': {
      const day = values.day ?? parisDate(systemClock.nowMs());
      if (!parseCareDate(day)) throw new UsageError('--day must be a day, as 2026-12-01');
      if (what !== undefined) throw new UsageError(`${what} is not understood`);
      const out = needed(values, 'out');
      return (place) => run(place, { out, day, run: values.run ?? null, staff: staffOf(values) });
    }
    case 'approve': {
      const id = said(what, 'say which run');
      const staff = needed(values, 'by');
      return (place) => approve(place, id, staff);
    }
    case 'show':
      return (place) => show(place, what ?? null);
    case 'statement': {
      const file = said(what, 'say which file');
      return (place) => bookStatement(place, file);
    }
    case 'demo-bank': {
      const file = said(what, 'say which file');
      return () => demoBank(file);
    }
    case 'demo-wait':
      return ({ paths }) => demoWait(paths);
    case 'late':
      return async ({ sql }) => ({ ok: true, facts: { late: await noteLate(sql, systemClock.nowMs()) } });
    default:
      throw new UsageError('say run, approve, show, statement, late, demo-bank or demo-wait');
  }
}

async function run(
  { sql, vault, paths }: Place,
  { out, day, run, staff }: { out: string; day: string; run: string | null; staff: readonly string[] },
): Promise<Said> {
  const sign: PayAsked['sign'] = (id, digest) =>
    Promise.all(staff.map((one) => signed(paths, one, { run: id, digest })));
  const outcome = await payRun(
    {
      store: sqlPaymentRunStore(sql),
      openBankDetails: async (asked) => (await vault.call('openBankDetails', asked)).out.details,
      // A folder is made for files, not for a run that writes none.
      async writeFile(name, content) {
        await mkdir(out, { recursive: true, mode: 0o700 });
        await writeDurably(join(out, name), Buffer.from(content));
      },
      clock: systemClock,
    },
    { day, run, sign },
  );
  return saidOf(outcome);
}

/** What is told of an outcome: nothing of the accounts that are in its run. */
function saidOf(outcome: PayOutcome): Said {
  if (outcome.kind === 'nothing-to-pay')
    return { ok: true, facts: { paid: null, ...problem('nothing-to-pay') } };
  if (outcome.kind === 'run-unknown') return { ok: false, facts: problem('run-unknown') };
  const { id, digest, claims, cents } = outcome.run;
  const facts = { run: id, digest, claims, cents };
  switch (outcome.kind) {
    case 'written':
      return { ok: true, facts: { ...facts, files: outcome.files } };
    case 'approval-needed':
      return { ok: false, facts: { ...facts, approvedBy: outcome.approvedBy, ...problem(outcome.kind) } };
    case 'file-refused':
      return {
        ok: false,
        facts: {
          ...facts,
          file: outcome.file,
          problems: outcome.problems.slice(0, 20),
          ...problem(outcome.kind),
        },
      };
    case 'run-changed':
      return { ok: false, facts: { ...facts, ...problem(outcome.kind) } };
  }
}

async function approve({ sql, paths }: Place, id: string, staff: string): Promise<Said> {
  const store = sqlPaymentRunStore(sql);
  const found = await store.find(id);
  if (!found) return { ok: false, facts: problem('run-unknown') };
  const { digest, claims, cents } = found;
  await store.approve(id, [await signed(paths, staff, { run: id, digest })]);
  const approvedBy = (await store.approvals(id)).map((one) => one.staff);
  return { ok: true, facts: { run: id, digest, claims, cents, approvedBy } };
}

async function show({ sql }: Place, id: string | null): Promise<Said> {
  const runs = await runList(sql, id);
  if (id === null) {
    return { ok: true, facts: { runs, waiting: await sqlPaymentRunStore(sql).waiting(systemClock.nowMs()) } };
  }
  const [found] = runs;
  if (!found) return { ok: false, facts: problem('run-unknown') };
  return { ok: true, facts: { ...found, list: await transferList(sql, id) } };
}

async function bookStatement({ sql }: Place, file: string): Promise<Said> {
  const content = await contentOf(file);
  const booked = await importStatements(sqlStatementStore(sql), content, systemClock.nowMs());
  const statements = booked.map(({ matches, ...facts }) => ({ ...facts, transfers: matches.length }));
  const wrong = booked.flatMap(({ matches }) => matches.filter(({ bank }) => bank !== 'paid'));
  return { ok: true, facts: { statements, wrong } };
}

async function demoBank(file: string): Promise<Said> {
  const statement = `${file}.statement.xml`;
  const order = executed(await contentOf(file), parisDate(systemClock.nowMs()));
  await writePrivate(statement, statementOf({ ...order, id: basename(file, '.xml') }));
  return { ok: true, facts: { statement, transfers: order.lines.length } };
}

async function demoWait(paths: DemoPaths): Promise<Said> {
  const demo = await readDemoWorld(paths);
  if (!demo) return { ok: false, facts: problem('no-demo') };
  return { ok: true, facts: { inForce: await letBankDetailsComeIntoForce(demo.database) } };
}

function contentOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read`);
  });
}

async function signed(
  paths: DemoPaths,
  staff: string,
  { run, digest }: { run: string; digest: string },
): Promise<Approval> {
  const key = await readJsonIfThere<JsonWebKey>(paths.staff(staff));
  if (!key) throw new UsageError(`there is no key of staff member ${staff} here`);
  return { staff, jws: await approvePay(key, run, digest) };
}

/** The demo's own login for this duty, unless one was given. */
async function placeOf(): Promise<Place | null> {
  const env = readEnv();
  const paths = currentPaths();
  const open = (url: string, socket: string): Place => ({
    sql: openDatabase(url, { max: 2, applicationName: 'rempart-pay' }),
    vault: new VaultSocketClient(socket),
    paths,
  });
  if (env['OPERATOR_DATABASE_PAY_URL']) {
    const { database, vaultSocket } = payConfig(env);
    return open(database.reveal(), vaultSocket);
  }
  const demo = await readDemoWorld(paths);
  if (!demo) return null;
  const { databasePasswords } = await readJson<World>(paths.world);
  return open(dutyUrl(demo.database, 'pay', databasePasswords.pay), paths.socket);
}

function staffOf({ by, and }: Values): string[] {
  if (and !== undefined && (by === undefined || and === by))
    throw new UsageError('--by and --and are two persons');
  return [by, and].filter((one) => one !== undefined);
}

function needed(values: Values, name: keyof Values): string {
  return said(values[name], `--${name} is missing`);
}

function said(value: string | undefined, otherwise: string): string {
  if (!value) throw new UsageError(otherwise);
  return value;
}

const TITLES: Readonly<Record<string, string>> = {
  'nothing-to-pay':
    'No accepted claim waits whose structure can be paid. `rempart pay show` says which wait, and why.',
  'no-demo': 'Only a demo’s time can be made to pass.',
  'run-unknown': 'No run of that name was frozen.',
  'run-changed':
    'Rows of this run were changed after it was frozen. Nothing was written; find out who changed them.',
  'approval-needed': 'A second person must sign this run: rempart pay approve RUN --by STAFF.',
  'file-refused': 'The file does not pass its check, so it was not written.',
  'approval-refused': 'Two different persons of the staff must have signed this run.',
  ...STATEMENT_PROBLEMS,
  unreachable: 'The vault’s process cannot be reached: without it no bank details are opened.',
};

function problem(code: string): { code: string; title: string } {
  return { code, title: TITLES[code] ?? `Refused: ${code}.` };
}

function codeOf(error: unknown): string {
  if (error instanceof VaultRefused) return error.code;
  if (error instanceof StatementRefused) return error.code;
  if (error instanceof VaultUnavailable) return 'unreachable';
  throw error;
}
