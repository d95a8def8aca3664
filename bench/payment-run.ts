// payment-run: a million accepted claims frozen, approved, paid into checked files and matched with the bank's statements, on
// a real database with the real vault, against one plain UPDATE of as many rows.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CompactSign } from 'jose';
import postgres from 'postgres';
import { BYTEA_ARRAY, type Database, openDatabase } from '../src/db/database.ts';
import { startEmbeddedPostgres } from '../src/db/embedded-postgres.ts';
import { migrate } from '../src/db/migrate.ts';
import { executed, statementOf } from '../src/demo/bank.ts';
import { ALL_DEMO_INSURERS } from '../src/demo/insurers.ts';
import { throwAwayFolder } from '../src/demo/throw-away.ts';
import { parisDate, systemClock } from '../src/lib/clock.ts';
import { writeDurably } from '../src/lib/durable-file.ts';
import { packageRoot } from '../src/lib/package-root.ts';
import { importStatements } from '../src/operator/settlement/payments/import-statement.ts';
import { type PayParts, payRun } from '../src/operator/settlement/payments/pay-run.ts';
import { sqlPaymentRunStore } from '../src/operator/settlement/payments/run-store-sql.ts';
import { sqlStatementStore } from '../src/operator/settlement/payments/statement-store-sql.ts';
import { openFileKeyring } from '../src/vault/file-keyring.ts';
import { sealText } from '../src/vault/sealed-text.ts';
import { VaultSocketClient } from '../src/vault/socket-client.ts';
import { startBenchVault, vaultKeyring, vaultSocket } from './bench-vault.ts';
import { databaseSwitchesOff } from './platform.ts';
import { cpuSeconds } from './processes.ts';
import type { Benchmark } from './report.ts';

const CLAIMS = 1_000_000;
const STRUCTURES = 20_000;
const STAFF = ['sophie', 'theo'];

export const paymentRun: Benchmark = {
  name: 'payment-run',
  summary: `${CLAIMS} claims of ${STRUCTURES} structures frozen, paid, written and matched, against one plain update of them`,
  async run(say) {
    const folder = await throwAwayFolder('bench');
    const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres', 'data'), port: 0 });
    const owner = openDatabase(server.ownerUrl, { max: 1, applicationName: 'bench-payment' });
    const rows = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined });
    const vault = await startPayVault(folder);
    try {
      await migrate(owner, join(packageRoot(), 'migrations', 'operator'));
      await owner`create role bench_pay login password 'x' in role rempart_pay`;
      await prepare(owner, folder);
      say(`${CLAIMS} claims are there`);
      const plain = CLAIMS / (await secondsOf(() => plainUpdate(owner)));
      say(`one plain update: ${Math.round(plain)} claims/s`);
      const pay = openDatabase(loginUrl(server.ownerUrl), { max: 2, applicationName: 'rempart-pay' });
      const before = cpuSeconds();
      const measured = await payAndMatch({ pay, vault, folder, say });
      const cpu = cpuSeconds() - before;
      const wrong = await wrongTotals(owner, measured.fileCents);
      await pay.end({ timeout: 1 });
      const value = CLAIMS / (measured.runSeconds + measured.matchSeconds);
      const ratio = value / plain;
      return {
        unit: 'claims/s',
        value,
        ratio: { median: ratio, low: ratio, high: ratio },
        baseline: { name: 'one plain update, claims/s', value: plain },
        baselineSpread: 0,
        cpuSecondsPerMillion: (cpu / CLAIMS) * 1e6,
        switchesOff: [...(await databaseSwitchesOff(rows)), ...wrong],
        more: {
          claims: CLAIMS,
          transfers: measured.transfers,
          runSeconds: oneDecimal(measured.runSeconds),
          matchSeconds: oneDecimal(measured.matchSeconds),
          peakMib: Math.round(process.resourceUsage().maxRSS / 1024),
          cents: measured.fileCents,
        },
      };
    } finally {
      await vault.close();
      await owner.end({ timeout: 1 });
      await rows.end({ timeout: 1 });
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const oneDecimal = (seconds: number) => Math.round(seconds * 10) / 10;

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

/** Two persons' keys, and a vault that knows them. */
async function startPayVault(folder: string) {
  const keys = new Map<string, KeyObject>();
  const staff = STAFF.map((id) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    keys.set(id, privateKey);
    return { id, key: publicKey.export({ format: 'jwk' }) };
  });
  const running = await startBenchVault(folder, staff);
  const client = new VaultSocketClient(vaultSocket(folder));
  const sign: Parameters<typeof payRun>[1]['sign'] = (run, digest) =>
    Promise.all(
      STAFF.map(async (id) => {
        const text = new TextEncoder().encode(JSON.stringify({ verb: 'pay', run, digest }));
        const jws = await new CompactSign(text)
          .setProtectedHeader({ alg: 'ES256' })
          .sign(keys.get(id) as KeyObject);
        return { staff: id, jws };
      }),
    );
  return {
    client,
    sign,
    async close() {
      await client.close();
      await running.close();
    },
  };
}

