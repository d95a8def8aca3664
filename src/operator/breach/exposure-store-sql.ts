// SQL of the exposure list: entries through the index on the journal's numbers, or through the small one of look-ups
// without a door (migration 0011), so that a list reads what it needs and never the whole ledger's text.

import { BIGINT_ARRAY, type Database, UUID_ARRAY } from '../../db/database.ts';
import { uuidBase64url } from '../../lib/bytes.ts';
import type { EntryRow, ExposureEntries, PersonRefs } from './exposure-store.ts';

const PAGE = 1_000;

type PlacedRow = EntryRow & { seq: number; at: string };

export function sqlExposureEntries(sql: Database): ExposureEntries {
  const columns = sql`member_salt as "memberSalt", member_view as "memberView", rest_salt as "restSalt", rest,
    coalesce(leaf, '') as leaf, journal_no as "journalNo"`;
  const within = ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
    sql`at >= ${new Date(fromMs)} and at < ${new Date(toMs)}`;
  return {
    async ofDoors(journalNos) {
      return sql<EntryRow[]>`
        select ${columns} from ledger_entries
        where journal_no = any(${sql.array([...journalNos], BIGINT_ARRAY)}::bigint[]) order by seq`;
    },

    // The index's own words, so that it is used: journal_no is null, rest like …
    withoutDoor: (window) =>
      pages(
        (after) => sql<PlacedRow[]>`
          select seq, at::text as at, ${columns} from ledger_entries
          where journal_no is null and rest like '{"event":"rights.%' and ${within(window)}
            and (${after === null} or (at, seq) > (${after?.at ?? null}::timestamptz, ${after?.seq ?? null}::bigint))
          order by at, seq limit ${PAGE}`,
      ),

    between: (first, last, window) =>
      pages(
        (after) => sql<PlacedRow[]>`
          select seq, at::text as at, ${columns} from ledger_entries
          where journal_no between ${first} and ${last} and ${within(window)}
            and (journal_no, seq) > (${after?.journalNo ?? first}::bigint, ${after?.seq ?? -1}::bigint)
          order by journal_no, seq limit ${PAGE}`,
      ),

    async extent() {
      const [row] = await sql<{ entries: number; size: number }[]>`
        select count(*) as entries, coalesce(max(seq) + 1, 0) as size from ledger_entries`;
      return row ?? { entries: 0, size: 0 };
    },
  };
}

async function* pages(
  page: (after: PlacedRow | null) => PromiseLike<PlacedRow[]>,
): AsyncGenerator<PlacedRow[]> {
  let after: PlacedRow | null = null;
  for (;;) {
    const rows: PlacedRow[] = await page(after);
    if (rows.length > 0) yield rows;
    after = rows.at(-1) ?? null;
    if (rows.length < PAGE) return;
  }
}

export function sqlPersonRefs(sql: Database): PersonRefs {
  return {
    async refs(recordIds) {
      const ids = sql`any(${sql.array([...recordIds], UUID_ARRAY)}::uuid[])`;
      const rows = await sql<{ id: string; insurer: string; ref: string }[]>`
        select person.id, amc_no as insurer, ref from (
          select id, insurer_id, subject_ref as ref from records where id = ${ids}
          union select record_id, insurer_id, subject_ref from former_subjects where record_id = ${ids}
        ) person join insurers on insurers.id = person.insurer_id`;
      return new Map(
        rows.map(({ id, insurer, ref }) => [
          id.replaceAll('-', ''),
          { insurer, subjectRef: uuidBase64url(ref) },
        ]),
      );
    },
  };
}
