// Evidence of presence short of a card: patients a site knows, look-ups by NIR alone with the insurer's half of the key,
// and what their insurer is told. The whole platform of the test process.

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CardHandle } from '../../src/core/ids.ts';
import { wrapIdentityHalf } from '../../src/crypto/identity-half.ts';
import { DEMO_PEOPLE, demoFeedLines } from '../../src/demo/demo-people.ts';
import { cardDesk } from '../../src/demo/memory-card-desk.ts';
import { createTestWorld, memberEvidence, type TestWorld } from '../support/world.ts';

const TILLEULS = '0999000101';
const VIEUX_PORT = '0999000102';
const [SOPHIE, JULIEN, EMMA] = DEMO_PEOPLE.map(({ line }) => line);
const people = { sophie: SOPHIE, julien: JULIEN, emma: EMMA } as Record<string, NonNullable<typeof SOPHIE>>;

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
  await world.publish(TILLEULS, demoFeedLines(TILLEULS));
}, 60_000);
afterAll(() => world.close());

/** A busy machine may take a while; nothing is waited for that does not come. */
const PATIENTLY = { timeout: 10_000 };

const desk = () => world.cardDesks.find((one) => one.amcNo === TILLEULS) as ReturnType<typeof cardDesk>;
const person = (name: string) => people[name] as NonNullable<typeof SOPHIE>;

function askWithCard(name: string, as = 'claire') {
  const card = desk().issue({ handle: person(name).card?.handle as CardHandle });
  return world.ask({ evidence: { kind: 'card', data: card.toString('base64url') } }, { as });
}
const askTyped = (name: string, as = 'claire') =>
  world.ask({ evidence: memberEvidence(person(name)) }, { as });
function askByNir(name: string, overrides: Record<string, unknown> = {}) {
  const { nir, birthDate, birthRank } = person(name).beneficiary;
  const evidence = {
    kind: 'identity-only',
    reason: 'CARD_FORGOTTEN',
    beneficiary: { nir, birthDate, birthRank },
  };
  return world.ask({ evidence, ...overrides });
}

async function lastEvidence(): Promise<string> {
  const [row] = await world.sql<{ member: string }[]>`
    select member_view as member from ledger_entries where rest like '{"event":"rights.%' order by seq desc limit 1`;
  return JSON.parse(row?.member ?? '{}').evidence;
}
const insurer = (path: string, body?: unknown, amcNo = TILLEULS) =>
  world.send(path, { as: `${amcNo}-emetteur`, ...(body === undefined ? {} : { method: 'PUT', body }) });

async function halfFor(amcNo: string, byte: number, signer = desk()) {
  const { key } = (await insurer('/v1/identity-half', undefined, amcNo)).body as {
    key: { x: string; y: string };
  };
  const half = { amcNo: amcNo as never, bytes: Buffer.alloc(32, byte) };
  return wrapIdentityHalf(half, { kid: signer.key.kid, privateKey: signer.privateKey }, key);
}

describe('a patient whose card this site has seen', () => {
  it('is known there when the number is typed, and nowhere else', async () => {
    await askTyped('sophie');
    expect(await lastEvidence()).toBe('member-number');
    await askWithCard('sophie');
    await vi.waitFor(async () => {
      await askTyped('sophie');
      expect(await lastEvidence()).toBe('known-patient');
    }, PATIENTLY);
    await askTyped('sophie', 'hugo');
    expect(await lastEvidence()).toBe('member-number');
    await askTyped('julien');
    expect(await lastEvidence()).toBe('member-number');
  });

  it('costs the site no unit of its typed look-ups', async () => {
    const { readFile, readdir } = await import('node:fs/promises');
    const journal = async () => {
      const files = (await readdir(world.paths.journal)).sort();
      const texts = await Promise.all(
        files.map((name) => readFile(`${world.paths.journal}/${name}`, 'utf8')),
      );
      return texts
        .join('')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    };
    await askTyped('sophie');
    await vi.waitFor(async () => {
      const lines = await journal();
      const opened = lines.filter((line) => line.do === 'open').at(-1);
      expect(lines.find((line) => line.do === 'known' && line.opened === opened.n)).toMatchObject({
        structure: opened.structure,
      });
    }, PATIENTLY);
  });

  it('is not known any more after 24 months, and the table tells nobody who or where', async () => {
    const rows = await world.sql<{ tag: string; last_seen: Date }[]>`select * from known_patients`;
    expect(rows).toHaveLength(1);
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['last_seen', 'tag']);
    await world.sql`update known_patients set last_seen = current_date - interval '24 months'`;
    await askTyped('sophie');
    expect(await lastEvidence()).toBe('member-number');
  });

  it('is not made known by a card that is revoked', async () => {
    await world.sql`delete from known_patients`;
    const token = desk().statusList({ revoked: [4_711], issuedAt: Math.floor(Date.now() / 1000) });
    await insurer(`/v1/status-lists/${TILLEULS}-0`, { token: token.toString('base64url'), revoked: [] });
    expect((await askWithCard('julien')).body['code']).toBe('301');
    await askTyped('julien');
    await askTyped('julien');
    expect(await lastEvidence()).toBe('member-number');
    expect(await world.sql`select 1 from known_patients`).toHaveLength(0);
  });
});

