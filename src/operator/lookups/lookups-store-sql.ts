// SQL of a site's own look-ups: from the ledger's entries, over a connection that does not write them.

import type { Database } from '../../db/database.ts';
import { timestamp } from '../../lib/clock.ts';
import type { LookupsStore } from './lookups-store.ts';

const MOST = 200;

export function sqlLookupsStore(sql: Database): LookupsStore {
  return {
    async of(structure, day) {
      // The limit first: a site without work today must not make us read its past.
      const rows = await sql<{ seq: number; atMs: number; domain: string; code: string }[]>`
        select seq, (extract(epoch from at) * 1000)::bigint as "atMs", (member_view::jsonb) ->> 'purpose' as domain,
               (member_view::jsonb) ->> 'outcome' as code
        from (
          select seq, at, member_view from ledger_entries
          where (member_view::jsonb) ->> 'structure' = ${structure} and rest like '{"event":"rights.checked"%'
          order by seq desc limit ${MOST}
        ) newest
        where (at at time zone 'Europe/Paris')::date = ${day}::text::date`;
      return rows.map(({ seq, atMs, domain, code }) => ({
        at: timestamp(atMs),
        domain,
        code,
        receiptIndex: seq,
      }));
    },
  };
}
