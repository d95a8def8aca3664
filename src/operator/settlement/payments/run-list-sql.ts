// What `rempart pay show` tells of runs: totals, who approved, what the bank's statements say. Reads only; no account number.

import type { Database } from '../../../db/database.ts';

export type RunFacts = {
  run: string;
  day: string;
  frozenAt: string;
  executeOn: string;
  digest: string;
  approvedBy: string[];
  written: boolean;
  transfers: number;
  claims: number;
  cents: number;
  /** How many of its transfers the statements show as what. */
  bank: { paid: number; returned: number; otherAmount: number; notSeen: number; late: number };
};

export type TransferFacts = {
  advice: string;
  insurer: string;
  structure: string;
  claims: number;
  cents: number;
  bank: 'paid' | 'returned' | 'other-amount' | null;
  bankOn: string | null;
  late: boolean;
};

const MOST_RUNS = 50;

/** The newest first; `run`: that one alone. */
export async function runList(sql: Database, run: string | null): Promise<RunFacts[]> {
  const rows = await sql<(Omit<RunFacts, 'frozenAt'> & { frozenAt: Date })[]>`
    select r.id as run, r.day, r.frozen_at as "frozenAt", r.execute_on as "executeOn", r.digest, r.claims, r.cents,
      r.written_at is not null as written,
      (select coalesce(json_agg(a.staff order by a.staff), '[]') from payment_approvals a where a.run_id = r.id)
        as "approvedBy",
      t.transfers, t.bank
    from payment_runs r cross join lateral (
      select count(*) as transfers, json_build_object(
        'paid', count(*) filter (where bank_state = 'paid'),
        'returned', count(*) filter (where bank_state = 'returned'),
        'otherAmount', count(*) filter (where bank_state = 'other-amount'),
        'notSeen', count(*) filter (where bank_state is null),
        'late', count(*) filter (where bank_state is null and late_at is not null)) as bank
      from transfers where run_id = r.id) t
    where ${run}::text is null or r.id = ${run}
    order by r.frozen_at desc, r.id desc limit ${MOST_RUNS}`;
  return rows.map((row) => ({ ...row, frozenAt: row.frozenAt.toISOString() }));
}

export function transferList(sql: Database, run: string): Promise<TransferFacts[]> {
  return sql<TransferFacts[]>`
    select t.advice, i.amc_no as insurer, t.structure, t.claims, t.cents, t.bank_state as bank, t.bank_on as "bankOn",
      t.bank_state is null and t.late_at is not null as late
    from transfers t join insurers i on i.id = t.insurer_id where t.run_id = ${run} order by t.advice`;
}
