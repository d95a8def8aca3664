// A throw-away platform for benchmarks: the demo's own processes in a temporary folder, with many structures, because
// a country asks through many doors and each structure has its hard budget. Nothing is switched off.

import { readFile, rm } from 'node:fs/promises';
import postgres from 'postgres';
import { openOperatorClient } from '../src/cli/operator-client.ts';
import { exchangeRequest } from '../src/cli/sign-in.ts';
import type { DemoAccount } from '../src/demo/accounts.ts';
import { type RunningDemo, startDemo } from '../src/demo/demo.ts';
import { type DemoPaths, demoPaths } from '../src/demo/paths.ts';
import { readPsc, signedIn } from '../src/demo/psc-world.ts';
import { throwAwayFolder } from '../src/demo/throw-away.ts';
import type { Credentials } from './http-load.ts';

export type BenchPlatform = {
  paths: DemoPaths;
  demo: RunningDemo;
  url: URL;
  /** Owner of the operator's database. */
  sql: postgres.Sql;
  credentials(account: DemoAccount): Promise<Credentials>;
  /** An access token for that account, five minutes long, got as its software gets it. */
  signIn(account: DemoAccount): Promise<string>;
  stop(): Promise<void>;
};

/** `count` pharmacies with one account each. */
export function structures(count: number): DemoAccount[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `bench-${i}`,
    professionalId: `8997003${String(i).padStart(5, '0')}`,
    familyName: 'Banc',
    givenName: `Numéro ${i}`,
    who: `Officine ${i}`,
    profession: 'pharmacist' as const,
    structure: { id: `S-BENCH-${i}`, name: `Officine ${i}`, place: 'Banc' },
  }));
}

export async function startPlatform(accounts: readonly DemoAccount[]): Promise<BenchPlatform> {
  const folder = await throwAwayFolder('bench');
  const paths = demoPaths(folder);
  process.env['REMPART_DIR'] = folder; // the command line's own code finds this platform by it
  const demo = await startDemo({ paths, operatorPort: 0, nowMs: Date.now(), accounts, say: () => undefined });
  const { database } = JSON.parse(await readFile(paths.demo, 'utf8')) as { database: string };
  const sql = postgres(database, { max: 2, onnotice: () => undefined });
  return {
    paths,
    demo,
    url: new URL(demo.operatorUrl),
    sql,
    async credentials({ id }) {
      const [ca, cert, key] = await Promise.all(
        [paths.ca, paths.certificate(id), paths.key(id)].map((path) => readFile(path)),
      );
      return { ca: ca as Buffer, cert: cert as Buffer, key: key as Buffer };
    },
    async signIn({ id, professionalId, structure }) {
      const operator = await openOperatorClient(demo.operatorUrl, {
        ca: paths.ca,
        cert: paths.certificate(id),
        key: paths.key(id),
      });
      const subject = await signedIn(await readPsc(paths), professionalId, Date.now());
      const { status, body } = await operator.send(
        'POST',
        '/v1/token',
        exchangeRequest(subject, structure.id),
      );
      operator.close();
      if (status !== 200) throw new Error(`no token: ${status} ${String(body['code'])}`);
      return String(body['access_token']);
    },
    async stop() {
      await sql.end({ timeout: 1 });
      await demo.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Settings without which durability is a word: each one that is off makes every figure worthless. */
export async function databaseSwitchesOff(sql: postgres.Sql): Promise<string[]> {
  const off: string[] = [];
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes'] as const) {
    const [row] = await sql.unsafe(`show ${setting}`);
    if (row?.[setting] !== 'on') off.push(setting);
  }
  const [unlogged] = await sql`select count(*)::int as n from pg_class where relname in
    ('ledger_entries', 'records', 'doors', 'replays') and relpersistence <> 'p'`;
  if (unlogged?.['n'] !== 0) off.push('logged tables');
  return off;
}
