// A mutuelle's process with its vault, its database and the operator: cards that anybody can verify, revocations that no
// crash forgets, and a desk that gives nothing away. Real PostgreSQL, sockets and TLS.

import { randomBytes } from 'node:crypto';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CareDate } from '../../src/core/period.ts';
import { isRevoked } from '../../src/core/status-list.ts';
import { verifyCard, verifyStatusList } from '../../src/crypto/card-signature.ts';
import { openDatabase } from '../../src/db/database.ts';
import { sqlStatusStore } from '../../src/insurer/cards/card-store-sql.ts';
import { StatusPublisher } from '../../src/insurer/cards/publish.ts';
import { openOperatorLink } from '../../src/insurer/operator-link.ts';
import { parisDate, systemClock } from '../../src/lib/clock.ts';
import { createInsurerWorld, INSURER, type InsurerWorld } from '../support/insurer-world.ts';
import { forbiddenTexts } from '../support/traces.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

const CARDS_PER_DAY = 60;
const year = Number(parisDate(Date.now()).slice(0, 4));
const newRef = () => randomBytes(16).toString('base64url');

let world: TestWorld;
let insurer: InsurerWorld;
beforeAll(async () => {
  world = await createTestWorld();
  insurer = await createInsurerWorld(world, { cardsPerDay: CARDS_PER_DAY });
}, 60_000);
afterAll(async () => {
  await insurer?.close();
  await world?.close();
});

function order(changed: Record<string, unknown> = {}) {
  return {
    ref: newRef(),
    birthDate: '19790614',
    birthRank: 1,
    convType: 'RP',
    csr: '750100200',
    domains: [
      { domain: 'PHAR', rule: 'R1' },
      { domain: 'OPTI', rule: 'R9' },
    ],
    from: `${year}-01-01`,
    to: `${year + 1}-12-31`,
    ...changed,
  };
}

type Issued = { ref: string; handle: string; card: string; statusIndex: number; from: string; to: string };

async function issue(...orders: ReturnType<typeof order>[]): Promise<Issued[]> {
  const { status, body } = await insurer.send('/v1/cards', { body: { cards: orders } });
  expect([status, body['code']]).toEqual([200, undefined]);
  return body['cards'] as Issued[];
}

async function issueOne(): Promise<Issued> {
  const [card] = await issue(order());
  return card as Issued;
}

const revoke = (handle: string, reason = 'LOST') =>
  insurer.send(`/v1/cards/${handle}/revocation`, { body: { reason } });

const trust = () => ({ cards: new Map(insurer.keys.map((key) => [key.kid, key])) });
const now = () => ({ at: Date.now() / 1000, day: parisDate(Date.now()) as CareDate });

/** Is the card's bit set in the list that everybody gets from the operator? */
async function isPublishedAsRevoked(statusIndex: number): Promise<boolean> {
  const bytes = await fetchBytes(`/status-lists/${INSURER}-${Math.floor(statusIndex / 2 ** 20)}`);
  const list = verifyStatusList(bytes, trust(), now().day);
  if (typeof list === 'string') throw new Error(`no status list: ${list}`);
  return isRevoked(list, statusIndex);
}

function fetchBytes(path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, world.url), { rejectUnauthorized: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
    });
    call.on('error', reject);
    call.end();
  });
}

const toldAt = async (handle: string): Promise<unknown> => {
  const uuid = Buffer.from(handle, 'base64url').toString('hex');
  const [row] = await insurer.sql`select told_at from cards where handle = ${uuid}::uuid`;
  return row?.['told_at'];
};

