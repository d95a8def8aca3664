// SQL of a structure's software. Runs as the desk, which can enrol for a site and revoke, nothing else (migration 0007).

import type { Database } from '../../db/database.ts';
import type { EnrolledSoftware, SoftwareStore } from './software-store.ts';

export function sqlSoftwareStore(sql: Database): SoftwareStore {
  return {
    async of(structure) {
      const rows = await sql<EnrolledSoftware[]>`
        select c.thumbprint, c.client_id as client, (extract(epoch from s.enrolled_at) * 1000)::bigint as "enrolledAtMs",
               coalesce(p.given_name || ' ' || p.family_name, s.enrolled_by) as "enrolledBy",
               (extract(epoch from least(s.revoked_at, c.revoked_at, r.revoked_at)) * 1000)::bigint as "revokedAtMs"
        from client_sites s
        join client_certificates c on c.client_id = s.client_id and c.insurer_id is null
        left join revoked_at_sites r on r.thumbprint = c.thumbprint and r.structure_id = s.structure_id
        left join activities a on a.account_id = s.enrolled_by
        left join professionals p on p.id = a.professional_id
        where s.structure_id = ${structure}
        order by s.enrolled_at desc, c.thumbprint`;
      return [...rows];
    },

    async enrol({ thumbprint, client, structure, account }) {
      const [row] = await sql<{ done: 'enrolled' | 'refused' | 'full' }[]>`
        select enrol_client(${thumbprint}, ${client}, ${structure}, ${account}) as done`;
      return row?.done ?? 'refused';
    },

    async revoke(thumbprint, structure) {
      const [served] = await sql<{ client: string }[]>`
        select c.client_id as client from client_certificates c
        join client_sites s on s.client_id = c.client_id
        where c.thumbprint = ${thumbprint} and s.structure_id = ${structure} and c.insurer_id is null`;
      if (!served) return null;
      await sql`insert into revoked_at_sites (thumbprint, structure_id) values (${thumbprint}, ${structure})
                on conflict do nothing`;
      return served.client;
    },
  };
}
