// The directory as the database says it stands: who may call, which insurer answers, and nobody who was revoked.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorDatabase, type OperatorDatabase } from '../../../test/support/ledger-world.ts';
import type { AmcNo } from '../../core/ids.ts';
import { Directory } from './directory.ts';
import { sqlAccountStore, sqlDirectoryStore } from './directory-store-sql.ts';

let database: OperatorDatabase;
let directory: Directory;
beforeAll(async () => {
  database = await createOperatorDatabase();
  await database.owner.unsafe(`
    insert into insurers (id, amc_no, name, exercise) values
      (1, '0999000101', 'Mutuelle des Tilleuls', false), (2, '0999000202', 'Vieux Port', true);
    insert into routes values ('0999000101', 'RP', '750100200', 1), ('0999000101', 'RP', '75?', 2);
    insert into structures values ('S-1', 'Pharmacie des Halles', 'Valmoreau');
    insert into client_certificates (thumbprint, client_id, account_id, insurer_id) values
      ('of-claire', 'software-claire', null, null),
      ('of-tilleuls', 'tilleuls', 'emetteur', 1);
    insert into client_sites (client_id, structure_id, enrolled_by) values ('software-claire', 'S-1', 'test');
  `);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.owner`update client_certificates set revoked_at = null`;
  directory = new Directory(sqlDirectoryStore(database.login('desk')));
  await directory.reload();
});

const version = async () =>
  (await database.owner<{ version: number }[]>`select version from directory_version`)[0]?.version ?? 0;

describe('a certificate', () => {
  it('of software is known by its client alone: who asks comes with a token', () => {
    expect(directory.caller('of-claire')).toEqual({
      role: 'software',
      thumbprint: 'of-claire',
      client: 'software-claire',
    });
  });

  it('of an insurer’s person is known with its insurer and no structure', () => {
    expect(directory.caller('of-tilleuls')).toEqual({
      role: 'insurer',
      thumbprint: 'of-tilleuls',
      client: 'tilleuls',
      person: 'emetteur',
      amcNo: '0999000101',
    });
  });

  it.each(['', 'of-mallory', 'OF-CLAIRE', '__proto__'])(
    'that nobody enrolled is unknown: "%s"',
    (thumbprint) => {
      expect(directory.caller(thumbprint)).toBeNull();
    },
  );

  it('that was revoked is unknown after the next reading, and its neighbours are not', async () => {
    await database.owner`update client_certificates set revoked_at = now() where thumbprint = 'of-claire'`;
    expect(directory.caller('of-claire')).not.toBeNull();
    await directory.reload();
    expect(directory.caller('of-claire')).toBeNull();
    expect(directory.caller('of-tilleuls')).not.toBeNull();
  });

  it('of an insurer names a person, and that of software names none', async () => {
    const nobody = database.owner`update client_certificates set account_id = null where thumbprint = 'of-tilleuls'`;
    await expect(nobody).rejects.toMatchObject({ code: '23514' });
    const somebody = database.owner`update client_certificates set account_id = 'claire' where thumbprint = 'of-claire'`;
    await expect(somebody).rejects.toMatchObject({ code: '23514' });
  });
});

it('an insurer is an exercise when its row says so, and one that nobody knows is none', () => {
  const asked = ['0999000101', '0999000202', '0999009999'];
  expect(asked.map((amcNo) => directory.isExercise(amcNo))).toEqual([false, true, false]);
});

describe('a client', () => {
  it('serves the structures it is enrolled for, until that is revoked', async () => {
    expect(directory.serves({ client: 'software-claire', thumbprint: 'T' }, 'S-1')).toBe(true);
    expect(directory.serves({ client: 'software-claire', thumbprint: 'T' }, 'S-2')).toBe(false);
    expect(directory.serves({ client: 'tilleuls', thumbprint: 'T' }, 'S-1')).toBe(false);
    await database.owner`update client_sites set revoked_at = now()`;
    await directory.reload();
    expect(directory.serves({ client: 'software-claire', thumbprint: 'T' }, 'S-1')).toBe(false);
    await database.owner`update client_sites set revoked_at = null`;
  });
});

