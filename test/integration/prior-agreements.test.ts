// Prior agreements from the request to the insurer's word, through the whole platform: what the rules accept, what waits for a
// human, who may see and decide what, and what a dump of the tables does not say.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/crypto/digest.ts';
import {
  type AgreementWorld,
  createAgreementWorld,
  DAY_MS,
  lineFor,
  type Member,
  TILLEULS,
  VIEUX_PORT,
} from '../support/agreement-world.ts';
import type { Answer } from '../support/world.ts';

let world: AgreementWorld;
beforeAll(async () => {
  world = await createAgreementWorld();
}, 60_000);
afterAll(() => world?.close());

const idOf = ({ body }: Answer) => String(body['priorAgreementId']);
const facts = (answer: Answer) => [answer.status, answer.body['code'] ?? answer.body['state']];
const show = (id: string, as = 'marc') => world.send(`/v1/prior-agreements/${id}`, { as });
const cancel = (id: string, as = 'marc') =>
  world.send(`/v1/prior-agreements/${id}`, { as, method: 'DELETE' });
const decide = (id: string, accept: boolean, reason: string, amcNo = TILLEULS) =>
  world.insurer(`/v1/prior-agreements/${id}/decision`, { accept, reason }, amcNo);
const waiting = async (amcNo = TILLEULS) =>
  (await world.insurer('/v1/prior-agreements/pending', undefined, amcNo)).body['priorAgreements'] as Record<
    string,
    unknown
  >[];
const glasses = async (member: Member, more?: Record<string, unknown>) =>
  world.request(await world.engagement(member, 'OPTI'), 'OPTI', more);
