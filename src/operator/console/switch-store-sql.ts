// SQL of what staff sign for the switchboard. The desk writes acts only; a trigger moves the switch (migration 0008).

import { PROFESSIONS } from '../../core/care-domains.ts';
import type { Database } from '../../db/database.ts';
import type { StandingSwitch, SwitchActStore, WaitingAct } from './switch-store.ts';

const MOST = 500;

type Row = {
  id: string;
  scope: string;
  state: 'closed' | 'open';
  reason: string;
  text: string;
  firstStaff: string;
  createdAtMs: number;
};

export function sqlSwitchActStore(sql: Database): SwitchActStore {
  const waiting = sql`
    select id, scope, state, reason, text, first_staff as "firstStaff",
           (extract(epoch from created_at) * 1000)::bigint as "createdAtMs"
    from switch_requests where done_at is null and withdrawn_at is null`;
  return {
    async exists(kind, id) {
      switch (kind) {
        case 'platform':
        case 'feeds':
        case 'staff':
          return true;
        case 'door':
          return ['card', 'member', 'identity'].includes(id ?? '');
        case 'profession':
          return Object.hasOwn(PROFESSIONS, id ?? '');
        case 'insurer':
          return (await sql`select 1 from insurers where amc_no = ${id}`).count > 0;
        case 'structure':
          return (await sql`select 1 from structures where id = ${id}`).count > 0;
        case 'account':
          return (await sql`select 1 from activities where account_id = ${id}`).count > 0;
        case 'client':
          return (
            id === 'portal' ||
            (await sql`select 1 from client_certificates where client_id = ${id} limit 1`).count > 0
          );
      }
    },

    async isOpen(scope) {
      return (await sql`select 1 from switches where scope = ${scope} and state <> 'open'`).count === 0;
    },

    async add({ id, scope, state, reason }, text, first, { atMs, done }) {
      await sql`
        insert into switch_requests (id, scope, state, reason, text, first_staff, first_passkey, first_assertion,
                                     created_at, done_at)
        values (${id}, ${scope}, ${state}, ${reason}, ${text}, ${first.staff}, ${first.passkey},
                ${JSON.stringify(first.assertion)}::text::jsonb, to_timestamp(${atMs}::float8 / 1000),
                case when ${done} then to_timestamp(${atMs}::float8 / 1000) end)`;
    },

    async waiting(id) {
      const [row] = await sql<Row[]>`${waiting} and id = ${id}`;
      return row ? waitingOf(row) : null;
    },

    async finish(id, second, atMs) {
      const finished = await sql`
        update switch_requests
        set second_staff = ${second.staff}, second_passkey = ${second.passkey},
            second_assertion = ${JSON.stringify(second.assertion)}::text::jsonb,
            done_at = to_timestamp(${atMs}::float8 / 1000)
        where id = ${id} and done_at is null and withdrawn_at is null`;
      return finished.count > 0;
    },

    async withdraw(id, atMs) {
      const withdrawn = await sql`
        update switch_requests set withdrawn_at = to_timestamp(${atMs}::float8 / 1000)
        where id = ${id} and done_at is null and withdrawn_at is null`;
      return withdrawn.count > 0;
    },

    async standing(sinceMs) {
      const [switches, rows] = await Promise.all([
        sql<StandingSwitch[]>`
          select scope, state, reason, author, (extract(epoch from at) * 1000)::bigint as "atMs"
          from switches where state <> 'open' order by at desc limit ${MOST}`,
        sql<Row[]>`${waiting} and created_at > to_timestamp(${sinceMs}::float8 / 1000)
                   order by created_at desc limit ${MOST}`,
      ]);
      return { switches: [...switches], waiting: rows.map(waitingOf) };
    },
  };
}

/** The text says when; the row's own columns are copies for people who read tables. */
function waitingOf({ id, scope, state, reason, text, firstStaff, createdAtMs }: Row): WaitingAct {
  const at = text.split('\n').at(-1) ?? '';
  return { act: { id, scope, state, reason, at }, text, firstStaff, createdAtMs };
}
