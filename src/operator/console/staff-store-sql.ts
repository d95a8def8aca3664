// SQL of the staff's papers. Runs as the desk, which can add a passkey for a code and end things, never change whose
// they are; codes themselves are made by a login of their own (`rempart staff enrol`).

import type { Database } from '../../db/database.ts';
import type {
  NewStaffPasskey,
  StaffEndReason,
  StaffPasskey,
  StaffSession,
  StaffStore,
} from './staff-store.ts';

const UNIQUE_VIOLATION = '23505';

export function sqlStaffStore(sql: Database): StaffStore {
  return {
    async ofCode(codeHash, nowMs) {
      const [row] = await sql<{ staff: string; name: string; passkeys: string[] }[]>`
        select s.id as staff, s.name,
               array(select p.id from staff_passkeys p where p.staff_id = s.id and p.revoked_at is null) as passkeys
        from staff_codes c join staff s on s.id = c.staff_id
        where c.code_hash = ${codeHash} and c.used_at is null and s.ended_at is null
          and c.expires_at > to_timestamp(${nowMs}::float8 / 1000)`;
      return row ?? null;
    },

    async register(codeHash, passkey) {
      try {
        return await register(sql, codeHash, passkey);
      } catch (error) {
        if ((error as { code?: string }).code === UNIQUE_VIOLATION) return false;
        throw error;
      }
    },

    async passkey(id) {
      const [row] = await sql<StaffPasskey[]>`
        select p.id, p.public_key as "publicKey", p.staff_id as staff
        from staff_passkeys p join staff s on s.id = p.staff_id
        where p.id = ${id} and p.revoked_at is null and s.ended_at is null`;
      return row ?? null;
    },

    async passkeysOf(staff) {
      return sql<StaffPasskey[]>`
        select p.id, p.public_key as "publicKey", p.staff_id as staff
        from staff_passkeys p join staff s on s.id = p.staff_id
        where p.staff_id = ${staff} and p.revoked_at is null and s.ended_at is null`;
    },

    async open({ idHash, staff, passkey, key, lastUsedAtMs, endsAtMs }) {
      const replaced = await sql<{ idHash: string }[]>`
        with used as (
          update staff_passkeys set last_used_at = to_timestamp(${lastUsedAtMs}::float8 / 1000) where id = ${passkey}
        ), replaced as (
          update staff_sessions set ended_at = now(), ended_because = 'replaced'
          where staff_id = ${staff} and ended_at is null
          returning id_hash
        ), opened as (
          insert into staff_sessions (id_hash, staff_id, passkey_id, key_x, key_y, opened_at, last_used_at, ends_at)
          values (${idHash}, ${staff}, ${passkey}, ${key.x}, ${key.y}, to_timestamp(${lastUsedAtMs}::float8 / 1000),
                  to_timestamp(${lastUsedAtMs}::float8 / 1000), to_timestamp(${endsAtMs}::float8 / 1000))
        )
        select id_hash as "idHash" from replaced`;
      return replaced.map((one) => one.idHash);
    },

    async find(idHash) {
      const [row] = await sql<(Omit<StaffSession, 'key'> & { x: string; y: string })[]>`
        select e.id_hash as "idHash", e.staff_id as staff, s.name, e.passkey_id as passkey, e.key_x as x, e.key_y as y,
               (extract(epoch from e.opened_at) * 1000)::bigint as "openedAtMs",
               (extract(epoch from e.last_used_at) * 1000)::bigint as "lastUsedAtMs",
               (extract(epoch from e.ends_at) * 1000)::bigint as "endsAtMs"
        from staff_sessions e
        join staff s on s.id = e.staff_id
        join staff_passkeys p on p.id = e.passkey_id
        where e.id_hash = ${idHash} and e.ended_at is null and s.ended_at is null and p.revoked_at is null`;
      if (!row) return null;
      const { x, y, ...rest } = row;
      return { ...rest, key: { x, y } };
    },

    async whyEnded(idHash) {
      const [row] = await sql<{ because: StaffEndReason | null }[]>`
        select ended_because as because from staff_sessions where id_hash = ${idHash}`;
      return row?.because ?? null;
    },

    async touch(idHash, atMs) {
      await sql`update staff_sessions set last_used_at = to_timestamp(${atMs}::float8 / 1000)
                where id_hash = ${idHash}`;
    },

    async end(idHash, because) {
      const ended = await sql`update staff_sessions set ended_at = now(), ended_because = ${because}
                              where id_hash = ${idHash} and ended_at is null`;
      return ended.count > 0;
    },
  };
}

/** One statement: of two that use one code at once, one finds it used. */
async function register(sql: Database, codeHash: string, { id, publicKey, label, atMs }: NewStaffPasskey) {
  const [row] = await sql<{ staff: string; createdBy: string }[]>`
    with code as (
      update staff_codes c set used_at = to_timestamp(${atMs}::float8 / 1000)
      from staff s
      where s.id = c.staff_id and s.ended_at is null and c.code_hash = ${codeHash} and c.used_at is null
        and c.expires_at > to_timestamp(${atMs}::float8 / 1000)
      returning c.staff_id, c.created_by
    ), kept as (
      insert into staff_passkeys (id, public_key, staff_id, code_hash, label, created_at)
      select ${id}, ${publicKey}, code.staff_id, ${codeHash}, ${label}, to_timestamp(${atMs}::float8 / 1000) from code
    )
    select staff_id as staff, created_by as "createdBy" from code`;
  return row ?? null;
}

/** Sessions are kept a day after their end, for whoever asks why one ended. */
export async function forgetStaffSessions(sql: Database): Promise<void> {
  await sql`delete from staff_sessions where ends_at < now() - interval '1 day'`;
}
