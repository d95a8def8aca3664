// January 2024 with a stolen database: what the thief holds is noise (DESIGN.md I3).

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { CardHandle } from '../../src/core/ids.ts';
import { DEMO_PEOPLE, demoFeedLines } from '../../src/demo/demo-people.ts';
import { DEMO_INSURERS } from '../../src/demo/insurers.ts';
import { filesWith, forbiddenTexts } from '../support/traces.ts';
import { createTestWorld, memberEvidence, type TestWorld } from '../support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
  for (const { amcNo } of DEMO_INSURERS) await world.publish(amcNo, demoFeedLines(amcNo));
  const [first] = DEMO_PEOPLE;
  if (first) await world.ask({ evidence: memberEvidence(first.line) });
  await askInOtherWays();
  const nir = first?.line.beneficiary.nir.replace(/..$/, '00');
  await world.ask({
    evidence: {
      kind: 'member-number',
      memberNo: 'G1',
      beneficiary: { nir, birthDate: '19850501', birthRank: 1 },
    },
  });
  await world.publish('0999000101', ['{"op":"UPSERT","ref":"broken', ...demoFeedLines('0999000101')], {
    kind: 'delta',
  });
}, 60_000);
afterAll(() => world?.close());

/** By card and by NIR alone, so that known patients, notices and a status list are there to be stolen. */
async function askInOtherWays(): Promise<void> {
  const line = DEMO_PEOPLE[0]?.line;
  const desk = world.cardDesks.find(({ amcNo }) => amcNo === '0999000101');
  if (!line?.card || !desk) throw new Error('the first person of the demo has a card');
  const data = desk.issue({ handle: line.card.handle as CardHandle }).toString('base64url');
  await world.ask({ evidence: { kind: 'card', data } });
  const { nir, birthDate, birthRank } = line.beneficiary;
  const beneficiary = { nir, birthDate, birthRank };
  await world.ask({ evidence: { kind: 'identity-only', reason: 'CARD_FORGOTTEN', beneficiary } });
  const token = desk.statusList({ revoked: [5], issuedAt: Math.floor(Date.now() / 1000) });
  const body = { token: token.toString('base64url'), revoked: [] };
  await world.send('/v1/status-lists/0999000101-0', { as: '0999000101-emetteur', method: 'PUT', body });
  await vi.waitFor(async () => {
    const [rows] = await world.sql`
      select (select count(*) from known_patients) as known, (select count(*) from notices) as told,
             (select count(*) from status_lists) as lists`;
    expect(Object.values(rows ?? {}).map(Number)).toEqual([1, 1, 1]);
  }, 10_000);
}

/** Every row of every table, as text and with its bytes as text. */
async function dump(): Promise<string> {
  const tables = await world.sql<{ schema: string; name: string }[]>`
    select schemaname as schema, tablename as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`;
  const parts: string[] = [];
  for (const { schema, name } of tables) {
    for (const row of await world.sql`select * from ${world.sql(schema)}.${world.sql(name)}`) {
      for (const value of Object.values(row)) {
        parts.push(
          value instanceof Uint8Array
            ? `${Buffer.from(value).toString('latin1')}\n${Buffer.from(value).toString('hex')}`
            : String(value),
        );
      }
    }
  }
  return parts.join('\n');
}

it('a dump of every table, as text and as hexadecimal, holds no NIR, birth date or member number', async () => {
  const text = await dump();
  expect(text.length).toBeGreaterThan(10_000);
  expect(text).toContain('0999000101'); // the dump is a real one
  expect(forbiddenTexts().filter((forbidden) => text.includes(forbidden))).toEqual([]);
  const birthDates = new Set(DEMO_PEOPLE.map(({ line }) => line.beneficiary.birthDate));
  expect([...birthDates].filter((birthDate) => text.includes(birthDate))).toEqual([]);
  const handles = DEMO_PEOPLE.flatMap(({ line }) => line.card?.handle ?? []);
  const spellings = handles.flatMap((handle) => [handle, Buffer.from(handle, 'base64url').toString('hex')]);
  const dumps = [text, text.replaceAll('-', '')]; // as PostgreSQL writes a uuid, and without its dashes
  expect(spellings.filter((handle) => dumps.some((one) => one.includes(handle)))).toEqual([]);
});

it('neither the vault’s nor the demo’s own files hold a person, feed files apart', async () => {
  expect(
    await filesWith(world.paths.base, forbiddenTexts(), (path) => path.endsWith('-demo-feed.ndjson')),
  ).toEqual([]);
});

it('the search that finds nothing finds what is there when it is there', async () => {
  const [first] = DEMO_PEOPLE;
  await world.sql`create table planted (value text)`;
  await world.sql`insert into planted values (${Buffer.from(`x${first?.line.beneficiary.nir}`).toString('base64')})`;
  const text = await dump();
  expect(forbiddenTexts().some((forbidden) => text.includes(forbidden))).toBe(true);
  await world.sql`drop table planted`;
});

it('the doors of one person do not show that they lead to the same record', async () => {
  const columns =
    await world.sql`select column_name from information_schema.columns where table_name = 'doors'`;
  expect(columns.map((row) => row['column_name']).sort()).toEqual([
    'epoch',
    'insurer_id',
    'kind',
    'locator',
    'owner_tag',
    'sealed_link',
  ]);
  const [tags] =
    await world.sql`select count(*)::int as n, count(distinct owner_tag)::int as distinct from doors`;
  expect(tags?.['distinct']).toBe(tags?.['n']);
});
