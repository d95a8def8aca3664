// SQL of the portal's sessions. Runs as the desk: it can end a session, never change whose it is.

import type { Database } from '../../db/database.ts';
import type { ActivityRow, EndReason, SessionRow, SessionStore } from './session-store.ts';

type Row = Omit<SessionRow, 'key'> & { x: string; y: string };

export function sqlSessionStore(sql: Database): SessionStore {
  const living = sql`
    select s.id_hash as "idHash", s.account_id as account, a.structure_id as structure, t.name as "structureName",
           t.place, a.profession, s.who, s.key_x as x, s.key_y as y, s.vault_session as "vaultSession",
           s.grant_id as grant, (extract(epoch from s.opened_at) * 1000)::bigint as "openedAtMs",
           (extract(epoch from s.last_used_at) * 1000)::bigint as "lastUsedAtMs",
           (extract(epoch from s.ends_at) * 1000)::bigint as "endsAtMs"
    from sessions s
    join activities a on a.account_id = s.account_id
    join structures t on t.id = a.structure_id`;
  return {
    async find(idHash, today) {
      const [row] = await sql<Row[]>`${living}
        where s.id_hash = ${idHash} and s.ended_at is null
          and (a.ended_on is null or a.ended_on > ${today}::text::date)`;
      return row ? sessionOf(row) : null;
    },

    async whyEnded(idHash) {
      const [row] = await sql<{ because: EndReason | null }[]>`
        select ended_because as because from sessions where id_hash = ${idHash}`;
      return row?.because ?? null;
    },

    open: ({ idHash, account, who, key, vaultSession, grant, lastUsedAtMs, endsAtMs, pscSid, by }) =>
      sql.begin(async (tx) => {
        // Beside other openings, never beside a closing: one of the two sees the other (migration 0006).
        await tx`select pg_advisory_xact_lock_shared(hashtext('rempart sessions'))`;
        const closed = await tx`
          select 1 from switches s, activities a where a.account_id = ${account} and s.state = 'closed'
            and s.scope in ('platform', 'client:portal', 'profession:' || a.profession,
                            'structure:' || a.structure_id, 'account:' || a.account_id)`;
        if (closed.count > 0) return 'closed' as const;
        const replaced = await tx<{ idHash: string; grant: string }[]>`
          update sessions set ended_at = now(), ended_because = 'replaced'
          where account_id = ${account} and ended_at is null
          returning id_hash as "idHash", grant_id as grant`;
        await tx`
          insert into sessions (id_hash, account_id, who, key_x, key_y, vault_session, grant_id, psc_sid, opened_at,
                                last_used_at, ends_at, opened_by)
          values (${idHash}, ${account}, ${who}, ${key.x}, ${key.y}, ${vaultSession}, ${grant}, ${pscSid},
                  to_timestamp(${lastUsedAtMs}::float8 / 1000), to_timestamp(${lastUsedAtMs}::float8 / 1000),
                  to_timestamp(${endsAtMs}::float8 / 1000), ${by})`;
        return { replaced: [...replaced] };
      }),

    async rebind(idHash, { vaultSession, grant, pscSid }) {
      const rebound = await sql`
        update sessions set vault_session = ${vaultSession}, grant_id = ${grant}, psc_sid = coalesce(${pscSid}, psc_sid)
        where id_hash = ${idHash} and ended_at is null`;
      return rebound.count > 0;
    },

    async touch(idHash, atMs) {
      await sql`update sessions set last_used_at = to_timestamp(${atMs}::float8 / 1000) where id_hash = ${idHash}`;
    },

    async end(idHash, because) {
      const ended = await sql`update sessions set ended_at = now(), ended_because = ${because}
                              where id_hash = ${idHash} and ended_at is null`;
      return ended.count > 0;
    },

    async ofPsc(sid) {
      const rows = await sql<Row[]>`${living} where s.psc_sid = ${sid} and s.ended_at is null`;
      return rows.map(sessionOf);
    },

    async activities(professional, today) {
      const rows = await sql<(ActivityRow & { who: string })[]>`
        select p.given_name || ' ' || p.family_name as who, a.account_id as account, a.structure_id as structure,
               t.name, t.place, a.profession
        from professionals p
        join activities a on a.professional_id = p.id
        join structures t on t.id = a.structure_id
        where p.id = ${professional} and (a.ended_on is null or a.ended_on > ${today}::text::date)
        order by t.name, a.account_id`;
      return { who: rows[0]?.who ?? '', activities: rows.map(({ who: _who, ...activity }) => activity) };
    },
  };
}

function sessionOf({ x, y, ...rest }: Row): SessionRow {
  return { ...rest, key: { x, y } };
}

/** Sessions are kept a day after their end, for whoever asks why one ended. */
export async function forgetSessions(sql: Database): Promise<void> {
  await sql`delete from sessions where ends_at < now() - interval '1 day'`;
}
