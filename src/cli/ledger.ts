// `rempart ledger verify`: re-verifies the whole ledger, against the vault's journal too. Reads the log's key from the
// trust list, which the database's owner cannot write. `ledger export` writes what `--from` reads.

import { cp, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ledgerConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import { openDatabase } from '../db/database.ts';
import { readJson } from '../demo/files.ts';
import type { DemoPaths } from '../demo/paths.ts';
import { systemClock, timestamp } from '../lib/clock.ts';
import { type VerifyInput, verifyLedger } from '../operator/ledger/verify.ts';
import { journalDirectory } from '../operator/ledger/verify-journal-dir.ts';
import { exportedLedger } from '../operator/ledger/verify-source-dir.ts';
import { sqlLedger } from '../operator/ledger/verify-store-sql.ts';
import { currentPaths, type DemoWorld, NO_DEMO, readDemoWorld } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart ledger verify [--from DIR | --journal DIR] [--trust FILE]
       rempart ledger export --to DIR
  --from DIR     verify an exported ledger instead of the running demo's database; needs no server
  --journal DIR  verify the database that OPERATOR_DATABASE_LOG_URL names, against this journal of its vault
  --trust FILE   the trust list with the log's key (default: the demo's .rempart/trust/trust.json)
`;

export function ledgerCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, {
      from: { type: 'string' },
      to: { type: 'string' },
      journal: { type: 'string' },
      trust: { type: 'string' },
    });
    const text = (name: string) => (typeof values[name] === 'string' ? values[name] : null);
    if (words[0] === 'verify') {
      return verify({ from: text('from'), journal: text('journal'), trust: text('trust') }, io);
    }
    if (words[0] === 'export') return exportLedger(text('to'), io);
    throw new UsageError('say verify or export');
  });
}

type Source = Pick<VerifyInput, 'ledger' | 'journal'> & { close(): Promise<void> };

type VerifyOptions = { from: string | null; journal: string | null; trust: string | null };

async function verify(options: VerifyOptions, io: CliIo): Promise<number> {
  const paths = currentPaths();
  const source = await sourceOf(options, paths);
  if (!source) {
    io.stderr(NO_DEMO);
    return 1;
  }
  try {
    const trust = await readJson<{ ledger: { origin: string; vkey: string } }>(
      options.trust ?? join(paths.trust, 'trust.json'),
    );
    const { journal } = source;
    const ledger = told(source.ledger);
    const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    const result = await verifyLedger({ ledger, journal, trusted: trust.ledger, clock: systemClock, sleep });
    io.stdout(`${JSON.stringify(result, null, io.json ? 0 : 2)}\n`);
    return result.ok ? 0 : 1;
  } finally {
    await source.close();
  }
}

async function sourceOf({ from, journal }: VerifyOptions, paths: DemoPaths): Promise<Source | null> {
  if (from !== null) return { ...exportedLedger(from), close: async () => undefined };
  if (journal !== null) {
    return openLedger(ledgerConfig(readEnv()).database.reveal(), journal);
  }
  return runningLedger(paths);
}

/** Whoever started this process as its child (the console's “verify now”) hears how far it is. */
function told(ledger: VerifyInput['ledger']): VerifyInput['ledger'] {
  const { send } = process;
  if (!send) return ledger;
  return {
    ...ledger,
    async *entries(from) {
      for await (const page of ledger.entries(from)) {
        yield page;
        const last = page.at(-1);
        if (last) process.send?.({ entries: last.seq + 1 });
      }
    },
  };
}

async function runningLedger(paths: DemoPaths): Promise<Source | null> {
  const world = await readDemoWorld(paths);
  return world && openLedger(world.database, paths.journal);
}

function openLedger(database: string, journal: string): Source {
  const sql = openDatabase(database, { max: 1, applicationName: 'rempart-verify' });
  return {
    ledger: sqlLedger(sql),
    journal: journalDirectory(journal),
    close: () => sql.end({ timeout: 1 }),
  };
}

/** Journal first, then checkpoints, then entries: whatever the first two promise is then in the third. */
async function exportLedger(to: string | null, io: CliIo): Promise<number> {
  if (to === null) throw new UsageError('--to is missing');
  const paths = currentPaths();
  const world: DemoWorld | null = await readDemoWorld(paths);
  if (!world) {
    io.stderr(NO_DEMO);
    return 1;
  }
  const sql = openDatabase(world.database, { max: 1, applicationName: 'rempart-export' });
  try {
    await mkdir(to, { recursive: true, mode: 0o700 });
    await cp(paths.journal, join(to, 'journal'), { recursive: true });
    const source = sqlLedger(sql);
    const checkpoints: string[] = [];
    for await (const page of source.checkpoints()) {
      for (const { size, root, note } of page)
        checkpoints.push(`${JSON.stringify({ size, root: base64(root), note })}\n`);
    }
    await writeFile(join(to, 'checkpoints.ndjson'), checkpoints.join(''));
    const entries = await open(join(to, 'entries.ndjson'), 'w', 0o600);
    let count = 0;
    for await (const page of source.entries(0)) {
      await entries.write(
        page
          .map(
            (row) =>
              `${JSON.stringify({
                seq: row.seq,
                at: timestamp(row.atMs),
                memberSalt: base64(row.memberSalt),
                memberView: row.memberView,
                restSalt: base64(row.restSalt),
                rest: row.rest,
                leaf: base64(row.leaf),
                journalNo: row.journalNo,
              })}\n`,
          )
          .join(''),
      );
      count += page.length;
    }
    await entries.sync();
    await entries.close();
    io.stdout(`${JSON.stringify({ directory: to, entries: count, checkpoints: checkpoints.length })}\n`);
    return 0;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString('base64');
}
