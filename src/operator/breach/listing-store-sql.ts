// How a list made by a process of its own gets its entry: it says so in a table, the one writer of the ledger enters it
// at its next turn, and only then the list leaves. Without a running operator there is no entry, so no list.

import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import { type ExposureListing, listingEntry } from './list-exposure.ts';

const LOOK_AGAIN_MS = 50;
const MOST_AT_ONCE = 100;

export class ListingNotEntered extends Error {}

/** Resolves when the operator has entered it; after `patienceMs` it is taken back and ListingNotEntered thrown. */
export async function postListing(
  sql: Database,
  { scope, from, to, incident, persons, unknownPersons }: ExposureListing,
  patienceMs: number,
): Promise<void> {
  const [row] = await sql<{ id: string }[]>`
    insert into exposure_lists (scope, from_at, to_at, incident, persons, unknown_persons)
    values (${scope}, ${from}, ${to}, ${incident}, ${persons}, ${unknownPersons}) returning id`;
  if (!row) throw new Error('an insert returns its row');
  const { id } = row;
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += LOOK_AGAIN_MS) {
    const [entered] = await sql`select from exposure_lists where id = ${id} and entered_as is not null`;
    if (entered) return;
    await delay(LOOK_AGAIN_MS);
  }
  const taken = await sql`delete from exposure_lists where id = ${id} and entered_as is null`;
  if (taken.count === 1) throw new ListingNotEntered('no operator entered this list');
}

/** On the operator's timer. If we crash between entry and mark, a list has two entries: better than none. */
export async function enterListings(sql: Database, ledger: Pick<Ledger, 'append'>): Promise<void> {
  const rows = await sql<
    (Omit<ExposureListing, 'from' | 'to'> & { id: string; from: Date; to: Date; by: string })[]
  >`
    select id, scope, from_at as "from", to_at as "to", incident, persons, unknown_persons as "unknownPersons",
      created_by as "by"
    from exposure_lists where entered_as is null order by created_at limit ${MOST_AT_ONCE}`;
  for (const { id, from, to, by, ...listing } of rows) {
    const window = { from: from.toISOString(), to: to.toISOString() };
    const { index } = await ledger.append(listingEntry({ ...listing, ...window }, by));
    await sql`update exposure_lists set entered_as = ${index} where id = ${id}`;
  }
}