/** Glasses that wait: of somebody for whom others are accepted already. */
async function waitingGlasses(member = world.newMember()) {
  expect(facts(await glasses(member))).toEqual([200, 'accepted']);
  const answer = await glasses(member);
  expect(facts(answer)).toEqual([200, 'pending']);
  return idOf(answer);
}
async function entries(like: string) {
  const rows = await world.sql<{ rest: string; member: string }[]>`
    select rest, member_view as member from ledger_entries where rest like ${`{"event":"${like}%`} order by seq`;
  return rows.map(({ rest, member }) => ({ rest: JSON.parse(rest), member: JSON.parse(member) }));
}
/** What no entry can be written of must not count. */
async function withoutEntries<T>(work: () => Promise<T>): Promise<T> {
  await world.sql`revoke insert on ledger_entries from rempart_log`;
  try {
    return await work();
  } finally {
    await world.sql`grant insert on ledger_entries to rempart_log`;
  }
}
const row = async (id: string) =>
  (await world.sql<Record<string, unknown>[]>`select * from prior_agreements where id = ${id}`)[0];

describe('a request', () => {
  it('that keeps to the rules is accepted at once, for 60 days, with the amount of a quote', async () => {
    const engagementNo = await world.engagement(world.newMember(), 'OPTI');
    const answer = await world.request(engagementNo, 'OPTI');
    expect(answer).toMatchObject({
      status: 200,
      body: {
        state: 'accepted',
        domain: 'OPTI',
        amc: 30_000,
        validUntil: '2027-01-30',
        receipt: { log: expect.any(String) },
      },
    });
    expect(answer.body['why']).toEqual([
      { fr: expect.stringContaining('Accepté'), en: expect.stringContaining('Accepted') },
    ]);
    expect((await show(idOf(answer))).body).toEqual({ ...answer.body, receipt: undefined });
    const entry = (await entries('prior-agreement.asked')).at(-1);
    expect(entry?.rest).toMatchObject({ engagement: sha256Hex(engagementNo), insurer: TILLEULS, mask: 64 });
    expect(entry?.rest['person']).toMatch(/^[0-9a-f]{32}$/);
    expect(entry?.member).toMatchObject({
      by: 'optician',
      purpose: 'OPTI',
      fields: ['amount'],
      outcome: 'accepted',
    });
  });

  it('for glasses too soon after the last waits for the insurer, unless sight has changed', async () => {
    const member = world.newMember();
    expect(facts(await glasses(member))).toEqual([200, 'accepted']);
    const early = await glasses(member);
    expect(facts(early)).toEqual([200, 'pending']);
    expect(early.body['why']).toEqual([
      expect.objectContaining({ fr: expect.stringContaining('trop récent') }),
    ]);
    const changed = { equipment: { age: '16-and-over', sightChanged: true } };
    expect(facts(await glasses(member, changed))).toEqual([200, 'accepted']);
  });

  it('for a hearing aid is judged ear by ear, and without ears for both', async () => {
    const member = world.newMember();
    const hearing = async (equipment?: object) =>
      facts(await world.request(await world.engagement(member, 'AUDI'), 'AUDI', equipment && { equipment }));
    expect(await hearing({ ears: ['left-ear'] })).toEqual([200, 'accepted']);
    expect(await hearing({ ears: ['right-ear'] })).toEqual([200, 'accepted']);
    expect(await hearing({ ears: ['left-ear'] })).toEqual([200, 'pending']);
    expect(await hearing()).toEqual([200, 'pending']);
  });

  it('for care without a frequency needs no equipment, however often', async () => {
    const member = world.newMember();
    for (const _ of [1, 2]) {
      const answer = await world.request(await world.engagement(member, 'DEPR'), 'DEPR');
      expect(facts(answer)).toEqual([200, 'accepted']);
    }
  });

  it('for which the contract has nothing to pay waits: only a human refuses', async () => {
    const answer = await world.request(await world.engagement(world.newMember(), 'ODF'), 'ODF');
    expect(answer.body).toMatchObject({ state: 'pending', amc: 0 });
  });

  it.each([
    ['glasses without the age', 'OPTI', { equipment: { sightChanged: false } }, 422, 'invalid'],
    ['no line', 'OPTI', { lines: [] }, 422, 'invalid'],
    ['a NIR', 'OPTI', { nir: '1' }, 422, 'invalid'],
    ['an act of another domain', 'AUDI', { lines: 'OPTI' }, 422, 'act-other-domain'],
    ['a domain without agreements', 'MED', {}, 422, 'prior-agreement-other-domain'],
    ['an engagement nobody has', 'OPTI', { engagementNo: '0'.repeat(26) }, 404, 'engagement-unknown'],
  ] as const)('with %s is refused, and nothing is written', async (_, domain, more, status, code) => {
    const before = await world.sql`select 1 from prior_agreements`;
    const lines =
      more && 'lines' in more && more.lines === 'OPTI' ? { lines: [lineFor('OPTI', world.clock)] } : {};
    const answer = await world.request(await world.engagement(world.newMember(), domain), domain, {
      ...more,
      ...lines,
    });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(await world.sql`select 1 from prior_agreements`).toHaveLength(before.length);
  });

  it('of another structure’s engagement is refused like one that does not exist', async () => {
    const engagementNo = await world.engagement(world.newMember(), 'OPTI');
    const answer = await world.request(engagementNo, 'AUDI');
    expect([answer.status, answer.body['code']]).toEqual([404, 'engagement-unknown']);
  });
});

describe('asking again', () => {
  it('with the same request id gives the same answer, and with another body is refused', async () => {
    const engagementNo = await world.engagement(world.newMember(), 'OPTI');
    const requestId = randomUUID();
    const first = await world.request(engagementNo, 'OPTI', { requestId });
    const again = await world.request(engagementNo, 'OPTI', { requestId });
    expect(again.body).toEqual(first.body);
    const other = { requestId, equipment: { age: '6-15', sightChanged: false } };
    expect(facts(await world.request(engagementNo, 'OPTI', other))).toEqual([409, 'request-replayed']);
  });

  it('after a crash before the entry finds its own agreement', async () => {
    const engagementNo = await world.engagement(world.newMember(), 'OPTI');
    const requestId = randomUUID();
    const failed = await withoutEntries(() => world.request(engagementNo, 'OPTI', { requestId }));
    expect(facts(failed)).toEqual([503, 'disconnected']);
    await world.stopOperator();
    await world.startOperator();
    const answer = await world.request(engagementNo, 'OPTI', { requestId });
    expect(facts(answer)).toEqual([200, 'accepted']);
    const rows = await world.sql`select id from prior_agreements where request_id = ${requestId}`;
    expect(rows).toEqual([{ id: idOf(answer) }]);
  });

  it('replaces one that waits, and not one that was accepted', async () => {
    const member = world.newMember();
    const accepted = await world.engagement(member, 'OPTI');
    expect(facts(await world.request(accepted, 'OPTI'))).toEqual([200, 'accepted']);
    expect(facts(await world.request(accepted, 'OPTI'))).toEqual([409, 'prior-agreement-standing']);
    const engagementNo = await world.engagement(member, 'OPTI');
    const first = idOf(await world.request(engagementNo, 'OPTI'));
    const second = idOf(await world.request(engagementNo, 'OPTI'));
    expect((await show(first)).body['state']).toBe('cancelled');
    expect((await show(second)).body['state']).toBe('pending');
    expect(facts(await decide(first, true, 'agreed'))).toEqual([409, 'prior-agreement-over']);
  });

  it('at the same moment leaves one that lives', async () => {
    const engagementNo = await world.engagement(world.newMember(), 'DEPR');
    const answers = await Promise.all([1, 2, 3].map(() => world.request(engagementNo, 'DEPR')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const living = await world.sql`
      select 1 from prior_agreements
      where engagement = ${Buffer.from(sha256Hex(engagementNo), 'hex')} and state in ('pending', 'accepted')`;
    expect(living).toHaveLength(1);
  });

  it('at the same moment for two engagements of one person is accepted once', async () => {
    const member = world.newMember();
    const numbers = [await world.engagement(member, 'OPTI'), await world.engagement(member, 'OPTI')];
    const answers = await Promise.all(numbers.map((no) => world.request(no, 'OPTI')));
    expect(answers.map(({ body }) => body['state']).sort()).toEqual(['accepted', 'pending']);
  });
});

describe('the insurer', () => {
  it('sees of what waits no more than the decision needs, and of whom its own reference', async () => {
    const member = world.newMember();
    const id = await waitingGlasses(member);
    const [one] = (await waiting()).filter((each) => each['priorAgreementId'] === id);
    expect(one).toEqual({
      priorAgreementId: id,
      domain: 'OPTI',
      state: 'pending',
      why: [expect.objectContaining({ fr: expect.any(String) })],
      validUntil: '2027-01-30',
      amc: 30_000,
      askedAt: expect.any(String),
      decidedAt: null,
      structure: 'S-OPTIQUE-BEFFROI',
      ref: member.ref,
      careDate: '2026-12-01',
      product: 'PEC',
      rule: 'R10',
      equipment: { domain: 'OPTI', age: '16-and-over', sightChanged: false },
      earliest: '2028-12-01',
      lines: [{ actCode: 'MON', quantity: 1, price: 40_000, amc: 30_000 }],
    });
    const { rest } = (await entries('prior-agreement.read')).at(-1) ?? {};
    expect(rest).toMatchObject({ insurer: TILLEULS, account: expect.any(String), count: expect.any(Number) });
  });

  it('decides once: the structure sees the state and the reason, and what was sealed is gone', async () => {
    const id = await waitingGlasses();
    expect((await row(id))?.['sealed']).not.toBeNull();
    world.clock.advance(DAY_MS);
    const answer = await decide(id, false, 'renewal-not-due');
    expect(answer.body).toMatchObject({ priorAgreementId: id, state: 'refused', reason: 'renewal-not-due' });
    expect(facts(await decide(id, true, 'agreed'))).toEqual([409, 'prior-agreement-over']);
    const shown = (await show(id)).body;
    expect(shown).toMatchObject({ state: 'refused', decidedAt: new Date(world.clock.nowMs()).toISOString() });
    expect(shown['why']).toEqual([
      expect.objectContaining({ fr: expect.stringContaining('délai de renouvellement') }),
    ]);
    expect((await row(id))?.['sealed']).toBeNull();
    expect((await waiting()).map((one) => one['priorAgreementId'])).not.toContain(id);
    const { rest, member } = (await entries('prior-agreement.decided')).at(-1) ?? {};
    expect(rest).toMatchObject({
      agreement: id,
      insurer: TILLEULS,
      reason: 'renewal-not-due',
      account: expect.any(String),
    });
    expect(member).toMatchObject({ by: 'insurer', structure: 'S-OPTIQUE-BEFFROI', outcome: 'refused' });
  });

  it('may accept what the rules did not, for 60 days from then on', async () => {
    const id = await waitingGlasses();
    world.clock.advance(3 * DAY_MS);
    const { body } = await decide(id, true, 'agreed-as-exception');
    const until = new Date(world.clock.nowMs() + 60 * DAY_MS).toISOString().slice(0, 10);
    expect(body).toMatchObject({ state: 'accepted', validUntil: until });
    expect((await show(id)).body).toMatchObject({ state: 'accepted', validUntil: until, amc: 30_000 });
  });

  it('is heard once when two of its people decide at the same moment', async () => {
    const id = await waitingGlasses();
    const answers = await Promise.all([decide(id, true, 'agreed'), decide(id, false, 'price-too-high')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const won = answers.find(({ status }) => status === 200)?.body['state'];
    expect((await show(id)).body['state']).toBe(won);
    const said = (await entries('prior-agreement.decided')).filter(({ rest }) => rest['agreement'] === id);
    expect(said.map(({ member }) => member.outcome)).toEqual([won]);
  });

  it('has not decided anything when no entry can be written of it, and may do so later', async () => {
    const id = await waitingGlasses();
    expect(facts(await withoutEntries(() => decide(id, false, 'price-too-high')))).toEqual([
      503,
      'disconnected',
    ]);
    expect((await show(id)).body['state']).toBe('pending');
    expect(facts(await withoutEntries(() => cancel(id)))).toEqual([503, 'disconnected']);
    expect((await show(id)).body['state']).toBe('pending');
    expect(facts(await decide(id, true, 'agreed'))).toEqual([200, 'accepted']);
  });

  it.each([
    ['an acceptance with the reason of a refusal', true, 'price-too-high'],
    ['a refusal with the reason of an acceptance', false, 'agreed'],
    ['a reason in words', false, 'Madame Morel a déjà ses lunettes'],
  ])('is told what is wrong with %s', async (_, accept, reason) => {
    const id = await waitingGlasses();
    const { status, body } = await decide(id, accept, reason);
    expect([status, body['code'], body['field']]).toEqual([
      422,
      'invalid',
      expect.stringContaining('reason'),
    ]);
    expect((await show(id)).body['state']).toBe('pending');
  });

  it('neither sees nor decides what is another’s', async () => {
    const id = await waitingGlasses(world.newMember(VIEUX_PORT));
    expect((await waiting()).map((one) => one['priorAgreementId'])).not.toContain(id);
    expect((await waiting(VIEUX_PORT)).map((one) => one['priorAgreementId'])).toEqual([id]);
    expect(facts(await decide(id, true, 'agreed'))).toEqual([404, 'prior-agreement-unknown']);
    expect(facts(await decide(randomUUID(), true, 'agreed'))).toEqual([404, 'prior-agreement-unknown']);
    expect(facts(await decide(id, true, 'agreed', VIEUX_PORT))).toEqual([200, 'accepted']);
  });

  it('is the only one who decides, and asks for nothing itself', async () => {
    const id = await waitingGlasses();
    const body = { accept: true, reason: 'agreed' };
    expect(facts(await world.send(`/v1/prior-agreements/${id}/decision`, { as: 'marc', body }))).toEqual([
      403,
      'wrong-role',
    ]);
    expect(facts(await world.send('/v1/prior-agreements/pending', { as: 'marc' }))).toEqual([
      403,
      'wrong-role',
    ]);
    expect(facts(await world.insurer('/v1/prior-agreements'))).toEqual([403, 'wrong-role']);
  });

  it('goes through what waits page by page', async () => {
    const template = await waitingGlasses(world.newMember(VIEUX_PORT));
    await world.sql`
      insert into prior_agreements
      select gen_random_uuid(), sha256(convert_to(n::text, 'utf8')), insurer_id, structure, domain, state, reason, amc_cents,
        asked_at - interval '1 day', decided_at, valid_until, request_id, sealed
      from prior_agreements, generate_series(1, 60) n where id = ${template}`;
    const seen: unknown[] = [];
    for (let next: unknown = ''; next !== null; ) {
      const page = await world.insurer(
        `/v1/prior-agreements/pending${next && `?after=${next}`}`,
        undefined,
        VIEUX_PORT,
      );
      seen.push(
        ...(page.body['priorAgreements'] as { priorAgreementId: string }[]).map(
          (one) => one.priorAgreementId,
        ),
      );
      next = page.body['next'];
    }
    expect([seen.length, new Set(seen).size, seen.at(-1)]).toEqual([61, 61, template]);
    const foreign = await world.insurer(`/v1/prior-agreements/pending?after=${template}`);
    expect(foreign.body['priorAgreements']).toEqual([]);
  });
});

describe('the structure', () => {
  it('sees its own and nobody else’s, newest first, without anybody’s identity', async () => {
    const own = idOf(await world.request(await world.engagement(world.newMember(), 'AUDI'), 'AUDI'));
    const { body } = await world.send('/v1/prior-agreements', { as: 'amel' });
    const list = body['priorAgreements'] as Record<string, unknown>[];
    expect(list[0]).toEqual((await show(own, 'amel')).body);
    expect(Object.keys(list[0] ?? {}).sort()).toEqual([
      'amc',
      'askedAt',
      'decidedAt',
      'domain',
      'priorAgreementId',
      'state',
      'validUntil',
      'why',
    ]);
    expect(list.every((one) => one['domain'] === 'AUDI')).toBe(true);
    expect(facts(await show(own))).toEqual([404, 'prior-agreement-unknown']);
    expect(facts(await cancel(own))).toEqual([404, 'prior-agreement-unknown']);
    expect((await show(own, 'amel')).body['state']).toBe('accepted');
  });

  it('takes one back, which then stands against nothing', async () => {
    const member = world.newMember();
    const id = idOf(await glasses(member));
    expect(facts(await cancel(id))).toEqual([200, 'cancelled']);
    expect(facts(await cancel(id))).toEqual([200, 'cancelled']);
    expect(facts(await glasses(member))).toEqual([200, 'accepted']);
    expect((await entries('prior-agreement.cancelled')).at(-1)?.rest).toMatchObject({
      agreement: id,
      account: expect.any(String),
    });
  });

  it('takes one that waits back before the insurer decides, and a refused one not at all', async () => {
    const taken = await waitingGlasses();
    expect(facts(await cancel(taken))).toEqual([200, 'cancelled']);
    expect(facts(await decide(taken, true, 'agreed'))).toEqual([409, 'prior-agreement-over']);
    const refused = await waitingGlasses();
    await decide(refused, false, 'not-in-contract');
    expect(facts(await cancel(refused))).toEqual([409, 'prior-agreement-over']);
  });
});

describe('a quote that wants an agreement', () => {
  const quote = (engagementNo: string, more: object = {}) =>
    world.send('/v1/quotes', {
      as: 'marc',
      body: { requestId: randomUUID(), engagementNo, lines: [{ ...lineFor('OPTI', world.clock), ...more }] },
    });

  it('is refused until one is accepted, and then up to its amount', async () => {
    const engagementNo = await world.engagement(world.newMember(), 'OPTI');
    expect(facts(await quote(engagementNo))).toEqual([409, 'prior-agreement-needed']);
    const lines = [{ ...lineFor('OPTI', world.clock), price: 20_000 }];
    const id = idOf(await world.request(engagementNo, 'OPTI', { lines }));
    const above = await quote(engagementNo);
    expect([...facts(above), above.body['limit']]).toEqual([409, 'above-prior-agreement', 20_000]);
    const made = await quote(engagementNo, { price: 20_000 });
    expect(made.body).toMatchObject({ total: { amc: 20_000 }, terms: { pec: 'accepted' } });
    await cancel(id);
    expect(facts(await quote(engagementNo, { price: 20_000 }))).toEqual([409, 'prior-agreement-needed']);
  });

  it('waits as long as the insurer does, and stays refused when it refuses', async () => {
    const member = world.newMember();
    await glasses(member);
    const engagementNo = await world.engagement(member, 'OPTI');
    const id = idOf(await world.request(engagementNo, 'OPTI'));
    expect(facts(await quote(engagementNo))).toEqual([409, 'prior-agreement-needed']);
    await decide(id, false, 'renewal-not-due');
    expect(facts(await quote(engagementNo))).toEqual([409, 'prior-agreement-needed']);
    const path = `/v1/engagements/${engagementNo}`;
    expect((await world.send(path, { as: 'marc' })).body['priorAgreement']).toBe('refused');
  });

  it('leaves no agreement behind when its engagement is cancelled', async () => {
    const member = world.newMember();
    const engagementNo = await world.engagement(member, 'OPTI');
    const id = idOf(await world.request(engagementNo, 'OPTI'));
    await world.send(`/v1/engagements/${engagementNo}`, { as: 'marc', method: 'DELETE' });
    expect((await show(id)).body['state']).toBe('cancelled');
    expect(facts(await glasses(member))).toEqual([200, 'accepted']);
  });
});

describe('a claim', () => {
  let lotNo = 0;
  const claim = (engagementNo: string) => {
    const lines = [{ ...lineFor('OPTI', world.clock), amcAsked: 30_000 }];
    lotNo += 1;
    const body = { requestId: randomUUID(), engagementNo, invoiceNo: '1', lotNo: String(lotNo), lines };
    return world.send('/v1/claims', { as: 'marc', body });
  };
  const outcome = ({ body }: Answer) => {
    const [one] = body['claims'] as { state: string; claimId: string; rejection: { code: string } | null }[];
    return one?.rejection?.code ?? one?.state;
  };
  const quote = (engagementNo: string) =>
    world.send('/v1/quotes', {
      as: 'marc',
      body: { requestId: randomUUID(), engagementNo, lines: [lineFor('OPTI', world.clock)] },
    });

  it('uses up what was agreed: the next glasses wait, also when the agreement is taken back afterwards', async () => {
    const member = world.newMember();
    const engagementNo = await world.engagement(member, 'OPTI');
    const id = idOf(await world.request(engagementNo, 'OPTI'));
    expect(outcome(await claim(engagementNo))).toBe('accepted');
    await cancel(id);
    expect(facts(await glasses(member))).toEqual([200, 'pending']);
  });

  it('whose agreement was taken back after the quote is rejected: others may have been agreed to meanwhile', async () => {
    const member = world.newMember();
    const engagementNo = await world.engagement(member, 'OPTI');
    const id = idOf(await world.request(engagementNo, 'OPTI'));
    expect((await quote(engagementNo)).status).toBe(200);
    await cancel(id);
    expect(facts(await glasses(member))).toEqual([200, 'accepted']);
    expect(outcome(await claim(engagementNo))).toBe('prior-agreement-needed');
  });

  it('keeps the promise of a quote when the insurer wants to be asked from later on', async () => {
    const put = (wanted: object) => {
      const formula = { k: 'EUR_ADD', eur: 30_000, ...wanted };
      const body = { from: '2024-01-01', responsible: false, rules: { R10: { domain: 'OPTI', formula } } };
      return world.send('/v1/products/PEC', { as: `${VIEUX_PORT}-emetteur`, method: 'PUT', body });
    };
    expect((await put({})).status).toBe(200);
    const engagementNo = await world.engagement(world.newMember(VIEUX_PORT), 'OPTI');
    expect((await quote(engagementNo)).status).toBe(200);
    expect((await put({ pec: true })).status).toBe(200);
    expect(outcome(await claim(engagementNo))).toBe('accepted');
  });

  it('and an agreement that is taken back at the same moment come one after the other', async () => {
    const member = world.newMember();
    const engagementNo = await world.engagement(member, 'OPTI');
    const id = idOf(await world.request(engagementNo, 'OPTI'));
    const [claimed] = await Promise.all([claim(engagementNo), cancel(id)]);
    const next = await glasses(member);
    expect([outcome(claimed), next.body['state']]).toEqual(
      outcome(claimed) === 'accepted' ? ['accepted', 'pending'] : ['prior-agreement-needed', 'accepted'],
    );
  });
});

describe('after 60 days', () => {
  it('an accepted one has lapsed: it stands against nothing, and one that waited cannot be decided', async () => {
    const member = world.newMember();
    const accepted = idOf(await glasses(member));
    const pending = idOf(await glasses(member));
    world.clock.advance(60 * DAY_MS);
    expect((await show(accepted)).body['state']).toBe('accepted');
    world.clock.advance(DAY_MS);
    expect((await show(accepted)).body['state']).toBe('lapsed');
    expect((await show(pending)).body['state']).toBe('lapsed');
    expect(await waiting()).toEqual([]);
    expect(facts(await decide(pending, true, 'agreed'))).toEqual([409, 'prior-agreement-over']);
    expect(facts(await cancel(accepted))).toEqual([409, 'prior-agreement-over']);
    expect(facts(await glasses(member))).toEqual([200, 'accepted']);
  });
});

describe('what is kept', () => {
  it('says of nobody who they are, and all that waits is of one length', async () => {
    const member = world.newMember();
    const engagementNo = await world.engagement(member, 'OPTI');
    await glasses(member);
    const pending = idOf(await world.request(engagementNo, 'OPTI'));
    const other = idOf(await world.request(await world.engagement(world.newMember(), 'ODF'), 'ODF'));
    const dump = JSON.stringify([
      await world.sql`select t::text from prior_agreements t`,
      await world.sql`select t::text from counters t`,
      await world.sql`select rest, member_view from ledger_entries where rest like '{"event":"prior-agreement%'`,
    ]);
    const [{ id = '' } = {}] = await world.sql<{ id: string }[]>`
      select id from records where subject_ref = ${Buffer.from(member.ref, 'base64url').toString('hex')}`;
    expect(id).not.toBe('');
    for (const personal of [
      member.nir,
      member.memberNo,
      member.ref,
      member.handle,
      engagementNo,
      id,
      id.replaceAll('-', ''),
    ])
      for (const written of [personal, Buffer.from(personal).toString('hex')])
        expect(dump).not.toContain(written);
    expect(dump).not.toContain(Buffer.from(member.ref, 'base64url').toString('hex'));
    const lengths = await world.sql`
      select distinct octet_length(sealed) as bytes from prior_agreements where id in (${pending}, ${other})`;
    expect(lengths).toHaveLength(1);
  });
});
