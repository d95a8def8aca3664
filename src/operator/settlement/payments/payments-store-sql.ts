// What a structure sees of its money: transfers of finished runs, the claims each pays, when the bank showed it. A structure
// is always part of the question; it must never see another's.

import { type Database, UUID_ARRAY } from '../../../db/database.ts';
import type { PaidClaim, Payment, PaymentLine, PaymentsStore } from './payments.ts';

const MOST_CLAIMS = 1_000;

type Row = Omit<Payment, 'list'> & { id: string };

export function sqlPaymentsStore(sql: Database): PaymentsStore {
  return {
    async page(structure, { before, most }) {
      const rows = await sql<Row[]>`
        select t.id, t.advice, r.execute_on as "executeOn", t.cents, i.amc_no as insurer, i.name as "insurerName", t.claims,
          ${bankSays(sql)} as bank, t.bank_on as "bankOn"
        from transfers t join payment_runs r on r.id = t.run_id join insurers i on i.id = t.insurer_id
        where t.structure = ${structure} and r.written_at is not null and (${before}::text is null or t.advice < ${before})
        order by t.advice desc limit ${most}`;
      const ids = sql.array(
        rows.map(({ id }) => id),
        UUID_ARRAY,
      );
      const claims = await sql<(PaidClaim & { transfer: string })[]>`
        select asked.id as transfer, c.id as "claimId", c.amc_cents as amc
        from unnest(${ids}) asked(id) cross join lateral (
          select id, amc_cents from claims where transfer_id = asked.id order by received_at, id limit ${MOST_CLAIMS}) c`;
      return rows.map(({ id, ...payment }) => ({
        ...payment,
        list: claims.filter(({ transfer }) => transfer === id).map(({ claimId, amc }) => ({ claimId, amc })),
      }));
    },

    lines: (structure, most) =>
      sql<PaymentLine[]>`
        select t.advice, r.execute_on as "executeOn", i.amc_no as insurer, t.cents, c.id as "claimId", c.amc_cents as amc,
          ${bankSays(sql)} as bank, t.bank_on as "bankOn"
        from transfers t join payment_runs r on r.id = t.run_id join insurers i on i.id = t.insurer_id
          join claims c on c.transfer_id = t.id
        where t.structure = ${structure} and r.written_at is not null
        order by t.advice desc, c.received_at, c.id limit ${most}`,
  };
}

const bankSays = (sql: Database) => sql`
  coalesce(t.bank_state, case when t.late_at is null then 'not-seen' else 'late' end)`;
