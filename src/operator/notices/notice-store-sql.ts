// SQL of the notices. The reference is read by the login that reads rights, everything else is the desk's.

import type { Database } from '../../db/database.ts';
import { uuidBase64url } from '../../lib/bytes.ts';
import type { NoticeStore } from './notice-store.ts';

export function sqlNoticeStore(databases: { rights: Database; desk: Database }): NoticeStore {
  const { rights, desk } = databases;
  return {
    async subjectRef(recordId) {
      const [row] = await rights<{ ref: string }[]>`
        select subject_ref as ref from records where id = ${recordId}`;
      return row ? uuidBase64url(row.ref) : null;
    },
    async add(amcNo, { at, sealed }) {
      await desk`
        insert into notices (insurer_id, at, sealed)
        select id, ${at}, ${sealed} from insurers where amc_no = ${amcNo}`;
    },
    after: (amcNo, { after, most }) => desk<{ seq: number; sealed: Buffer }[]>`
      select n.seq, n.sealed from notices n join insurers i on i.id = n.insurer_id
      where i.amc_no = ${amcNo} and n.seq > ${after} order by n.seq limit ${most}`,
  };
}

/** As long as ledger entries are kept. */
export async function forgetNotices(sql: Database): Promise<void> {
  await sql`delete from notices where at < now() - interval '12 months'`;
}
