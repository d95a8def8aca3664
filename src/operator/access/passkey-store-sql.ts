// SQL of professionals' passkeys. Runs as the desk: rows are removed by a date, never rewritten.

import type { Database } from '../../db/database.ts';
import { MOST_PASSKEYS, type PasskeyRow, type PasskeyStore } from './passkey-store.ts';

export function sqlPasskeyStore(sql: Database): PasskeyStore {
  const rows = sql`
    select credential_id as "credentialId", professional_id as professional, label, certificate,
           (extract(epoch from created_at) * 1000)::bigint as "createdAtMs",
           (extract(epoch from last_used_at) * 1000)::bigint as "lastUsedAtMs"
    from passkeys where removed_at is null`;
  return {
    async of(professional) {
      return [
        ...(await sql<PasskeyRow[]>`${rows} and professional_id = ${professional} order by created_at`),
      ];
    },

    async find(credentialId) {
      const [row] = await sql<PasskeyRow[]>`${rows} and credential_id = ${credentialId}`;
      return row ?? null;
    },

    async professionalOf(account) {
      const [row] = await sql<{ professional: string }[]>`
        select professional_id as professional from activities where account_id = ${account}`;
      if (!row) throw new Error('a session names an account that does not exist');
      return row.professional;
    },

    add: ({ credentialId, professional, label, certificate }) =>
      sql.begin(async (tx) => {
        // Two at once must not both find room.
        await tx`select pg_advisory_xact_lock(hashtext(${professional}))`;
        const added = await tx`
          insert into passkeys (credential_id, professional_id, label, certificate)
          select ${credentialId}, ${professional}, ${label}, ${certificate}
          where (select count(*) from passkeys where professional_id = ${professional} and removed_at is null)
            < ${MOST_PASSKEYS}
          on conflict do nothing`;
        return added.count > 0;
      }),

    async touch(credentialId, atMs) {
      await sql`update passkeys set last_used_at = to_timestamp(${atMs}::float8 / 1000)
                where credential_id = ${credentialId}`;
    },

    async remove(professional, credentialId) {
      const removed = await sql`update passkeys set removed_at = now()
        where credential_id = ${credentialId} and professional_id = ${professional} and removed_at is null`;
      return removed.count > 0;
    },
  };
}