describe('a look-up by NIR alone', () => {
  it('is answered, and the insurer of the person is told, nobody else', async () => {
    const before = (await insurer('/v1/notices')).body['last'];
    expect((await askByNir('julien', { domain: 'FOUR' })).body['code']).toBe('000');
    expect(await lastEvidence()).toBe('identity-only');
    const { body } = await insurer(`/v1/notices?after=${before}`);
    expect(body['notices']).toMatchObject([
      {
        ref: person('julien').ref,
        by: 'pharmacist',
        purpose: 'FOUR',
        reason: 'CARD_FORGOTTEN',
        outcome: '000',
      },
    ]);
    const [read] = await world.sql<{ account: string }[]>`
      select rest::jsonb ->> 'account' as account from ledger_entries
      where rest like '{"event":"notices.read"%' order by seq desc limit 1`;
    expect(read?.account).toEqual(expect.any(String));
    expect((await insurer(`/v1/notices?after=${body['last']}`)).body).toEqual({
      notices: [],
      last: body['last'],
    });
    expect((await insurer('/v1/notices', undefined, VIEUX_PORT)).body['notices']).toEqual([]);
    const asProfessional = await world.send('/v1/notices');
    expect(asProfessional.status).toBe(403);
  });

  it('leaves a notice that is noise in the database', async () => {
    const rows = await world.sql<{ sealed: Buffer }[]>`select sealed from notices`;
    expect(rows.length).toBeGreaterThan(0);
    for (const { sealed } of rows) {
      expect(sealed.includes(person('julien').ref)).toBe(false);
      expect(sealed.includes('pharmacist')).toBe(false);
    }
  });

  it('tells nobody about somebody unknown', async () => {
    const { last } = (await insurer('/v1/notices')).body;
    const nir = DEMO_PEOPLE[7]?.line.beneficiary.nir; // a member of another mutuelle
    const beneficiary = { nir, birthDate: '19580430', birthRank: 1 };
    const asked = await world.ask({ evidence: { kind: 'identity-only', reason: 'EMERGENCY', beneficiary } });
    expect(asked.body['code']).toBe('200');
    const page = (await insurer(`/v1/notices?after=${last}`)).body;
    expect(page['notices']).toEqual([]);
    // The steps are the same, so a row is there all the same; it is nobody's.
    expect(page['last']).toBe(Number(last) + 1);
    const lengths = await world.sql<{ length: number }[]>`select distinct length(sealed) from notices`;
    expect(lengths).toHaveLength(1);
  });

  it('fails for everybody alike when its notice cannot be written', async () => {
    await world.sql`revoke insert on notices from rempart_desk`;
    const known = await askByNir('julien');
    const beneficiary = { nir: DEMO_PEOPLE[7]?.line.beneficiary.nir, birthDate: '19580430', birthRank: 1 };
    const unknown = await world.ask({
      evidence: { kind: 'identity-only', reason: 'EMERGENCY', beneficiary },
    });
    await world.sql`grant insert on notices to rempart_desk`;
    expect([known.status, unknown.status]).toEqual([500, 500]);
    expect(known.body['code']).toBe(unknown.body['code']);
  });
});

describe('the insurer’s half of the identity key', () => {
  it('is gone with a restart of the vault: NIR alone opens nothing until it is lent again, cards and numbers do', async () => {
    expect((await insurer('/v1/identity-half')).body['wanted']).toBe(false);
    await world.stopVault();
    await world.startVault({ withoutHalves: true });
    expect((await insurer('/v1/identity-half')).body['wanted']).toBe(true);
    const refused = await askByNir('julien');
    expect([refused.status, refused.body['code']]).toEqual([503, 'identity-closed']);
    expect((await askTyped('julien')).body['code']).toBe('000');
    const feed = await world
      .publish(TILLEULS, demoFeedLines(TILLEULS))
      .catch((error: unknown) => String(error));
    expect(JSON.stringify(feed)).toContain('identity-half-missing');
    expect((await insurer('/v1/identity-half', { jwe: await halfFor(TILLEULS, 1) })).status).toBe(200);
    expect((await askByNir('julien')).body['code']).toBe('000');
  });

  it('is refused from another insurer, from an unknown key, for another vault, and when it is another half', async () => {
    const other = await halfFor(
      TILLEULS,
      1,
      world.cardDesks.find(({ amcNo }) => amcNo === VIEUX_PORT),
    );
    expect((await insurer('/v1/identity-half', { jwe: other })).body['code']).toBe('identity-half-refused');
    const forged = await halfFor(TILLEULS, 1, cardDesk(TILLEULS));
    expect((await insurer('/v1/identity-half', { jwe: forged })).body['code']).toBe('identity-half-refused');
    const changed = await halfFor(TILLEULS, 9);
    expect((await insurer('/v1/identity-half', { jwe: changed })).body['code']).toBe('identity-half-changed');
    const old = await halfFor(TILLEULS, 1);
    await world.stopVault();
    await world.startVault();
    expect((await insurer('/v1/identity-half', { jwe: old })).body['code']).toBe('identity-half-refused');
    expect((await askByNir('julien')).body['code']).toBe('000');
  });

  it('stands in no file of the operator and its vault', async () => {
    const { readFile } = await import('node:fs/promises');
    const half = Buffer.alloc(32, 1);
    for (const path of [world.paths.keyring, world.paths.enrolment]) {
      const text = await readFile(path);
      for (const encoding of ['base64', 'base64url', 'hex'] as const)
        expect(text.includes(half.toString(encoding))).toBe(false);
    }
  });

  it('is gone with a lock, and comes back when the vault is open again', async () => {
    await world.vault.call('lock', { by: 'sophie', reason: 'exercise' });
    await world.unlock({ withoutHalves: true });
    expect((await askByNir('julien')).body['code']).toBe('identity-closed');
    expect((await insurer('/v1/identity-half', { jwe: await halfFor(TILLEULS, 1) })).status).toBe(200);
    expect((await askByNir('julien')).body['code']).toBe('000');
  });
});