describe('issuing', () => {
  it('gives cards that anybody verifies with the trust list, in the order asked for', async () => {
    const orders = [order(), order({ birthDate: '20160412', birthRank: 2, csr: null })];
    const cards = await issue(...orders);
    expect(cards.map(({ ref }) => ref)).toEqual(orders.map(({ ref }) => ref));
    const verdicts = cards.map(({ card }) => verifyCard(Buffer.from(card, 'base64url'), trust(), now()));
    expect(verdicts).toMatchObject([
      {
        valid: true,
        claims: { insurer: INSURER, birthDate: '19790614', csr: '750100200', handle: cards[0]?.handle },
      },
      { valid: true, claims: { birthDate: '20160412', birthRank: 2, csr: null } },
    ]);
  });

  it('the same person again gives another handle and another place', async () => {
    const one = order();
    const [first] = await issue(one);
    const [second] = await issue(one);
    expect(second?.ref).toBe(first?.ref);
    expect(second?.handle).not.toBe(first?.handle);
    expect(second?.statusIndex).not.toBe(first?.statusIndex);
  });

  it('keeps reference, handle and place, and nothing that a card says of its holder', async () => {
    const { handle, ref } = await issueOne();
    const uuid = Buffer.from(handle, 'base64url').toString('hex');
    const [row] = await insurer.sql`select * from cards where handle = ${uuid}::uuid`;
    expect(String(row?.['subject_ref']).replaceAll('-', '')).toBe(
      Buffer.from(ref, 'base64url').toString('hex'),
    );
    const columns = await insurer.sql`
      select column_name from information_schema.columns where table_name = 'cards' order by 1`;
    expect(columns.map((one) => one['column_name'])).toEqual([
      'handle',
      'issued_at',
      'kid',
      'revoked_at',
      'revoked_reason',
      'status_index',
      'subject_ref',
      'told_at',
      'valid_from',
      'valid_to',
    ]);
  });

  it('no card holds a NIR, a name or a member number: an order has no place for them', async () => {
    for (const extra of ['nir', 'name', 'familyName', 'memberNo']) {
      const refused = await insurer.send('/v1/cards', { body: { cards: [order({ [extra]: 'X' })] } });
      expect([extra, refused.status, refused.body['code']]).toEqual([extra, 422, 'invalid']);
    }
    const { card } = await issueOne();
    const bytes = Buffer.from(card, 'base64url');
    for (const text of [bytes.toString('latin1'), bytes.toString('hex'), card])
      for (const forbidden of forbiddenTexts()) expect(text).not.toContain(forbidden);
  });

  it.each([
    ['longer than two years', { to: `${year + 2}-01-01` }, 'cards.0.to'],
    ['over already', { from: '2020-01-01', to: '2020-12-31' }, 'cards.0.to'],
    ['a day that does not exist', { to: `${year + 1}-02-30` }, 'cards.0.to'],
    ['a domain twice', { domains: [order().domains[0], order().domains[0]] }, 'cards.0.domains'],
    ['no domain', { domains: [] }, 'cards.0.domains'],
    ['an unknown domain', { domains: [{ domain: 'XXXX', rule: 'R1' }] }, 'cards.0.domains.0.domain'],
    ['a rule with a space', { domains: [{ domain: 'PHAR', rule: 'R 1' }] }, 'cards.0.domains.0.rule'],
    ['a CSR pattern', { csr: '75???????' }, 'cards.0.csr'],
    ['a reference of another length', { ref: 'abc' }, 'cards.0.ref'],
    ['a birth date in another form', { birthDate: '1979-06-14' }, 'cards.0.birthDate'],
  ])('refuses the whole batch for one order with %s, and names the field', async (_, changed, field) => {
    const before = (await insurer.vault.call('state', {})).out.cardsLeft;
    const { status, body } = await insurer.send('/v1/cards', { body: { cards: [order(changed)] } });
    expect([status, body['code'], body['field']]).toEqual([422, 'invalid', field]);
    expect((await insurer.vault.call('state', {})).out.cardsLeft).toBe(before);
  });

  it('refuses none at all and more than a thousand', async () => {
    for (const cards of [[], Array.from({ length: 1_001 }, () => order())]) {
      expect((await insurer.send('/v1/cards', { body: { cards } })).status).toBe(422);
    }
  });
});

