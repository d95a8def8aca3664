// Claims and payments put into the database by hand: a claim that a run will pay, or payments that need somebody (a run that
// one person has signed, transfers of the run before that no statement shows). Nobody in them exists.

import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';

/** Accepted a minute ago, of the first insurer. */
export async function insertClaim(sql: postgres.Sql, structure: string, cents: number): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into claims (id, structure, insurer_id, engagement, care_date, received_at, price_cents, amc_cents, state,
      guard_tag, sealed)
    values (${id}, ${structure}, 1, sha256(${id}::bytea), '2026-11-30', now() - interval '1 minute', ${cents}, ${cents},
      'accepted', ${randomUUID()}, '')`;
  return id;
}

export const UNSIGNED_RUN = 'PAY-20261201-2';
export const LATE_ADVICES = ['PAY-20261201-1-1', 'PAY-20261201-1-2'];

export async function insertPaymentTrouble(sql: postgres.Sql): Promise<void> {
  await sql`
    insert into payment_runs (id, day, frozen_at, execute_on, late_from, claims, cents, digest, written_at)
    select 'PAY-20261201-' || n, '2026-12-01', now(), '2026-12-01', '2026-12-04', 1, 1, repeat('0', 64),
      case n when 1 then now() end from generate_series(1, 2) n`;
  // Of three transfers one has come, after it was late.
  await sql`
    with details as (
      insert into bank_details (structure, sealed, masked, put_at, in_force_from)
      values ('S-PHARMACIE-GARE', '', 'FRxx •••• 0389', now(), now() + interval '72 hours') returning id, structure)
    insert into transfers (id, run_id, insurer_id, structure, advice, cents, claims, claims_digest, bank_details_id,
      late_at, bank_state, bank_on)
    select gen_random_uuid(), 'PAY-20261201-1', insurers.id, structure, 'PAY-20261201-1-' || insurers.id, 1, 1,
      repeat('0', 64), details.id, now(), case insurers.id when 3 then 'paid' end, case insurers.id when 3 then now() end
    from details, insurers where insurers.id <= 3`;
  await sql`insert into payment_approvals (run_id, staff, jws) values (${UNSIGNED_RUN}, 'sophie', 'x.y.z')`;
}

export async function removePayments(sql: postgres.Sql): Promise<void> {
  await sql`truncate payment_runs, transfers, payment_approvals, bank_details cascade`;
}
