// SQL of the rights check: three point look-ups, each joined with those that arrive at the same moment into one
// `= any(…)`. Runs under a role that can only read.

import type { CareDate } from '../../core/period.ts';
import { type Database, UUID_ARRAY } from '../../db/database.ts';
import { Batcher } from '../../lib/batcher.ts';
import { uuidHex } from '../../lib/bytes.ts';
import { refusal } from '../errors.ts';
import type { ReplayReader, RightsReader, SealedRecord } from './rights-reader.ts';

const BATCH = { maxItems: 256, maxInFlight: 1, maxQueued: 20_000, overloaded: () => refusal('overloaded') };
const TEXT_ARRAY = 1009;

export function sqlRightsReader(sql: Database): RightsReader {
  const links = new Batcher<string, Buffer | null>({
    ...BATCH,
    async run(locators) {
      const rows = await sql<{ locator: string; link: Buffer }[]>`
        select locator, sealed_link as link from doors where locator = any(${uuids(sql, locators)})`;
      const found = new Map(rows.map((row) => [uuidHex(row.locator), row.link]));
      return locators.map((locator) => found.get(locator) ?? null);
    },
  });
  const records = new Batcher<string, SealedRecord | null>({
    ...BATCH,
    async run(ids) {
      const rows = await sql<{ id: string; sealed: Buffer; closedOn: CareDate | null }[]>`
        select id, sealed, closed_on as "closedOn" from records where id = any(${uuids(sql, ids)})`;
      const found = new Map(
        rows.map((row) => [uuidHex(row.id), { sealed: row.sealed, closedOn: row.closedOn }]),
      );
      return ids.map((id) => found.get(id) ?? null);
    },
  });
  return {
    link: (_access, locator) => links.add(locator),
    record: (_access, recordId) => records.add(recordId),
  };
}

export function sqlReplayReader(sql: Database): ReplayReader {
  type Found = { tag: string; sealedAnswer: Buffer };
  const replays = new Batcher<{ asker: string; requestId: string }, Found | null>({
    ...BATCH,
    async run(requests) {
      const rows = await sql<{ asker: string; requestId: string; tag: string; sealedAnswer: Buffer }[]>`
        select asker, request_id as "requestId", tag, sealed_answer as "sealedAnswer"
        from replays
        where request_id = any(${uuids(
          sql,
          requests.map((one) => one.requestId),
        )})
          and asker = any(${sql.array(
            requests.map((one) => one.asker),
            TEXT_ARRAY,
          )})
          and at > now() - interval '24 hours'`;
      const found = new Map(rows.map((row) => [`${row.asker} ${uuidHex(row.requestId)}`, row]));
      return requests.map((one) => {
        const row = found.get(`${one.asker} ${one.requestId}`);
        return row ? { tag: uuidHex(row.tag), sealedAnswer: row.sealedAnswer } : null;
      });
    },
  });
  return { find: (asker, requestId) => replays.add({ asker, requestId }) };
}

function uuids(sql: Database, values: readonly string[]) {
  return sql.array([...values], UUID_ARRAY);
}
