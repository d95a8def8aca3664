// SQL of prior agreements, by the login that settles. Whether one has lapsed is asked with the day, never written down.

import type { CareDate } from '../../core/period.ts';
import { BYTEA_ARRAY, type Database, type Transaction } from '../../db/database.ts';
import type {
  AgreementFacts,
  AgreementStanding,
  AgreementTransaction,
  DecidedFacts,
  PriorAgreementStore,
  WaitingFacts,
} from './prior-agreement-store.ts';

type Sql = Database | Transaction;

export function sqlPriorAgreementStore(sql: Database): PriorAgreementStore {
  return {
    async standingOf(engagement, today) {
      const [row] = await sql<AgreementStanding[]>`
        select ${stateOn(sql, today)} as state, valid_until as "validUntil", amc_cents as amc from prior_agreements
        where engagement = ${Buffer.from(engagement, 'hex')} order by asked_at desc, id desc limit 1`;
      return row ?? null;
    },
    async ofStructure(structure, today, { behind, most }) {
      const newest = sql`order by asked_at desc, id desc limit ${most}`;
      const rows = await sql<AgreementFacts[]>`
        select ${facts(sql, today)} from prior_agreements where structure = ${structure} ${
          behind === null
            ? sql``
            : sql`and (asked_at, id) < (${placeOf(sql, behind)} and structure = ${structure})`
        } ${newest}`;
      return [...rows];
    },
    async one(id, structure, today) {
      const [row] = await sql<AgreementFacts[]>`
        select ${facts(sql, today)} from prior_agreements where id = ${id} and structure = ${structure}`;
      return row ?? null;
    },
    async waiting(amcNo, today, { behind, most }) {
      const insurer = sql`insurer_id = (select id from insurers where amc_no = ${amcNo})`;
      const rows = await sql<(AgreementFacts & WaitingFacts)[]>`
        select ${facts(sql, today)}, structure, sealed from prior_agreements
        where ${insurer} and state = 'pending' and valid_until >= ${today}::text::date ${
          behind === null ? sql`` : sql`and (asked_at, id) > (${placeOf(sql, behind)} and ${insurer})`
        } order by asked_at, id limit ${most}`;
      return [...rows];
    },
    decide: ({ id, amcNo, today }, { state, reason, atMs, validUntil }, enter) =>
      sql.begin(async (tx) => {
        const row = await locked(tx, id, today);
        if (row?.amcNo !== amcNo) return 'unknown';
        if (row.state !== 'pending') return 'over';
        await tx`
          update prior_agreements set state = ${state}, reason = ${reason}, sealed = null,
            decided_at = ${instant(tx, atMs)}, valid_until = ${validUntil}::text::date
          where id = ${id}`;
        await enter(row);
        return 'done';
      }),
    cancel: ({ id, structure, today }, enter) =>
      sql.begin(async (tx) => {
        const row = await locked(tx, id, today);
        if (row?.structure !== structure) return 'unknown';
        if (row.state === 'refused' || row.state === 'lapsed') return 'over';
        await tx`update prior_agreements set state = 'cancelled', reason = 'withdrawn', sealed = null where id = ${id}`;
        await enter(row);
        return 'done';
      }),
    within: ({ sql: tx }) => transactionOn(tx),
  };
}

function transactionOn(tx: Transaction): AgreementTransaction {
  return {
    async living(engagement, today) {
      const [row] = await tx<(AgreementFacts & { requestId: string })[]>`
        select ${facts(tx, today)}, request_id as "requestId" from prior_agreements
        where engagement = ${Buffer.from(engagement, 'hex')} and state in ('pending', 'accepted') for update`;
      return row ?? null;
    },
    async accepted(engagements, today) {
      const digests = engagements.map((one) => Buffer.from(one, 'hex'));
      const rows = await tx<{ engagement: string }[]>`
        select encode(engagement, 'hex') as engagement from prior_agreements
        where engagement = any(${tx.array(digests, BYTEA_ARRAY)}) and state = 'accepted'
          and valid_until >= ${today}::text::date`;
      return new Set(rows.map(({ engagement }) => engagement));
    },
    async endOf(engagement, today) {
      await tx`
        update prior_agreements set sealed = null, reason = 'withdrawn',
          state = case when valid_until < ${today}::text::date then 'lapsed' else 'cancelled' end
        where engagement = ${Buffer.from(engagement, 'hex')} and state in ('pending', 'accepted')`;
    },
    async add(one) {
      await tx`
        insert into prior_agreements (id, engagement, insurer_id, structure, domain, state, reason, amc_cents,
          asked_at, decided_at, valid_until, request_id, sealed)
        values (${one.id}, ${Buffer.from(one.engagement, 'hex')}, ${one.insurerId}, ${one.structure}, ${one.domain},
          ${one.state}, ${one.reason}, ${one.amc}, ${instant(tx, one.askedAtMs)},
          ${one.decidedAtMs === null ? null : instant(tx, one.decidedAtMs)}, ${one.validUntil}::text::date,
          ${one.requestId}, ${one.sealed})`;
    },
  };
}

type Locked = DecidedFacts & Pick<AgreementFacts, 'state'>;

async function locked(tx: Transaction, id: string, today: CareDate): Promise<Locked | undefined> {
  const [row] = await tx<Locked[]>`
    select ${stateOn(tx, today)} as state, domain, structure, encode(engagement, 'hex') as engagement,
      (select amc_no from insurers where insurers.id = insurer_id) as "amcNo"
    from prior_agreements where id = ${id} for update`;
  return row;
}

function stateOn(sql: Sql, today: CareDate) {
  return sql`case when state in ('pending', 'accepted') and valid_until < ${today}::text::date then 'lapsed' else state end`;
}

function facts(sql: Sql, today: CareDate) {
  return sql`
    id, domain, ${stateOn(sql, today)} as state, reason, amc_cents as amc, valid_until as "validUntil",
    (extract(epoch from asked_at) * 1000)::bigint as "askedAtMs",
    (extract(epoch from decided_at) * 1000)::bigint as "decidedAtMs"`;
}

/** The caller adds whose it must be: a page behind somebody else's agreement is empty. */
function placeOf(sql: Sql, id: string) {
  return sql`select asked_at, id from prior_agreements where id = ${id}`;
}

const instant = (sql: Sql, atMs: number) => sql`to_timestamp(${atMs}::float8 / 1000)`;

/** Two years after the day they were good until: as long as claims are kept. */
export async function forgetPriorAgreements(sql: Database): Promise<void> {
  await sql`delete from prior_agreements where valid_until < current_date - interval '24 months'`;
}
