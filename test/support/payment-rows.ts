// Payments that need somebody, put into the database by hand: a run that one person has signed, and two transfers of the run
// before that no statement shows. For tests of what staff see; nobody in them exists.

import type postgres from 'postgres';

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
