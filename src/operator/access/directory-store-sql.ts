// SQL of the directory. Holds professionals' accounts and insurers; never an insured person.

import type { Route } from '../../core/routing.ts';
import type { Database } from '../../db/database.ts';
import type { Insurer } from './directory.ts';
import type { AccountState, AccountStore, DirectoryStore } from './directory-store.ts';

type CertificateRow = { thumbprint: string; client: string; person: string | null; insurer: string | null };

/** An account that was not used for this long is closed: nobody would notice that somebody else uses it. */
const IDLE_DAYS = 90;

export function sqlDirectoryStore(sql: Database): DirectoryStore {
  return {
    load: () =>
      sql.begin('isolation level repeatable read read only', async (tx) => {
        const certificates = await tx<CertificateRow[]>`
          select c.thumbprint, c.client_id as client, c.account_id as person, i.amc_no as insurer
          from client_certificates c left join insurers i on i.id = c.insurer_id
          where c.revoked_at is null`;
        const sites = await tx<{ client: string; structure: string }[]>`
          select client_id as client, structure_id as structure from client_sites where revoked_at is null`;
        const revoked = await tx<{ thumbprint: string; structure: string }[]>`
          select thumbprint, structure_id as structure from revoked_at_sites`;
        const ended = await tx<{ grant: string }[]>`select grant_id as grant from ended_grants`;
        const routes = await tx<Route[]>`
          select r.amc_no as "amcNo", r.conv_type as "convType", r.csr, i.amc_no as target
          from routes r join insurers i on i.id = r.insurer_id`;
        const insurers = await tx<Insurer[]>`
          select id, amc_no as "amcNo", name, exercise from insurers`;
        return {
          callers: certificates.map(callerOf),
          sites: [...sites],
          revoked: [...revoked],
          endedGrants: ended.map(({ grant }) => grant),
          routes: [...routes],
          insurers: [...insurers],
        };
      }) as ReturnType<DirectoryStore['load']>,
  };
}

export function sqlAccountStore(sql: Database): AccountStore {
  return {
    async use(account, today) {
      const [row] = await sql<{ ended: boolean; idle: boolean }[]>`
        select coalesce(ended_on <= ${today}::text::date, false) as ended,
               coalesce(last_used_on, begun_on) < ${today}::text::date - ${IDLE_DAYS}::int as idle
        from activities where account_id = ${account}`;
      const state = stateOf(row);
      if (state === 'active') {
        await sql`update activities set last_used_on = ${today}::text::date
                  where account_id = ${account} and last_used_on is distinct from ${today}::text::date`;
      }
      return state;
    },

    async endGrant(grant, until) {
      await sql`insert into ended_grants (grant_id, until) values (${grant}, ${until}::text::timestamptz)
                on conflict do nothing`;
    },
  };
}

/** Sign-ins whose last token has expired need not be remembered as ended; the day is for clocks that differ. */
export async function forgetEndedGrants(sql: Database): Promise<void> {
  await sql`delete from ended_grants where until < now() - interval '1 day'`;
}

function stateOf(row: { ended: boolean; idle: boolean } | undefined): AccountState {
  if (!row) return 'unknown';
  if (row.ended) return 'ended';
  return row.idle ? 'idle' : 'active';
}

function callerOf({ thumbprint, client, person, insurer }: CertificateRow) {
  return insurer === null
    ? ({ role: 'software', thumbprint, client } as const)
    : ({ role: 'insurer', thumbprint, client, person: person ?? '', amcNo: insurer } as const);
}
