// SQL of the directory. Holds professionals' accounts and insurers; never an insured person.

import type { AmcNo } from '../../core/ids.ts';
import type { Route } from '../../core/routing.ts';
import type { Database } from '../../db/database.ts';
import type { Caller } from '../../http/route.ts';
import type { DirectoryStore } from './directory-store.ts';

type CertificateRow = {
  thumbprint: string;
  client: string;
  account: string;
  structure: string | null;
  profession: string | null;
  insurer: string | null;
};

export function sqlDirectoryStore(sql: Database): DirectoryStore {
  return {
    load: () =>
      sql.begin('isolation level repeatable read read only', async (tx) => {
        const certificates = await tx<CertificateRow[]>`
          select c.thumbprint, c.client_id as client, c.account_id as account,
                 c.structure_id as structure, c.profession, i.amc_no as insurer
          from client_certificates c left join insurers i on i.id = c.insurer_id
          where c.revoked_at is null`;
        const routes = await tx<Route[]>`
          select r.amc_no as "amcNo", r.conv_type as "convType", r.csr, i.amc_no as target
          from routes r join insurers i on i.id = r.insurer_id`;
        const insurers = await tx<{ id: number; amcNo: AmcNo; name: string }[]>`
          select id, amc_no as "amcNo", name from insurers`;
        return { callers: certificates.map(callerOf), routes: [...routes], insurers: [...insurers] };
      }) as ReturnType<DirectoryStore['load']>,
  };
}

function callerOf(row: CertificateRow): Caller {
  const { thumbprint, client, account, structure, profession, insurer } = row;
  if (insurer !== null) return { role: 'insurer', thumbprint, client, person: account, amcNo: insurer };
  return {
    role: 'software',
    thumbprint,
    client,
    account,
    structure: structure ?? '',
    profession: profession ?? '',
  };
}
