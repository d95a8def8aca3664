// SQL of `rempart staff enrol`: makes a member of the staff known and keeps the digest of their one-time code. Runs as a
// login of its own; the operator's desk can use codes up, never make one.

import type { Database } from '../../db/database.ts';

export type NewCode = {
  staff: string;
  name: string | null;
  codeHash: string;
  nowMs: number;
  expiresAtMs: number;
};

/** Null: nobody of that id is known and no name was given, or they have left. Older codes of the person end. */
export async function keepCode(
  sql: Database,
  code: NewCode,
): Promise<{ name: string; passkeys: number } | null> {
  const { staff, name, codeHash, nowMs, expiresAtMs } = code;
  return sql.begin(async (tx) => {
    if (name !== null)
      await tx`insert into staff (id, name) values (${staff}, ${name}) on conflict do nothing`;
    const [person] = await tx<{ name: string; passkeys: number }[]>`
      select s.name, (select count(*) from staff_passkeys p where p.staff_id = s.id and p.revoked_at is null)::int as passkeys
      from staff s where s.id = ${staff} and s.ended_at is null`;
    if (!person) return null;
    await tx`update staff_codes set expires_at = to_timestamp(${nowMs}::float8 / 1000)
             where staff_id = ${staff} and used_at is null and expires_at > to_timestamp(${nowMs}::float8 / 1000)`;
    await tx`insert into staff_codes (code_hash, staff_id, expires_at)
             values (${codeHash}, ${staff}, to_timestamp(${expiresAtMs}::float8 / 1000))`;
    return person;
  });
}
