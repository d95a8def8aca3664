// What the operator keeps of a feed, searched for everybody in it: every table, staging included, in every state of a
// feed; the ledger's entries; every error. In text, in hexadecimal, in base64, and as a digest without a key.

import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  CLAIRE,
  closeLine,
  createFeedWorld,
  eraseLine,
  type FeedFile,
  type FeedWorld,
  feedFile,
  type Person,
  people,
  person,
} from './feeds-world.ts';

let world: FeedWorld;
const sent: FeedFile[] = [];
const everybody = people(1, 120).map((who) => ({ ...who, identityDoor: true }));

async function send(file: FeedFile): Promise<string> {
  sent.push(file);
  return (await world.send(file).catch((error: Error) => ({ state: `${error.message}` }))).state;
}

beforeAll(async () => {
  world = await createFeedWorld(inject('postgresUrl'));
});
afterAll(() => world.close());

/** Every row of every table as PostgreSQL prints it: bytea in hexadecimal. */
async function dump(): Promise<string> {
  const tables = await world.owner<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`;
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await world.owner.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`);
    texts.push(name, ...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}

/** All the ways in which somebody's fields could stand in a dump. */
function traces(who: Person): string[] {
  const { nir, birthDate } = who.beneficiary;
  const fields = [
    nir,
    nir.slice(0, 13),
    who.memberNo,
    birthDate,
    `${birthDate.slice(0, 4)}-${birthDate.slice(4, 6)}-${birthDate.slice(6)}`,
  ];
  return [...fields, who.card?.handle ?? '-', JSON.stringify(who)].flatMap((field) => [
    field,
    Buffer.from(field).toString('hex'),
    Buffer.from(field, 'utf16le').toString('hex'),
    Buffer.from(field).toString('base64').replace(/=+$/, ''),
    ...digests(field),
  ]);
}
function digests(text: string | Buffer): string[] {
  return ['sha256', 'sha512', 'sha1', 'md5'].flatMap((algorithm) => {
    const hex = hash(algorithm, text);
    const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
    return [hex, uuid, Buffer.from(hex, 'hex').toString('base64').replace(/=+$/, '')];
  });
}

async function search(): Promise<string[]> {
  const kept = [await dump(), JSON.stringify(world.ledger.entries), world.errors.map(String).join('\n')].join(
    '\n',
  );
  expect(kept).toContain('0999000101'); // it is the right place to look
  const secrets = [
    ...everybody.flatMap(traces),
    // Lines, blocks and manifests: a digest of them could be tested against guesses.
    ...sent.flatMap(({ manifest, lines }) => [
      manifest.jws,
      ...digests(manifest.text),
      ...digests(Buffer.concat(lines)),
      ...lines.slice(0, 50).flatMap(digests),
    ]),
  ];
  return secrets.filter((secret) => kept.includes(secret));
}

describe('no table, entry or error holds anything of a person', () => {
  it('while a feed is being received', async () => {
    const file = feedFile({ seq: 1, kind: 'full', lines: [...everybody, 'x', '{"nir":"180017599100143"}'] });
    const { markReceived } = world.store;
    world.store.markReceived = async () => {
      throw new Error('killed');
    };
    expect(await send(file)).toBe('killed');
    expect(await world.owner`select from staging.feed_1_1_lines`).toHaveLength(120);
    expect(await search()).toEqual([]);
    world.store.markReceived = markReceived;
    expect(await send(file)).toBe('applied');
  });

  it('once it is visible', async () => {
    expect(await world.owner`select from doors`).toHaveLength(360);
    expect(await search()).toEqual([]);
  });

  it('while one waits for approval, with closings and erasures', async () => {
    const lines = [...[1, 2, 3, 4, 5].map(eraseLine), closeLine(6, '2026-12-31'), closeLine(7, '2026-12-31')];
    expect(await send(feedFile({ seq: 2, lines }))).toBe('waiting-approval');
    expect(await search()).toEqual([]);
    await world.feeds.withdraw(CLAIRE, '0999000101-2');
  });

  it('after erasures, conflicts and rejects', async () => {
    const taken = person(9, { ref: person(200).ref });
    expect(
      await send(
        feedFile({
          seq: 2,
          lines: [eraseLine(1), taken, person(10), person(10), closeLine(300, '2026-12-31')],
        }),
      ),
    ).toBe('applied');
    expect(await world.owner`select from feed_rejects where seq = 2`).toHaveLength(3);
    expect(await search()).toEqual([]);
  });

  it('after refusals', async () => {
    const tampered = feedFile({ seq: 3, lines: everybody, manifest: { blocks: ['0'.repeat(64)] } });
    expect(await send(tampered)).toBe('feed-block-hash');
    expect(await search()).toEqual([]);
  });
});

describe('the role that writes feeds', () => {
  const cannot = (statement: string) =>
    expect(world.database.unsafe(statement)).rejects.toMatchObject({ code: '42501' });

  it('cannot read or write the ledger, nor what it has no business with', async () => {
    await cannot('select from ledger_entries');
    await cannot('insert into ledger_entries default values');
    await cannot('select from ledger_checkpoints');
    await cannot('select from replays');
    await cannot('select from client_certificates');
    await cannot('update switches set state = state');
    await cannot('update insurers set closing_limit_percent = 100');
    await cannot('delete from insurers');
    await cannot('truncate records');
    await cannot('delete from former_subjects');
    await cannot('create table public.x ()');
  });
});