describe('who may call', () => {
  it('nobody without a certificate, with one that is not enrolled, or with one that was revoked', async () => {
    const body = { cards: [order()] };
    const refusals = [
      await insurer.send('/v1/cards', { as: null, body }),
      await insurer.send('/v1/cards', { as: 'claire', body }),
      await insurer.send('/v1/cards', { as: `${INSURER}-emetteur`, body }),
    ];
    expect(refusals.map((one) => [one.status, one.body['code'], one.asksFor])).toEqual([
      [401, 'certificate-required', 'Client-Certificate'],
      [401, 'certificate-unknown', 'Client-Certificate'],
      [401, 'certificate-unknown', 'Client-Certificate'],
    ]);
    await insurer.sql`update desk_clients set revoked_at = now()`;
    expect((await insurer.send('/v1/cards', { body })).body['code']).toBe('certificate-unknown');
    await insurer.sql`update desk_clients set revoked_at = null`;
  });

  it('publishes its API, and no route lists or searches cards', async () => {
    const { status, body } = await insurer.send('/openapi.json', { as: null });
    expect(status).toBe(200);
    expect(Object.keys(body['paths'] as object).sort()).toEqual([
      '/health',
      '/ready',
      '/v1/cards',
      '/v1/cards/{handle}/revocation',
    ]);
  });

  it('each login can do its duty and no more', async () => {
    const status = openDatabase(insurer.config.database.status.reveal(), { max: 1, applicationName: 'test' });
    const desk = openDatabase(insurer.config.database.desk.reveal(), { max: 1, applicationName: 'test' });
    await expect(status`select subject_ref from cards`).rejects.toThrow('permission denied');
    await expect(status`update cards set revoked_at = null`).rejects.toThrow('permission denied');
    await expect(desk`delete from cards`).rejects.toThrow('permission denied');
    await expect(desk`update cards set told_at = now()`).rejects.toThrow('permission denied');
    await expect(desk`update desk_clients set revoked_at = null`).rejects.toThrow('permission denied');
    await Promise.all([status.end({ timeout: 1 }), desk.end({ timeout: 1 })]);
  });
});

describe('a locked vault', () => {
  it('signs nothing: 503, and not ready, until two people have unlocked it', async () => {
    await insurer.vault.call('lock', { by: 'sophie', reason: 'drill' });
    const refused = await insurer.send('/v1/cards', { body: { cards: [order()] } });
    expect([refused.status, refused.body['code']]).toEqual([503, 'disconnected']);
    expect((await insurer.send('/ready', { as: null })).status).toBe(503);
    expect((await insurer.send('/health', { as: null })).status).toBe(200);
    await insurer.unlock();
    expect((await insurer.send('/ready', { as: null })).status).toBe(200);
    await issueOne();
  });
});

