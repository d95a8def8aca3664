// SQL that forgets idempotent answers after their 24 hours.

import type { Database } from '../../db/database.ts';

export async function forgetReplays(sql: Database): Promise<void> {
  await sql`delete from replays where at < now() - interval '24 hours'`;
}