/** Insurers with accounts, structures whose details the vault can open, accepted claims. */
async function prepare(owner: Database, folder: string): Promise<void> {
  for (const [i, { amcNo, name, debtorIban }] of ALL_DEMO_INSURERS.entries()) {
    await owner`insert into insurers (id, amc_no, name, debtor_name, debtor_iban)
      values (${i + 1}, ${amcNo}, ${name}, ${name}, ${debtorIban})`;
  }
  await owner`insert into structures (id, name, place)
    select 'S-' || n, 'Structure ' || n, 'Valmoreau' from generate_series(1, ${STRUCTURES}) n`;
  const keyring = await openFileKeyring({ path: vaultKeyring(folder), passphrase: null });
  const key = await keyring.bankKey();
  const iban = ALL_DEMO_INSURERS[0]?.debtorIban ?? '';
  const sealed = (n: number) =>
    sealText(key, `S-${n}`, JSON.stringify({ holder: `Structure ${n}`, iban, bic: null }));
  const all = Array.from({ length: STRUCTURES }, (_, i) => Buffer.from(sealed(i + 1), 'base64url'));
  await owner`
    insert into bank_details (structure, sealed, masked, put_at, in_force_from)
    select 'S-' || n, sealed, '', now() - interval '4 days', now() - interval '1 day'
    from unnest(${owner.array(all, BYTEA_ARRAY)}) with ordinality one(sealed, n)`;
  await owner`
    insert into claims (id, structure, insurer_id, engagement, care_date, received_at, price_cents, amc_cents, state,
      guard_tag, sealed)
    select gen_random_uuid(), 'S-' || (1 + (random() * 1e9)::int % ${STRUCTURES}),
      1 + n % ${ALL_DEMO_INSURERS.length}, sha256(n::text::bytea), current_date, now(), 1000000,
      1 + (random() * 1e9)::int % 100000, 'accepted', gen_random_uuid(), sha256(n::text::bytea)
    from generate_series(1, ${CLAIMS}) n`;
  await owner`analyze`;
}

/** The least that any payment must do: every claim changes its state once. */
async function plainUpdate(owner: Database): Promise<void> {
  await owner`create table plain as select id, state, amc_cents from claims`;
  await owner`update plain set state = 'paid'`;
  await owner`drop table plain`;
}

async function payAndMatch(parts: {
  pay: Database;
  vault: Awaited<ReturnType<typeof startPayVault>>;
  folder: string;
  say(text: string): void;
}) {
  const { pay, vault, folder, say } = parts;
  const written: string[] = [];
  const out = join(folder, 'out');
  await mkdir(out);
  const payParts: PayParts = {
    store: sqlPaymentRunStore(pay),
    openBankDetails: async (asked) => (await vault.client.call('openBankDetails', asked)).out.details,
    async writeFile(name, text) {
      await writeDurably(join(out, name), Buffer.from(text));
      written.push(text);
    },
    clock: systemClock,
  };
  let fileCents = 0;
  let transfers = 0;
  const runSeconds = await secondsOf(async () => {
    const day = parisDate(systemClock.nowMs());
    const outcome = await payRun(payParts, { day, run: null, sign: vault.sign });
    if (outcome.kind !== 'written') throw new Error(`the run ended as ${outcome.kind}`);
    for (const file of outcome.files) {
      fileCents += file.cents;
      transfers += file.transfers;
    }
  });
  say(`frozen, paid and written in ${oneDecimal(runSeconds)} s: ${transfers} transfers`);
  const statements = written.map((file) => statementOf(executed(file)));
  let matched = 0;
  const matchSeconds = await secondsOf(async () => {
    const store = sqlStatementStore(pay);
    for (const statement of statements) {
      for (const { matches } of await importStatements(store, statement, systemClock.nowMs())) {
        matched += matches.filter(({ bank }) => bank === 'paid').length;
      }
    }
  });
  say(`matched in ${oneDecimal(matchSeconds)} s: ${matched} transfers`);
  if (matched !== transfers) throw new Error(`${matched} of ${transfers} transfers were matched`);
  return { runSeconds, matchSeconds, transfers, fileCents };
}

/** Nothing, when claims, remittances, transfers and files agree to the cent. */
async function wrongTotals(owner: Database, fileCents: number): Promise<string[]> {
  const [sums] = await owner<{ claims: number; paid: number; remitted: number; moved: number }[]>`
    select (select count(*) from claims where state = 'paid') as claims,
      (select sum(amc_cents)::bigint from claims) as paid,
      (select sum(amc_paid_cents)::bigint from remittances) as remitted,
      (select sum(cents)::bigint from transfers) as moved`;
  const isExact =
    sums?.claims === CLAIMS && [sums.paid, sums.remitted, sums.moved].every((cents) => cents === fileCents);
  return isExact ? [] : ['totals'];
}

function loginUrl(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.username = 'bench_pay';
  url.password = 'x';
  return url.toString();
}