describe('an account', () => {
  const use = (account: string, today: string) => sqlAccountStore(database.login('desk')).use(account, today);
  beforeAll(async () => {
    await database.owner.unsafe(`
      insert into professionals values ('899700200001', 'Aubrac', 'Claire');
      insert into activities (account_id, professional_id, structure_id, profession, source)
        values ('claire', '899700200001', 'S-1', 'pharmacist', 'directory')`);
  });

  it('is closed after 90 days without use, and not a day earlier', async () => {
    expect(await use('claire', '2026-01-01')).toBe('active');
    expect(await use('claire', '2026-04-01')).toBe('active'); // 90 days
    expect(await use('claire', '2026-07-01')).toBe('idle'); // 91 days
    expect(await use('claire', '2026-07-01')).toBe('idle'); // a refused try is no use
  });

  it('that was never used is closed 90 days after it began', async () => {
    await database.owner`update activities set last_used_on = null, begun_on = '2026-01-01'`;
    expect(await use('claire', '2026-04-02')).toBe('idle');
    expect(await use('claire', '2026-04-01')).toBe('active');
  });

  it('is closed from the day on which its activity ended', async () => {
    await database.owner`update activities set last_used_on = null, begun_on = '2026-11-01', ended_on = '2026-11-21'`;
    expect(await use('claire', '2026-11-20')).toBe('active');
    expect(await use('claire', '2026-11-21')).toBe('ended');
    expect(await use('claire', '2026-11-22')).toBe('ended');
  });

  it('that nobody knows is unknown', async () => {
    expect(await use('mallory', '2026-11-22')).toBe('unknown');
  });
});

describe('a card', () => {
  const card = (csr: string | null) => ({ amcNo: '0999000101' as AmcNo, convType: 'RP', csr });

  it('leads to the insurer of its exact route before that of a pattern', () => {
    expect(directory.route(card('750100200'))?.name).toBe('Mutuelle des Tilleuls');
    expect(directory.route(card('759'))?.name).toBe('Vieux Port');
  });

  it.each([
    ['a convention type in small letters', "insert into routes values ('0999000202', 'rp', null, 2)"],
    ['a convention type of three characters', "insert into routes values ('0999000202', 'RPX', null, 2)"],
    ['a criterion that no card can show', "insert into routes values ('0999000202', 'RP', '75 100', 2)"],
    ['a criterion of ten characters', "insert into routes values ('0999000202', 'RP', '7501002001', 2)"],
    ['an empty criterion', "insert into routes values ('0999000202', 'RP', '', 2)"],
    ['an AMC number as it is printed', "insert into routes values ('999000202', 'RP', null, 2)"],
  ])('cannot be given a route with %s, which would make all of them unreadable', async (_, statement) => {
    await expect(database.owner.unsafe(statement)).rejects.toMatchObject({ code: '23514' });
  });

  it('of no route leads nowhere', () => {
    expect(directory.route(card('999'))).toBeNull();
    expect(directory.route(card(null))).toBeNull();
  });
});

describe('the version grows', () => {
  it.each([
    [
      'a certificate is revoked',
      "update client_certificates set revoked_at = now() where thumbprint = 'of-claire'",
    ],
    [
      'a certificate is enrolled',
      "insert into client_certificates (thumbprint, client_id, account_id, insurer_id) values ('new', 'new', 'new', 2)",
    ],
    ['a certificate is removed', "delete from client_certificates where thumbprint = 'new'"],
    ['a site is taken from a client', 'update client_sites set revoked_at = revoked_at'],
    ['a route is added', "insert into routes values ('0999000202', 'RP', null, 2)"],
    ['a route is moved', "update routes set insurer_id = 1 where amc_no = '0999000202'"],
    ['an insurer is added', "insert into insurers (id, amc_no, name) values (3, '0999000303', 'Petit Bois')"],
  ])('when %s', async (_, statement) => {
    const before = await version();
    await database.owner.unsafe(statement);
    expect(await version()).toBeGreaterThan(before);
  });

  it('not when a feed becomes visible, which happens all day', async () => {
    const before = await version();
    await database.owner`update insurers set last_seq = last_seq + 1`;
    expect(await version()).toBe(before);
  });
});

it('a reading that fails leaves the directory as it was', async () => {
  let away = false;
  const store = sqlDirectoryStore(database.login('desk'));
  const breaking = new Directory({ load: () => (away ? Promise.reject(new Error('away')) : store.load()) });
  await breaking.reload();
  away = true;
  await expect(breaking.reload()).rejects.toThrow('away');
  expect(breaking.caller('of-claire')).not.toBeNull();
});

it('the desk reads the directory and changes nothing of it', async () => {
  const desk = database.login('desk');
  for (const table of [
    'client_certificates',
    'routes',
    'insurers',
    'structures',
    'switches',
    'directory_version',
  ]) {
    await expect(desk.unsafe(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' });
  }
});
