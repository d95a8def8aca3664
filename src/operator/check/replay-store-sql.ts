// SQL around the idempotent answers of the last 24 hours: which ids there are, and forgetting them afterwards.

import type { Database } from '../../db/database.ts';

export async function forgetReplays(sql: Database): Promise<void> {
  await sql`delete from replays where at < now() - interval '24 hours'`;
}

const IDS_PER_PAGE = 10_000;

/** Every stored request id (32 hexadecimal digits), page by page: no page keeps the connection from others for long. */
export async function* storedRequestIds(sql: Database): AsyncGenerator<string[]> {
  let last = { asker: '', id: '00000000-0000-0000-0000-000000000000' };
  for (let full = true; full; ) {
    const rows = await sql<(typeof last)[]>`
      select asker, request_id as id from replays
      where (asker, request_id) > (${last.asker}, ${last.id}::uuid)
      order by asker, request_id limit ${IDS_PER_PAGE}`;
    yield rows.map(({ id }) => id.replaceAll('-', ''));
    last = rows.at(-1) ?? last;
    full = rows.length === IDS_PER_PAGE;
  }
}
