// SQL of the patients a site knows: asked by the login that reads rights, written by the desk's.

import { type Database, UUID_ARRAY } from '../../db/database.ts';
import type { KnownPatientStore } from './known-patient-store.ts';

export function sqlKnownPatientStore(databases: { rights: Database; desk: Database }): KnownPatientStore {
  const { rights, desk } = databases;
  return {
    async known(tags) {
      const rows = await rights<{ tag: string }[]>`
        select tag from known_patients
        where tag = any(${rights.array([...tags], UUID_ARRAY)}) and last_seen > current_date - interval '24 months'`;
      return new Set(rows.map(({ tag }) => tag.replaceAll('-', '')));
    },
    async note(tags, day) {
      const distinct = [...new Set(tags)]; // one statement may not touch a row twice
      await desk`
        insert into known_patients (tag, last_seen)
        select unnest(${desk.array(distinct, UUID_ARRAY)}::uuid[]), ${day}::date
        on conflict (tag) do update set last_seen = excluded.last_seen
          where known_patients.last_seen < excluded.last_seen - 30`;
    },
  };
}

export async function forgetKnownPatients(sql: Database): Promise<void> {
  await sql`delete from known_patients where last_seen <= current_date - interval '24 months'`;
}
