// Claims to be paid, in a real database with its roles: insurers with accounts, structures with bank details, any number of
// claims. The vault is left out here: what it would seal is the text itself, so that files can be looked at.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../src/db/database.ts';
import { ManualClock, timestamp } from '../../src/lib/clock.ts';
import { writeDurably } from '../../src/lib/durable-file.ts';
import {
  type PayAsked,
  type PayOutcome,
  type PayParts,
  payRun,
} from '../../src/operator/settlement/payments/pay-run.ts';
import { sqlPaymentRunStore } from '../../src/operator/settlement/payments/run-store-sql.ts';
import { all, at, readXml, textAt } from '../../src/operator/settlement/payments/xml.ts';
import { createOperatorDatabase, type OperatorDatabase } from './ledger-world.ts';

export const START_MS = Date.parse('2026-12-01T02:00:00.000Z');
export const DAY = '2026-12-01';
const DAY_MS = 86_400_000;
/** Of a bank code that nobody has. */
export const DEBTOR_IBANS = ['FR7699901000010000000010195', 'FR7699901000010000000010292'];
const CREDITOR_IBAN = 'FR7699901000010000000010389';

/** `sealed` as the stand-in vault reads it. */
export const sealedFor = (holder: string) =>
  Buffer.from(JSON.stringify({ holder, iban: CREDITOR_IBAN, bic: null }));

export type PaymentWorld = {
  database: OperatorDatabase;
  owner: Database;
  pay: Database;
  clock: ManualClock;
  /** As it was made: no claims, no runs, on the first day. */
  empty(): Promise<void>;
  /** Everything of a run but the folder of its files. */
  parts(folder: string): PayParts;
  run(folder: string, asked?: Partial<PayAsked>): Promise<PayOutcome>;
};

export const bothSign: PayAsked['sign'] = async () => [
  { staff: 'sophie', jws: 's' },
  { staff: 'theo', jws: 't' },
];

export async function createPaymentWorld(structures = 3): Promise<PaymentWorld> {
  const database = await createOperatorDatabase();
  const { owner } = database;
  const clock = new ManualClock(START_MS);
  await owner`insert into structures (id, name, place)
    select 'S-' || n, 'Pharmacie ' || n, 'Valmoreau' from generate_series(1, ${structures}) n`;
  const empty = async () => {
    for (const [i, iban] of DEBTOR_IBANS.entries()) {
      await owner`insert into insurers (id, amc_no, name, debtor_name, debtor_iban)
        values (${i + 1}, ${`099900010${i + 1}`}, 'Mutuelle', ${`Mutuelle n° ${i + 1}`}, ${iban})
        on conflict (id) do update set debtor_name = excluded.debtor_name, debtor_iban = excluded.debtor_iban`;
    }
    await owner`truncate claims, remittances, bank_details, payment_runs, payment_entries, bank_statements cascade`;
    await owner`insert into bank_details (structure, sealed, masked, put_at, in_force_from)
    select id, convert_to('{"holder":"' || name || '","iban":"${owner.unsafe(CREDITOR_IBAN)}","bic":null}', 'UTF8'),
      'FR76 •••• 0389', ${timestamp(START_MS - 10 * DAY_MS)}, ${timestamp(START_MS - 7 * DAY_MS)} from structures`;
    clock.advance(START_MS - clock.nowMs());
  };
  await empty();
  const pay = database.login('pay', { max: 4 });
  const parts = (folder: string) => partsOf(pay, clock, folder);
  return {
    database,
    owner,
    pay,
    clock,
    empty,
    parts,
    run: (folder, asked = {}) => payRun(parts(folder), { day: DAY, run: null, sign: bothSign, ...asked }),
  };
}

/** Parts of a run over any connection: in the test's own process, or in one that will be killed. */
export function partsOf(pay: Database, clock: PayParts['clock'], folder: string): PayParts {
  return {
    store: sqlPaymentRunStore(pay),
    openBankDetails: async ({ items }) =>
      items.map(({ sealed }) => JSON.parse(Buffer.from(sealed, 'base64url').toString())),
    writeFile: (name, text) => writeDurably(join(folder, name), Buffer.from(text)),
    clock,
  };
}

/** Accepted claims in turn for every structure and insurer, of 1 cent to `most`: the same amounts each time. */
export async function addClaims(
  owner: Database,
  claims: number,
  { structures = 3, most = 20_000, receivedAtMs = START_MS - 60_000 } = {},
): Promise<void> {
  await owner`
    insert into claims (id, structure, insurer_id, engagement, care_date, received_at, price_cents, amc_cents, state,
      guard_tag, sealed)
    select gen_random_uuid(), 'S-' || (1 + n / ${DEBTOR_IBANS.length} % ${structures}), 1 + n % ${DEBTOR_IBANS.length},
      sha256(gen_random_uuid()::text::bytea), '2026-11-30', ${timestamp(receivedAtMs)}, ${most},
      1 + (hashint4(n) & 2147483647) % ${most}, 'accepted', gen_random_uuid(), ''
    from generate_series(1, ${claims}) n`;
}

/** What the files in a folder say, added up by our own reader. */
export function filesIn(folder: string): { name: string; text: string; cents: number; advices: string[] }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const transfers = all(at(readXml(text), 'CstmrCdtTrfInitn', 'PmtInf'), 'CdtTrfTxInf');
      const cents = transfers.map((one) => Number(textAt(one, 'Amt', 'InstdAmt').replace('.', '')));
      return {
        name,
        text,
        cents: cents.reduce((sum, one) => sum + one, 0),
        advices: transfers.map((one) => textAt(one, 'PmtId', 'EndToEndId')),
      };
    });
}

/** Counts and sums of every table that must agree once all is paid. */
export async function sums(owner: Database) {
  const [row] = await owner<Record<string, number>[]>`
    select (select count(*) from claims where state = 'paid') as "claimsPaid",
      (select count(*) from claims where state <> 'paid') as "claimsNotPaid",
      (select coalesce(sum(amc_cents), 0)::bigint from claims where state = 'paid') as "claimCents",
      (select count(*) from remittances where outcome = 'PAID') as remittances,
      (select coalesce(sum(amc_paid_cents), 0)::bigint from remittances) as "remittanceCents",
      (select coalesce(sum(claims), 0)::bigint from transfers) as "transferClaims",
      (select coalesce(sum(cents), 0)::bigint from transfers) as "transferCents",
      (select coalesce(sum(cents), 0)::bigint from payment_files) as "fileCents",
      (select count(*) from payment_runs) as runs`;
  return row as Record<
    | 'claimsPaid'
    | 'claimsNotPaid'
    | 'claimCents'
    | 'remittances'
    | 'remittanceCents'
    | 'transferClaims'
    | 'transferCents'
    | 'fileCents'
    | 'runs',
    number
  >;
}
