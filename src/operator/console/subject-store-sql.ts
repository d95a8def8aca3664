// SQL of one account or one structure by its exact id.

import type { Database } from '../../db/database.ts';
import type { AccountFacts, StructureFacts, SubjectStore } from './subject-store.ts';

const MOST = 200;

export function sqlSubjectStore(sql: Database): SubjectStore {
  return {
    async account(id, nowMs) {
      const [row] = await sql<AccountFacts[]>`
        select account_id as id, profession, structure_id as structure, begun_on as "begunOn", ended_on as "endedOn",
               last_used_on as "lastUsedOn",
               (select count(*) from sessions s where s.account_id = a.account_id and s.ended_at is null
                and s.ends_at > to_timestamp(${nowMs}::float8 / 1000))::int as "openSessions"
        from activities a where account_id = ${id}`;
      return row ?? null;
    },

    async structure(id, nowMs) {
      const [row] = await sql<Pick<StructureFacts, 'id' | 'name' | 'place' | 'openSessions'>[]>`
        select id, name, place,
               (select count(*) from sessions s join activities a on a.account_id = s.account_id
                where a.structure_id = t.id and s.ended_at is null
                and s.ends_at > to_timestamp(${nowMs}::float8 / 1000))::int as "openSessions"
        from structures t where id = ${id}`;
      if (!row) return null;
      const [accounts, clients] = await Promise.all([
        sql<StructureFacts['accounts']>`
          select account_id as id, profession, ended_on as "endedOn" from activities
          where structure_id = ${id} order by ended_on nulls first, account_id limit ${MOST}`,
        sql<StructureFacts['clients']>`
          select c.client_id as client, c.thumbprint, (extract(epoch from c.enrolled_at) * 1000)::bigint as "enrolledAtMs",
                 (extract(epoch from least(c.revoked_at, s.revoked_at)) * 1000)::bigint as "revokedAtMs"
          from client_sites s join client_certificates c on c.client_id = s.client_id
          where s.structure_id = ${id} order by c.client_id, c.thumbprint limit ${MOST}`,
      ]);
      return { ...row, accounts: [...accounts], clients: [...clients] };
    },
  };
}
