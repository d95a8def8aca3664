// SQL of claims. What a claim says about a person is sealed; what stands in the clear names nobody.

import type { Database } from '../../db/database.ts';
import { timestamp } from '../../lib/clock.ts';
import { type RejectionCode, rejectionOf } from './claim-rejections.ts';
import type { ClaimState, ListedClaim } from './claim-shapes.ts';
import type { ClaimStore, NewClaim } from './claim-store.ts';

type ClaimRow = Omit<ListedClaim, 'insurer' | 'receivedAt' | 'rejection'> & {
  amcNo: string;
  name: string;
  receivedAtMs: number;
  code: string | null;
};

export function sqlClaimStore(sql: Database): ClaimStore {
  const insert = (on: Database, claim: NewClaim, state: ClaimState) => on<{ id: string }[]>`
    insert into claims (id, structure, insurer_id, engagement, care_date, received_at, price_cents, amc_cents, state,
      guard_tag, sealed, erase_after)
    values (${claim.id}, ${claim.structure}, ${claim.insurerId}, ${Buffer.from(claim.engagement, 'hex')},
      ${claim.careDate}::text::date, ${timestamp(claim.receivedAtMs)}::text::timestamptz, ${claim.priceCents},
      ${claim.amcCents}, ${state}, ${claim.guardTag}, ${Buffer.from(claim.sealed, 'base64url')},
      ${state === 'rejected' ? timestamp(claim.receivedAtMs) : null}::text::timestamptz::date + interval '24 months')
    on conflict do nothing
    returning id`;
  const listed = async (structure: string, where: ReturnType<Database>, limit: number): Promise<ClaimRow[]> =>
    sql<ClaimRow[]>`
      select claims.id as "claimId", (extract(epoch from received_at) * 1000)::bigint as "receivedAtMs",
        care_date::text as "careDate", insurers.amc_no as "amcNo", insurers.name, price_cents as price,
        case state when 'rejected' then 0 else amc_cents end as amc, state, code, claims.transfer_id as "transferId",
        case when state = 'paid' then (decided_at at time zone 'Europe/Paris')::date::text end as "paidOn"
      from claims join insurers on insurers.id = insurer_id left join remittances on claim_id = claims.id
      where structure = ${structure} and ${where}
      order by received_at desc, claims.id desc limit ${limit}`;
  return {
    async accept(tx, claim) {
      return (await insert(tx.sql as unknown as Database, claim, 'accepted')).length > 0;
    },

    async reject(claim, code) {
      return sql.begin(async (tx) => {
        const [written] = await insert(tx as unknown as Database, claim, 'rejected');
        if (!written) {
          // A repeat. Without a remittance it had been accepted, and was taken back since.
          const [known] = await tx<{ code: RejectionCode }[]>`
            select code from remittances where claim_id = ${claim.id} and outcome = 'REJECTED'`;
          return known?.code ?? code;
        }
        await tx`
          insert into remittances (claim_id, outcome, code, amc_paid_cents, decided_at)
          values (${claim.id}, 'REJECTED', ${code}, 0, ${timestamp(claim.receivedAtMs)}::text::timestamptz)`;
        return code;
      });
    },

    async cancel(tx, { id, structure, engagement }) {
      const rows = await tx.sql`
        update claims set state = 'cancelled', erase_after = received_at::date + interval '24 months'
        where id = ${id} and structure = ${structure} and engagement = ${Buffer.from(engagement, 'hex')}
          and state = 'accepted' and transfer_id is null
        returning id`;
      return rows.length > 0;
    },

    async list(structure, { before, state, limit }) {
      const [at = null, id = null] = before?.split('_') ?? [];
      const rows = await listed(
        structure,
        sql`(${state}::text is null or state = ${state})
          and (${at}::text is null or (received_at, claims.id) < (${at}::text::timestamptz, ${id}::text::uuid))`,
        limit,
      );
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return {
        claims: rows.map(toListed),
        next: last ? `${timestamp(last.receivedAtMs)}_${last.claimId}` : null,
      };
    },

    async one(structure, id) {
      const [row] = await listed(structure, sql`claims.id = ${id}`, 1);
      return row ? toListed(row) : null;
    },
  };
}

/** What claims say about people goes 24 months after they are settled; totals and dates stay. */
export async function eraseOldClaims(sql: Database): Promise<void> {
  await sql`
    update claims set sealed = '' where sealed <> '' and erase_after < (now() at time zone 'Europe/Paris')::date`;
}

function toListed({ amcNo, name, receivedAtMs, code, ...row }: ClaimRow): ListedClaim {
  return {
    ...row,
    receivedAt: timestamp(receivedAtMs),
    insurer: { amcNo, name },
    rejection: rejectionOf(code),
  };
}
