// SQL of the card desk. It must never hold a birth date, a name, a NIR or a member number: the tables have no place for
// them.

import type { CardHandle } from '../../core/ids.ts';
import { SHARD_BITS } from '../../core/status-list.ts';
import { BIGINT_ARRAY, type Database, INT_ARRAY, TEXT_ARRAY, UUID_ARRAY } from '../../db/database.ts';
import { uuidBase64url, uuidText } from '../../lib/bytes.ts';
import type { CardDeskStore, Revocation, StatusStore } from './card-store.ts';

const toUuid = (id: string) => uuidText(Buffer.from(id, 'base64url'));
const toHandle = (uuid: string) => uuidBase64url(uuid) as CardHandle;

export function sqlCardDeskStore(sql: Database): CardDeskStore {
  return {
    async person(thumbprint) {
      const [row] = await sql<{ person: string }[]>`
        select person from desk_clients where thumbprint = ${thumbprint} and revoked_at is null`;
      return row?.person ?? null;
    },

    async add(cards) {
      const shards = [...new Set(cards.map(({ statusIndex }) => Math.floor(statusIndex / SHARD_BITS)))];
      await sql.begin(async (tx) => {
        await tx`insert into cards (handle, subject_ref, status_index, valid_from, valid_to, kid)
          select * from unnest(
            ${sql.array(
              cards.map(({ handle }) => toUuid(handle)),
              UUID_ARRAY,
            )}::uuid[],
            ${sql.array(
              cards.map(({ ref }) => toUuid(ref)),
              UUID_ARRAY,
            )}::uuid[],
            ${sql.array(
              cards.map(({ statusIndex }) => statusIndex),
              BIGINT_ARRAY,
            )}::bigint[],
            ${sql.array(
              cards.map(({ from }) => from),
              TEXT_ARRAY,
            )}::date[],
            ${sql.array(
              cards.map(({ to }) => to),
              TEXT_ARRAY,
            )}::date[],
            ${sql.array(
              cards.map(({ kid }) => kid),
              TEXT_ARRAY,
            )}::text[])`;
        await tx`insert into status_shards (shard) select unnest(${sql.array(shards, INT_ARRAY)}::int[])
          on conflict do nothing`;
      });
    },

    async revoke(handle, reason, atMs) {
      const id = toUuid(handle);
      await sql`update cards set revoked_at = to_timestamp(${atMs}::float8 / 1000), revoked_reason = ${reason}
        where handle = ${id}::uuid and revoked_at is null`;
      const [row] = await sql<({ place: number } & Omit<Revocation, 'shard'>)[]>`
        select status_index as place, revoked_reason as reason, told_at is not null as told,
          round(extract(epoch from revoked_at) * 1000)::bigint as "revokedAtMs"
        from cards where handle = ${id}::uuid`;
      if (!row) return null;
      const { place, ...facts } = row;
      return { ...facts, shard: Math.floor(place / SHARD_BITS) };
    },

    async isTold(handle) {
      const [row] =
        await sql`select 1 from cards where handle = ${toUuid(handle)}::uuid and told_at is not null`;
      return row !== undefined;
    },
  };
}

export function sqlStatusStore(sql: Database): StatusStore {
  return {
    async shards() {
      const rows = await sql<{ shard: number; issuedAt: number | null; owed: number }[]>`
        select shard, issued_at as "issuedAt", (
          select count(*)::int from cards
          where revoked_at is not null and told_at is null
            and status_index >= shard::bigint * ${SHARD_BITS}::bigint
            and status_index < (shard + 1)::bigint * ${SHARD_BITS}::bigint
        ) as owed
        from status_shards order by shard`;
      return [...rows];
    },

    async revoked(shard, most) {
      const [first, end] = [shard * SHARD_BITS, (shard + 1) * SHARD_BITS];
      // In this order: what was revoked between the two is in the list already, and told with the next one.
      const owed = await sql<{ handle: string }[]>`
        select handle from cards where revoked_at is not null and told_at is null
          and status_index >= ${first} and status_index < ${end} limit ${most}`;
      const places = await sql<{ place: number }[]>`
        select status_index as place from cards where revoked_at is not null
          and status_index >= ${first} and status_index < ${end}`;
      return { owed: owed.map(({ handle }) => toHandle(handle)), places: places.map(({ place }) => place) };
    },

    async told(shard, issuedAt, handles) {
      const ids = sql.array(handles.map(toUuid), UUID_ARRAY);
      await sql.begin(async (tx) => {
        await tx`update cards set told_at = now() where handle = any(${ids}::uuid[]) and told_at is null`;
        await tx`update status_shards set issued_at = ${issuedAt} where shard = ${shard}`;
      });
    },
  };
}
