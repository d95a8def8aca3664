// Advices without money: transfers that no statement of the account has shown by the third business day. Each is told to the
// ledger once, whoever looks first: the operator on its timer, or `rempart pay late`.

import type { Database } from '../../../db/database.ts';
import { parisDate, timestamp } from '../../../lib/clock.ts';

export type LateTransfer = {
  advice: string;
  insurer: string;
  structure: string;
  cents: number;
  since: string;
};

/** All that are late at that moment, the oldest first. */
export async function noteLate(sql: Database, atMs: number): Promise<LateTransfer[]> {
  const today = parisDate(atMs);
  await sql`
    with noted as (
      update transfers t set late_at = ${timestamp(atMs)} from payment_runs r
      where r.id = t.run_id and r.written_at is not null and r.late_from <= ${today}
        and t.bank_state is null and t.late_at is null
      returning t.advice, t.structure, t.cents)
    insert into payment_entries (event, facts)
    select 'payment.late', jsonb_build_object('advice', advice, 'structure', structure, 'cents', cents) from noted`;
  return sql<LateTransfer[]>`
    select t.advice, i.amc_no as insurer, t.structure, t.cents, r.late_from as since
    from transfers t join payment_runs r on r.id = t.run_id join insurers i on i.id = t.insurer_id
    where t.bank_state is null and t.late_at is not null order by t.advice`;
}
