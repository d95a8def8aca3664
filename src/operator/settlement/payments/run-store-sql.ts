// Payment runs in PostgreSQL. All sums are made where the claims are, so a million of them never leave the database. It
// must never give a claim to two runs: a claim is taken by the statement that makes it `paying`.

import { addBusinessDays, businessDayFrom } from '../../../core/business-days.ts';
import { parisMidnight } from '../../../core/paris-day.ts';
import { addDays, type CareDate } from '../../../core/period.ts';
import type { Database, Transaction } from '../../../db/database.ts';
import { parisDate, timestamp } from '../../../lib/clock.ts';
import type { Approval } from '../../../vault/protocol.ts';
import { oweEntry } from './entry-store-sql.ts';
import {
  digestOf,
  type FrozenFile,
  type FrozenRun,
  type FrozenTransfer,
  type RunContent,
  totalsOf,
} from './frozen-run.ts';
import type { PaymentRunStore, WaitingClaims } from './run-store.ts';

/** An advice without money is late after this. */
const LATE_AFTER_BUSINESS_DAYS = 3;

/** `sql`: at least two connections. */
/** What SEPA carries in one transfer, cents. */
const MOST_IN_TRANSFER = 99_999_999_999;

export function sqlPaymentRunStore(sql: Database): PaymentRunStore {
  return {
    // Held by a connection of its own, so that it ends with a process that dies.
    alone: (work) =>
      sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(hashtext('rempart.payments'))`;
        return work();
      }) as ReturnType<typeof work>,

    begin: ({ day, atMs }) =>
      sql.begin(async (tx) => {
        await expectMany(tx);
        const [unfinished] = await tx<{ id: string }[]>`select id from payment_runs where written_at is null`;
        return unfinished ? readRun(tx, unfinished.id) : freeze(tx, day as CareDate, atMs);
      }) as Promise<FrozenRun | null>,

    find: (run) => readRun(sql, run),

    async holds(run) {
      // By the index of each transfer: what was paid in other runs is not looked at.
      const [wrong] = await sql`
        select from transfers t cross join lateral (
          select count(*) as claims, sum(c.amc_cents) as cents, ${claimsDigest(sql)} as digest
          from claims c where c.transfer_id = t.id and c.state in ('paying', 'paid')) now
        where t.run_id = ${run}
          and (t.claims, t.cents, t.claims_digest) is distinct from (now.claims, now.cents, now.digest) limit 1`;
      return !wrong;
    },

    async approve(run, approvals) {
      for (const { staff, jws } of approvals) {
        await sql`insert into payment_approvals (run_id, staff, jws) values (${run}, ${staff}, ${jws})
                  on conflict (run_id, staff) do update set jws = excluded.jws`; // a true one replaces a junk one
      }
    },

    approvals: (run) =>
      sql<Approval[]>`select staff, jws from payment_approvals where run_id = ${run} order by staff`,

    async fileWritten(run, insurerId, sha256) {
      const noted = await sql`
        update payment_files set sha256 = ${sha256}
        where run_id = ${run} and insurer_id = ${insurerId} and coalesce(sha256, ${sha256}) = ${sha256}`;
      return noted.count === 1;
    },

    finish: (run, atMs) => sql.begin((tx) => finish(tx, run, atMs)) as Promise<void>,

    waiting: (atMs) => waiting(sql, atMs),
  };
}

/** SHA-256 of the claims of a group (alias `c`) and their amounts, in the order of their ids. */
const claimsDigest = (sql: Database | Transaction) => sql`
  encode(sha256(convert_to(string_agg(c.id || ' ' || c.amc_cents, e'\n' order by c.id), 'UTF8')), 'hex')`;

/** Where each structure is paid at that moment. */
const detailsInForce = (sql: Database | Transaction, at: string) => sql`
  select distinct on (structure) structure, id from bank_details
  where superseded_at is null and in_force_from <= ${at} order by structure, in_force_from desc, id desc`;

/**
 * The planner knows the table as it was before this transaction: hardly a claim is `paying`, so it would look at every
 * structure for each of a million.
 */
async function expectMany(tx: Transaction): Promise<void> {
  await tx`set local enable_nestloop = off`;
}

async function freeze(tx: Transaction, day: CareDate, atMs: number): Promise<FrozenRun | null> {
  const at = timestamp(atMs);
  const until = timestamp(parisMidnight(addDays(day, 1)) * 1000);
  const id = await nextRunId(tx, day);
  await settleZeroes(tx, { until, at, day: parisDate(atMs) });
  // From here on nobody else can take these claims, cancel them or change their amounts.
  const taken = await tx`
    update claims c set state = 'paying', transfer_id = md5(${`${id} `} || c.insurer_id || ' ' || c.structure)::uuid
    from (${detailsInForce(tx, at)}) d, insurers i
    where c.state = 'accepted' and c.received_at < ${until} and c.amc_cents > 0
      and d.structure = c.structure and i.id = c.insurer_id and i.debtor_iban is not null
      and (c.insurer_id, c.structure) not in (${tooMuch(tx, until)})`;
  if (taken.count === 0) return null;
  await tx`
    insert into transfers (id, run_id, insurer_id, structure, advice, claims, cents, claims_digest, bank_details_id)
    select c.transfer_id, ${id}, c.insurer_id, c.structure,
      ${`${id}-`} || lpad(row_number() over (order by c.insurer_id, c.structure collate "C")::text, 7, '0'),
      count(*), sum(c.amc_cents), ${claimsDigest(tx)}, d.id
    from claims c join (${detailsInForce(tx, at)}) d on d.structure = c.structure
    where c.state = 'paying' group by c.transfer_id, c.insurer_id, c.structure, d.id`;
  const [remitted] = await tx<{ claims: number; cents: number }[]>`
    with added as (
      insert into remittances (claim_id, outcome, amc_paid_cents, decided_at, transfer_id)
      select id, 'PAID', amc_cents, ${at}, transfer_id from claims where state = 'paying'
      returning amc_paid_cents)
    select count(*) as claims, sum(amc_paid_cents)::bigint as cents from added`;
  await tx`
    insert into payment_files (run_id, insurer_id, debtor_name, debtor_iban, debtor_bic, transfers, cents)
    select ${id}, i.id, i.debtor_name, i.debtor_iban, i.debtor_bic, count(*), sum(t.cents)
    from transfers t join insurers i on i.id = t.insurer_id where t.run_id = ${id} group by i.id`;
  return noteRun(
    tx,
    { id, day, frozenAtMs: atMs, executeOn: businessDayFrom(parisDate(atMs) as CareDate) },
    remitted,
  );
}

/** Whom an insurer would owe more than a transfer carries: they wait for somebody to look, everybody else is paid. */
const tooMuch = (sql: Database | Transaction, until: string) => sql`
  select insurer_id, structure from claims where state = 'accepted' and received_at < ${until}
  group by insurer_id, structure having sum(amc_cents) > ${MOST_IN_TRANSFER}`;

async function nextRunId(tx: Transaction, day: CareDate): Promise<string> {
  const [last] = await tx<{ runs: number }[]>`select count(*) as runs from payment_runs where day = ${day}`;
  return `PAY-${day.replaceAll('-', '')}-${(last?.runs ?? 0) + 1}`;
}

/** Nothing is owed for these: no transfer carries them. */
async function settleZeroes(
  tx: Transaction,
  { until, at, day }: { until: string; at: string; day: string },
): Promise<void> {
  await tx`
    with settled as (
      update claims set state = 'paid', erase_after = ${day}::date + interval '24 months'
      where state = 'accepted' and received_at < ${until} and amc_cents = 0
      returning id)
    insert into remittances (claim_id, outcome, amc_paid_cents, decided_at)
    select id, 'PAID', 0, ${at} from settled`;
}

/** The run itself comes last, with its totals: it is never changed again. */
async function noteRun(
  tx: Transaction,
  run: Omit<RunContent, 'files'>,
  remitted: { claims: number; cents: number } | undefined,
): Promise<FrozenRun> {
  const content = { ...run, files: await readFiles(tx, run.id) };
  const totals = totalsOf(content);
  // Somebody changed bank details while we froze: nothing is frozen, and the next try finds them as they are.
  if (totals.claims !== remitted?.claims || totals.cents !== remitted.cents)
    throw new Error('the sums of the run differ');
  const frozen = {
    ...content,
    claims: totals.claims,
    cents: totals.cents,
    digest: digestOf(content),
    written: false,
  };
  const { id, day, frozenAtMs, executeOn, claims, cents, digest } = frozen;
  const lateFrom = addBusinessDays(executeOn as CareDate, LATE_AFTER_BUSINESS_DAYS);
  await tx`
    insert into payment_runs (id, day, frozen_at, execute_on, late_from, claims, cents, digest)
    values (${id}, ${day}, ${timestamp(frozenAtMs)}, ${executeOn}, ${lateFrom}, ${claims}, ${cents}, ${digest})`;
  await oweEntry(tx, 'payment.run', { run: id, phase: 'frozen', ...totals, digest });
  return frozen;
}

async function finish(tx: Transaction, run: string, atMs: number): Promise<void> {
  const [open] = await tx<{ claims: number; cents: number; digest: string }[]>`
    select claims, cents, digest from payment_runs where id = ${run} and written_at is null for update`;
  await expectMany(tx);
  if (!open) return; // it was finished before: its files are only written again
  const paid = await tx`
    update claims set state = 'paid', erase_after = ${parisDate(atMs)}::date + interval '24 months'
    where state = 'paying' and transfer_id in (select id from transfers where run_id = ${run})`;
  if (paid.count !== open.claims) throw new Error('the claims of the run are others');
  await tx`update payment_runs set written_at = ${timestamp(atMs)} where id = ${run}`;
  await oweEntry(tx, 'payment.run', { run, phase: 'written', ...open });
}

async function readRun(sql: Database | Transaction, id: string): Promise<FrozenRun | null> {
  const [row] = await sql<(Omit<FrozenRun, 'files' | 'frozenAtMs'> & { frozenAt: Date })[]>`
    select id, day, frozen_at as "frozenAt", execute_on as "executeOn", claims, cents, digest,
      written_at is not null as written
    from payment_runs where id = ${id}`;
  if (!row) return null;
  const { frozenAt, ...run } = row;
  return { ...run, frozenAtMs: frozenAt.getTime(), files: await readFiles(sql, id) };
}

async function readFiles(sql: Database | Transaction, run: string): Promise<FrozenFile[]> {
  const files = await sql<
    { insurerId: number; amcNo: string; name: string; iban: string; bic: string | null }[]
  >`
    select f.insurer_id as "insurerId", i.amc_no as "amcNo", f.debtor_name as name, f.debtor_iban as iban,
      f.debtor_bic as bic
    from payment_files f join insurers i on i.id = f.insurer_id where f.run_id = ${run} order by f.insurer_id`;
  const transfers = await sql<(FrozenTransfer & { insurerId: number })[]>`
    select t.insurer_id as "insurerId", t.advice, t.structure, t.claims, t.cents, t.claims_digest as "claimsDigest",
      d.sealed
    from transfers t join bank_details d on d.id = t.bank_details_id where t.run_id = ${run} order by t.advice`;
  const read = new Map(
    files.map(({ insurerId, amcNo, ...debtor }) => [
      insurerId,
      { insurerId, amcNo, debtor, transfers: [] as FrozenTransfer[] },
    ]),
  );
  for (const { insurerId, ...transfer } of transfers) read.get(insurerId)?.transfers.push(transfer);
  return [...read.values()];
}

function waiting(sql: Database, atMs: number): Promise<WaitingClaims[]> {
  return sql<WaitingClaims[]>`
    select c.structure, i.amc_no as insurer, count(*) as claims, sum(c.amc_cents)::bigint as cents,
      case when i.debtor_iban is null then 'insurer-account-missing' when d.id is not null then 'above-transfer-limit'
        when exists (select from bank_details w where w.structure = c.structure and w.superseded_at is null)
        then 'bank-details-not-in-force' else 'bank-details-missing' end as reason
    from claims c join insurers i on i.id = c.insurer_id
      left join (${detailsInForce(sql, timestamp(atMs))}) d on d.structure = c.structure
    where c.state = 'accepted' and c.amc_cents > 0
    group by c.structure, i.amc_no, i.debtor_iban, d.id
    having d.id is null or i.debtor_iban is null or sum(c.amc_cents) > ${MOST_IN_TRANSFER} order by c.structure, i.amc_no`;
}