describe('a revocation', () => {
  it('is at the operator when the answer comes, and says the same when it is asked for again', async () => {
    const [lost, kept] = await issue(order(), order());
    const first = await revoke(lost?.handle ?? '');
    expect(first).toMatchObject({ status: 200, body: { published: true, reason: 'LOST', problem: null } });
    expect(await isPublishedAsRevoked(lost?.statusIndex ?? 0)).toBe(true);
    expect(await isPublishedAsRevoked(kept?.statusIndex ?? 0)).toBe(false);
    expect((await revoke(lost?.handle ?? '', 'STOLEN')).body).toEqual(first.body);
  }, 20_000);

  it('of a card that was never issued is 404, of a reason we do not know 422', async () => {
    expect((await revoke(newRef())).body['code']).toBe('card-unknown');
    expect((await revoke('short')).body['code']).toBe('card-unknown');
    const { handle } = await issueOne();
    expect((await revoke(handle, 'WHY NOT')).body['code']).toBe('invalid');
    expect(await toldAt(handle)).toBeNull();
  });

  it('is owed while the operator is away, also over a restart, and told as soon as it is back', async () => {
    const { handle, statusIndex } = await issueOne();
    await world.stopOperator();
    const answer = await revoke(handle);
    expect(answer).toMatchObject({ status: 200, body: { published: false, problem: 'operator-away' } });
    expect(await toldAt(handle)).toBeNull();
    await insurer.stop();
    await world.startOperator();
    await insurer.start();
    // At the start itself, not only with the next turn three seconds later.
    await expect.poll(() => toldAt(handle), { timeout: 2_500 }).not.toBeNull();
    expect(await isPublishedAsRevoked(statusIndex)).toBe(true);
    expect((await revoke(handle)).body).toEqual({
      reason: 'LOST',
      revokedAt: answer.body['revokedAt'],
      published: true,
      problem: null,
    });
  }, 30_000);

  it('is told by itself when the operator comes back', async () => {
    const { handle } = await issueOne();
    await world.stopOperator();
    expect((await revoke(handle)).body['published']).toBe(false);
    await world.startOperator();
    await expect.poll(() => toldAt(handle), { timeout: 15_000 }).not.toBeNull();
  }, 30_000);

  const FAULTS = [
    'before what is owed is read',
    'before the list is signed',
    'after the list is signed',
    'before the list is sent',
    'after the list was sent, before the answer',
    'before it is noted as told',
    'after it is noted as told',
  ] as const;

  it.each(FAULTS)(
    'survives a crash %s',
    async (fault) => {
      const { handle, statusIndex } = await issueOne();
      await insurer.stop(); // nobody else publishes meanwhile
      const uuid = Buffer.from(handle, 'base64url').toString('hex');
      await insurer.sql`
      update cards set revoked_at = now(), revoked_reason = 'LOST' where handle = ${uuid}::uuid`;
      const database = openDatabase(insurer.config.database.status.reveal(), {
        max: 1,
        applicationName: 'test',
      });
      const operator = await openOperatorLink(world.url, insurer.config.operator);
      const store = sqlStatusStore(database);
      let crashed = 0;
      const crash = (at: (typeof FAULTS)[number]) => {
        if (at !== fault) return;
        crashed += 1;
        throw new Error('crash');
      };
      const keys = { listed: () => null, signer: () => null };
      const common = {
        amcNo: INSURER,
        keys,
        clock: systemClock,
        onOwed: () => undefined,
        everyMs: 1_000_000,
      };
      const faulty = new StatusPublisher({
        ...common,
        store: {
          shards: () => store.shards(),
          async revoked(...of) {
            crash('before what is owed is read');
            return store.revoked(...of);
          },
          async told(...what) {
            crash('before it is noted as told');
            await store.told(...what);
            crash('after it is noted as told');
          },
        },
        vault: {
          call: async (...verb: Parameters<typeof insurer.vault.call>) => {
            crash('before the list is signed');
            const reply = await insurer.vault.call(...verb);
            crash('after the list is signed');
            return reply;
          },
        } as typeof insurer.vault,
        operator: {
          async send(...message) {
            crash('before the list is sent');
            const reply = await operator.send(...message);
            crash('after the list was sent, before the answer');
            return reply;
          },
        },
        onProblem: () => undefined,
      });
      await faulty.publish();
      await faulty.stop();
      expect(crashed).toBe(1);

      const problems: unknown[] = [];
      const next = new StatusPublisher({
        ...common,
        store,
        vault: insurer.vault,
        operator,
        onProblem: (error) => problems.push(error),
      });
      // A list of the same second is refused as not newer; the turn after it is taken.
      await expect
        .poll(() => next.publish().then(() => toldAt(handle)), { timeout: 10_000, interval: 300 })
        .not.toBeNull();
      expect(await isPublishedAsRevoked(statusIndex)).toBe(true);
      await next.stop();
      operator.close();
      await database.end({ timeout: 1 });
      await insurer.start();
    },
    30_000,
  );
});

