// SQL of what the overview says of feeds, alarms and payments: one statement each.

import type { Database } from '../../db/database.ts';
import type { AlarmCounts, FeedFacts, OverviewStore, PaymentFacts } from './overview-store.ts';

const MOST = 2_000;
const MOST_ADVICES = 5;
type Latest = NonNullable<FeedFacts['latest']>;
type Row = Omit<FeedFacts, 'latest'> & { [Name in keyof Latest]: Latest[Name] | null };

export function sqlOverviewStore(sql: Database): OverviewStore {
  return {
    async feeds() {
      const rows = await sql<Row[]>`
        select i.id as "insurerId", i.amc_no as "amcNo", i.name, f.seq, f.kind, f.state, f.line_count as lines,
               (extract(epoch from f.begun_at) * 1000)::bigint as "begunAtMs",
               (extract(epoch from f.ended_at) * 1000)::bigint as "endedAtMs",
               f.rejected, f.closes, f.close_limit as "closeLimit", f.problem,
               (select (extract(epoch from a.ended_at) * 1000)::bigint from feeds a
                where a.insurer_id = i.id and a.state = 'applied' order by a.seq desc limit 1) as "appliedAtMs"
        from insurers i
        left join lateral (
          select seq, kind, state, line_count, begun_at, ended_at, rejected, closes, close_limit, problem
          from feeds where insurer_id = i.id order by seq desc limit 1
        ) f on true
        order by i.amc_no limit ${MOST}`;
      return rows.map(({ insurerId, amcNo, name, appliedAtMs, ...latest }) => ({
        insurerId,
        amcNo,
        name,
        latest: latest.seq === null ? null : (latest as Latest),
        appliedAtMs,
      }));
    },

    async alarms(nowMs) {
      const [row] = await sql<AlarmCounts[]>`
        select count(*) filter (where ended_at is null
                 and (ends_at is null or ends_at > to_timestamp(${nowMs}::float8 / 1000)))::int as standing,
               count(*) filter (where reviewed_at is null)::int as unreviewed,
               (extract(epoch from max(at)) * 1000)::bigint as "latestAtMs"
        from guard_alarms`;
      return row as AlarmCounts;
    },

    async payments() {
      const [row] = await sql<PaymentFacts[]>`
        with late as (select advice from transfers where bank_state is null and late_at is not null)
        select (select count(*) from late)::int as late,
               (select coalesce(json_agg(advice order by advice), '[]')
                from (select advice from late order by advice limit ${MOST_ADVICES}) first) as "lateAdvices",
               (select json_build_object('run', r.id, 'signatures',
                  (select count(*) from payment_approvals a where a.run_id = r.id))
                from payment_runs r where r.written_at is null) as unfinished`;
      return row as PaymentFacts;
    },
  };
}
