// SQL of the public directory: one extraction, compared with what we have, in one transaction. Killed anywhere, the
// old state stands. Must never delete a row, nor touch an activity of another source, its site or its person.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CareDate } from '../../core/period.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { endsTooMany } from './annuaire.ts';
import { ROW_COLUMNS } from './annuaire-reader.ts';

export type Extraction = {
  readonly day: CareDate;
  /** A person has said that more endings than usual are meant. */
  readonly confirmEndings: boolean;
  /** Rows in COPY's text format, in pieces. What it throws undoes everything. */
  readonly rows: AsyncIterable<string>;
  /** Called with the words for what is done next. */
  onStep(step: string): void;
};

/** What the extraction names, and what it changed: begun + unchanged = activities. */
export type ExtractionChanges = {
  readonly professionals: number;
  readonly structures: number;
  readonly activities: number;
  readonly begun: number;
  readonly ended: number;
  readonly unchanged: number;
};

export type ExtractionRefusal =
  | { readonly code: 'import-running' }
  | { readonly code: 'extraction-older'; readonly newest: string }
  | { readonly code: 'too-many-endings'; readonly active: number; readonly ending: number };

/** Thrown: nothing was changed. */
export class ExtractionRefused extends Error {
  readonly refusal: ExtractionRefusal;
  constructor(refusal: ExtractionRefusal) {
    super(refusal.code);
    this.name = 'ExtractionRefused';
    this.refusal = refusal;
  }
}

/**
 * Activities are ended last: a sign-in that notes its day on one of them waits for the commit, and only then.
 * If we crash before the commit, PostgreSQL forgets the transaction, its temporary tables included.
 */
export function applyExtraction(sql: Database, extraction: Extraction): Promise<ExtractionChanges> {
  const { day, confirmEndings, rows, onStep } = extraction;
  return sql.begin(async (tx) => {
    await aloneOrRefused(tx);
    await notOlderOrRefused(tx, day);
    await stage(tx, rows);
    onStep('comparing with what is known');
    const activities = await nameActivities(tx);
    await fewEndingsOrRefused(tx, confirmEndings);
    onStep('writing professionals');
    const professionals = await writeProfessionals(tx);
    onStep('writing structures');
    const structures = await writeStructures(tx);
    onStep('writing activities');
    const begun = (await beginActivities(tx)) + (await resumeActivities(tx));
    const ended = await endActivities(tx, day);
    onStep('making all of it visible');
    return { professionals, structures, activities, begun, ended, unchanged: activities - begun };
  }) as unknown as Promise<ExtractionChanges>;
}

async function aloneOrRefused(tx: Transaction): Promise<void> {
  const [row] = await tx<{ alone: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtext('rempart.directory-import')) as alone`;
  if (row?.alone !== true) throw new ExtractionRefused({ code: 'import-running' });
  // Sorting two million rows is worth some memory of the server; and it should notice when we are gone.
  await tx.unsafe(`set local work_mem = '96MB'; set local client_connection_check_interval = '1s'`);
}

/** The newest day that we know to have been imported; an older extraction would bring back who has left since. */
async function notOlderOrRefused(tx: Transaction, day: CareDate): Promise<void> {
  const [row] = await tx<{ newest: string | null }[]>`
    select max(ended_on) as newest from activities where source = 'directory'`;
  const newest = row?.newest ?? null;
  if (newest !== null && day < newest) throw new ExtractionRefused({ code: 'extraction-older', newest });
}

async function stage(tx: Transaction, rows: AsyncIterable<string>): Promise<void> {
  const columns = ROW_COLUMNS.map((name) => `${name} text not null`).join(', ');
  await tx.unsafe(`create temp table named_rows (${columns}) on commit drop`);
  const target = await tx.unsafe(`copy named_rows (${ROW_COLUMNS.join(', ')}) from stdin`).writable();
  await pipeline(Readable.from(rows, { objectMode: true, highWaterMark: 1 }), target);
  await tx.unsafe('analyze named_rows');
}

async function nameActivities(tx: Transaction): Promise<number> {
  const named = await tx`
    create temp table named_activities on commit drop as
    select distinct professional_id, structure_id, profession from named_rows`;
  await tx.unsafe('analyze named_activities');
  return named.count;
}

async function fewEndingsOrRefused(tx: Transaction, confirmed: boolean): Promise<void> {
  if (confirmed) return;
  const [row] = await tx<{ active: number; ending: number }[]>`
    select count(*)::int as active, (count(*) filter (where n.professional_id is null))::int as ending
    from activities a left join named_activities n using (professional_id, structure_id, profession)
    where a.source = 'directory' and a.ended_on is null`;
  if (row && endsTooMany(row)) throw new ExtractionRefused({ code: 'too-many-endings', ...row });
}

/** One of the names a person goes by, the same one in every extraction that holds it. */
async function writeProfessionals(tx: Transaction): Promise<number> {
  const named = await tx`
    create temp table named_professionals on commit drop as
    select distinct on (professional_id) professional_id as id, family_name, given_name
    from named_rows order by professional_id, family_name, given_name`;
  await tx.unsafe('analyze named_professionals');
  await tx`
    update professionals p set family_name = n.family_name, given_name = n.given_name
    from named_professionals n
    where n.id = p.id and (p.family_name, p.given_name) is distinct from (n.family_name, n.given_name)
      and not exists (
        select from activities a where a.professional_id = p.id and a.source <> 'directory')`;
  await tx`
    insert into professionals (id, family_name, given_name)
    select id, family_name, given_name from named_professionals n
    where not exists (select from professionals p where p.id = n.id)
    on conflict (id) do nothing`;
  return named.count;
}

async function writeStructures(tx: Transaction): Promise<number> {
  const named = await tx`
    create temp table named_structures on commit drop as
    select distinct on (structure_id) structure_id as id, structure_name as name, place
    from named_rows order by structure_id, structure_name, place`;
  await tx.unsafe('analyze named_structures');
  await tx`
    update structures s set name = n.name, place = n.place
    from named_structures n
    where n.id = s.id and (s.name, s.place) is distinct from (n.name, n.place)
      and not exists (
        select from activities a where a.structure_id = s.id and a.source <> 'directory')`;
  await tx`
    insert into structures (id, name, place)
    select id, name, place from named_structures n
    where not exists (select from structures s where s.id = n.id)
    on conflict (id) do nothing`;
  return named.count;
}

async function beginActivities(tx: Transaction): Promise<number> {
  const begun = await tx`
    insert into activities (professional_id, structure_id, profession, source)
    select professional_id, structure_id, profession, 'directory' from named_activities n
    where not exists (
      select from activities a
      where a.professional_id = n.professional_id and a.structure_id = n.structure_id
        and a.profession = n.profession)
    on conflict (professional_id, structure_id, profession) do nothing`;
  return begun.count;
}

/** Named again: the account is the one of before, with its history in the ledger. */
async function resumeActivities(tx: Transaction): Promise<number> {
  const resumed = await tx`
    update activities a set ended_on = null, begun_on = current_date, last_used_on = null from named_activities n
    where a.professional_id = n.professional_id and a.structure_id = n.structure_id
      and a.profession = n.profession and a.source = 'directory' and a.ended_on is not null`;
  return resumed.count;
}

async function endActivities(tx: Transaction, day: CareDate): Promise<number> {
  const ended = await tx`
    update activities a set ended_on = ${day}
    where a.source = 'directory' and a.ended_on is null and not exists (
      select from named_activities n
      where n.professional_id = a.professional_id and n.structure_id = a.structure_id
        and n.profession = a.profession)`;
  return ended.count;
}
