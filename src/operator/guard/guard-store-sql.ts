// SQL of the guard: counters, alarms, days. Professionals only; an account's doors are not stored anywhere.

import { type Database, TEXT_ARRAY } from '../../db/database.ts';
import type { Alarm } from './alarm.ts';
import { LAG_DAYS, PAST_DAYS } from './budgets.ts';
import type { AccountBehind, AccountState, DayCounts, GuardStore, StoredEntry } from './guard-store.ts';
import type { PastSum } from './past.ts';
import { REMEMBERED_MS } from './responses.ts';

type AlarmRow = Omit<Alarm, 'at' | 'endsAt' | 'endedAt' | 'reviewedAt'> &
  Record<'at' | 'endsAt' | 'endedAt' | 'reviewedAt', Date | null>;

export function sqlGuardStore({ desk, history }: { desk: Database; history: Database }): GuardStore {
  const alarmColumns = desk`id, at, detector, scope, account, structure, profession, response, value, threshold,
    facts, curve, ends_at as "endsAt", ended_at as "endedAt", ended_because as "endedBecause", ended_by as "endedBy",
    ended_reason as "endedReason", reviewed_at as "reviewedAt", reviewed_by as "reviewedBy"`;
  return {
    async load(nowMs) {
      const [mark] = await desk<{ throughSeq: number }[]>`select through_seq as "throughSeq" from guard_mark`;
      const accounts = await desk<
        { account: string; state: AccountState }[]
      >`select account, state from guard_accounts`;
      const recent = new Date(nowMs - REMEMBERED_MS).toISOString();
      const alarms = await desk<AlarmRow[]>`
        select ${alarmColumns} from guard_alarms
        where ended_at is null or at > ${recent}::text::timestamptz order by at`;
      return {
        throughSeq: Number(mark?.throughSeq ?? -1),
        accounts: [...accounts],
        alarms: alarms.map(alarmOf),
      };
    },

    async past({ from, to }) {
      const rows = await desk<({ account: string } & PastSum)[]>`
        select account, count(*)::int as days, sum(strangers)::int as strangers, sum(regulars)::int as regulars
        from guard_days where day between ${from}::text::date and ${to}::text::date group by account`;
      return [...rows];
    },

    async countedDays(accounts, from) {
      const rows = await desk<DayCounts[]>`
        select account, day::text, strangers, regulars from guard_days
        where account = any(${desk.array([...accounts], TEXT_ARRAY)}) and day >= ${from}::text::date`;
      return [...rows];
    },

    async save({ throughSeq, accounts, days, alarms, ended }) {
      await desk.begin(async (tx) => {
        if (accounts.length > 0) {
          await tx`insert into guard_accounts (account, state)
            select account, state from jsonb_to_recordset(${tx.json(accounts as never)}) as t(account text, state jsonb)
            on conflict (account) do update set state = excluded.state`;
        }
        if (days.length > 0) {
          await tx`insert into guard_days (account, day, strangers, regulars)
            select account, day, strangers, regulars from jsonb_to_recordset(${tx.json(days as never)})
              as t(account text, day date, strangers integer, regulars integer)
            on conflict (account, day) do update set strangers = excluded.strangers, regulars = excluded.regulars`;
        }
        for (const alarm of alarms) {
          const { id, at, detector, scope, account, structure, profession, response, value, threshold } =
            alarm;
          const { facts, curve, endsAt, endedAt, endedBecause } = alarm;
          await tx`insert into guard_alarms (id, at, detector, scope, account, structure, profession, response, value,
              threshold, facts, curve, ends_at, ended_at, ended_because)
            values (${id}, ${at}::text::timestamptz, ${detector}, ${scope}, ${account}, ${structure}, ${profession},
              ${response}, ${value}, ${threshold}, ${tx.json(facts)}, ${tx.json(curve as never)},
              ${endsAt}::text::timestamptz, ${endedAt}::text::timestamptz, ${endedBecause})
            on conflict (id) do nothing`;
        }
        for (const { id, at, because } of ended) {
          await tx`update guard_alarms set ended_at = ${at}::text::timestamptz, ended_because = ${because}
            where id = ${id} and ended_at is null`;
        }
        await tx`update guard_mark set through_seq = greatest(through_seq, ${throughSeq})`;
      });
    },

    async entriesAfter(seq, limit) {
      const rows = await history<{ seq: string; at: Date; memberView: string | null; rest: string | null }[]>`
        select seq, at, member_view as "memberView", rest from ledger_entries
        where seq > ${seq} order by seq limit ${limit}`;
      return rows.map(
        (row): StoredEntry => ({
          seq: Number(row.seq),
          at: row.at.toISOString(),
          memberView: row.memberView ?? '{}',
          rest: row.rest ?? '{}',
        }),
      );
    },

    async alarms({ before, most }) {
      const rows = await desk<AlarmRow[]>`
        select ${alarmColumns} from guard_alarms
        where ${before ?? null}::text::timestamptz is null or at < ${before ?? null}::text::timestamptz
        order by at desc, id limit ${most}`;
      return rows.map(alarmOf);
    },

    async alarm(id) {
      const [row] = await desk<AlarmRow[]>`select ${alarmColumns} from guard_alarms where id = ${id}`;
      return row ? alarmOf(row) : null;
    },

    async undo({ id, at, staff, reason, text, signature }) {
      const rows = await desk`
        update guard_alarms set ended_at = ${at}::text::timestamptz, ended_because = 'undone', ended_by = ${staff},
          ended_reason = ${reason}, ended_text = ${text}, ended_signature = ${desk.json(signature as never)}
        where id = ${id} and ended_at is null returning id`;
      return rows.length > 0;
    },

    async review(id, by, at) {
      await desk`update guard_alarms set reviewed_at = ${at}::text::timestamptz, reviewed_by = ${by} where id = ${id}`;
    },

    accountsBehind(kind, id) {
      const columns = desk`account_id as account, structure_id as structure, profession, professional_id as professional`;
      if (kind === 'account')
        return desk<AccountBehind[]>`select ${columns} from activities where account_id = ${id}`;
      if (kind === 'structure')
        return desk<AccountBehind[]>`select ${columns} from activities where structure_id = ${id}`;
      return desk<AccountBehind[]>`
        select ${columns} from activities
        where structure_id in (select structure_id from client_sites where client_id = ${id} and revoked_at is null)`;
    },

    canaries: () => desk<{ amcNo: string; name: string; published: number | null }[]>`
      select i.amc_no as "amcNo", i.name, f.canaries as published from insurers i
      left join lateral (
        select canaries from feeds where insurer_id = i.id and kind = 'full' and state = 'applied'
        order by seq desc limit 1
      ) f on true
      order by i.amc_no`,
  };
}

function alarmOf(row: AlarmRow): Alarm {
  const text = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...row,
    at: row.at?.toISOString() ?? '',
    endsAt: text(row.endsAt),
    endedAt: text(row.endedAt),
    reviewedAt: text(row.reviewedAt),
  };
}

/** Days older than the past that counts. */
export async function forgetGuardDays(sql: Database): Promise<void> {
  await sql`delete from guard_days where day < current_date - ${LAG_DAYS + PAST_DAYS + 7}::int`;
}