describe('the operator’s trust list', () => {
  const ready = async () => (await insurer.send('/ready', { as: null })).status;
  const publishTrust = (keys: typeof insurer.keys) => world.trust(keys, new Date().toISOString());

  it('without a good key of ours: not ready, said in log and metric, and a revocation says why it is owed', async () => {
    await expect.poll(insurer.metrics).toContain('rempart_insurer_card_key_listed{key="present"} 1');
    const { handle, statusIndex } = await issueOne();
    const [present, ...others] = insurer.keys;
    const day = parisDate(Date.now()) as CareDate;
    await publishTrust([...(present ? [{ ...present, revokedOn: day }] : []), ...others]);
    await insurer.stop();
    await insurer.start();
    await expect.poll(ready, { timeout: 5_000 }).toBe(503);
    expect(insurer.warnings).toEqual([
      `card key ${present?.kid} is revoked in the operator’s trust list: no card signed now is believed`,
    ]);
    expect(await insurer.metrics()).toContain('rempart_insurer_card_key_listed{key="present"} 0');
    const { status, body } = await revoke(handle);
    expect([status, body['published'], body['problem']]).toEqual([200, false, 'status-list-refused']);

    // The key is replaced, the list names the new one: lists are signed with it, and what was owed is told.
    await insurer.vault.call('replaceCardKey', { kid: present?.kid ?? '' });
    const { keys } = (await insurer.vault.call('cardKeys', {})).out;
    insurer.keys = keys.map(({ retired, ...key }) => ({
      ...key,
      insurer: INSURER,
      revokedOn: retired ? day : null,
    }));
    await publishTrust(insurer.keys);
    await insurer.stop();
    await insurer.start();
    await expect.poll(ready, { timeout: 5_000 }).toBe(200);
    await expect.poll(() => toldAt(handle), { timeout: 10_000 }).not.toBeNull();
    expect(await isPublishedAsRevoked(statusIndex)).toBe(true);
    const { card } = await issueOne();
    expect(verifyCard(Buffer.from(card, 'base64url'), trust(), now())).toMatchObject({ valid: true });
  }, 40_000);

  it('has each list signed anew by the key that signs now, also where nothing is owed', async () => {
    const kidOf = async () => {
      const bytes = await fetchBytes(`/status-lists/${INSURER}-0`);
      const names = insurer.keys.filter(({ kid }) => bytes.includes(Buffer.from(kid, 'base64url')));
      return names.map(({ kid }) => kid);
    };
    const [before] = await kidOf();
    await insurer.vault.call('replaceCardKey', { kid: before ?? '' });
    const { keys } = (await insurer.vault.call('cardKeys', {})).out;
    insurer.keys = keys.map(({ retired: _ours, ...key }) => ({ ...key, insurer: INSURER, revokedOn: null }));
    await publishTrust(insurer.keys);
    await insurer.stop();
    await insurer.start();
    const fresh = keys.filter(({ retired }) => !retired)[0]?.kid;
    await expect.poll(kidOf, { timeout: 5_000 }).toEqual([fresh]);
  }, 20_000);
});

describe('the budget of a day', () => {
  it('spent gives 429 with the time left, and kill -9 of the vault does not refill it', async () => {
    const { cardsLeft } = (await insurer.vault.call('state', {})).out;
    const tooMany = Array.from({ length: cardsLeft + 1 }, () => order());
    const refused = await insurer.send('/v1/cards', { body: { cards: tooMany } });
    expect([refused.status, refused.body['code']]).toEqual([429, 'cards-spent']);
    const seconds = Number(refused.body['retryAfterSeconds']);
    expect(parisDate(Date.now() + seconds * 1_000)).not.toBe(parisDate(Date.now()));
    expect(parisDate(Date.now() + (seconds - 60) * 1_000)).toBe(parisDate(Date.now()));
    await issue(...tooMany.slice(1));
    await insurer.killVault();
    await expect
      .poll(async () => (await insurer.send('/v1/cards', { body: { cards: [order()] } })).status, {
        timeout: 5_000,
      })
      .toBe(429);
    expect(world.internalErrors).toEqual([]);
  }, 20_000);
});
