// Claims from the outside: a counter's software, real TLS, real vault, real PostgreSQL. Amounts are computed by hand here.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { below, generator, seedOf } from '../../src/lib/seeded-random.ts';
import type { ClaimAnswer, ListedClaim } from '../../src/operator/settlement/claim-shapes.ts';
import {
  createSettlementWorld,
  demoPerson,
  device,
  medicine,
  quoted,
  type SettlementWorld,
  TODAY,
} from '../support/settlement-world.ts';
import type { Answer } from '../support/world.ts';

const DAY_MS = 86_400_000;

let world: SettlementWorld;
let invoice = 0;
beforeAll(async () => {
  world = await createSettlementWorld();
}, 60_000);
afterAll(() => world?.close());

const atPharmacy = (domain = 'PHAR', person = 1) => world.engagement({ as: 'claire', person, domain });
/** Person 6: PREMIUM-2, devices up to 300 euros a year beyond the patient's share. */
const withCounter = () => atPharmacy('FOUR', 6);
const left = async () =>
  quoted(await world.quote('claire', await withCounter(), [], { dryRun: true })).terms.counters[0]?.left;

/** A claim of the usual box of medicine: 7.00 euros. */
function claimOf(engagementNo: string, more: Record<string, unknown> = {}) {
  invoice += 1;
  const lines = [{ ...medicine(), amcAsked: 700 }];
  return { engagementNo, invoiceNo: String(invoice), lotNo: '1', lines, ...more };
}
const send = (body: Record<string, unknown>, as = 'claire') =>
  world.send('/v1/claims', { as, body: { requestId: randomUUID(), ...body } });
const answers = ({ status, body }: Answer) => {
  expect([status, body['code']]).toEqual([200, undefined]);
  return body['claims'] as ClaimAnswer[];
};
const one = async (sent: Promise<Answer>) => answers(await sent)[0] as ClaimAnswer;
const rejectionOf = async (sent: Promise<Answer>) => {
  const { state, rejection } = await one(sent);
  return [state, rejection?.code, rejection?.who];
};
const listed = async (as = 'claire') => {
  const { body } = await world.send('/v1/claims', { as });
  return body['claims'] as ListedClaim[];
};

describe('a claim', () => {
  it('is accepted for what was quoted, uses its engagement up, and is in the structure’s list', async () => {
    const no = await atPharmacy();
    await world.quote('claire', no, [medicine()]);
    const answer = await one(send(claimOf(no)));
    expect(answer).toMatchObject({ engagementNo: no, state: 'accepted', amc: 700, rejection: null });
    expect(answer.receipt).not.toBeNull();
    expect((await listed())[0]).toMatchObject({
      claimId: answer.claimId,
      careDate: TODAY,
      price: 2_000,
      amc: 700,
      state: 'accepted',
      paidOn: null,
    });
    expect(await rejectionOf(send(claimOf(no)))).toEqual(['rejected', 'engagement-used', 'professional']);
    expect((await world.quote('claire', no, [medicine()])).body['code']).toBe('engagement-used');
  });

  it('needs no quote before: it is quoted by its own lines', async () => {
    expect(await one(send(claimOf(await atPharmacy())))).toMatchObject({ state: 'accepted', amc: 700 });
    const tooMuch = claimOf(await atPharmacy(), { lines: [{ ...medicine(), amcAsked: 701 }] });
    expect(await rejectionOf(send(tooMuch))).toEqual(['rejected', 'amount-above-quote', 'professional']);
  });

  it('is one for a repeated request, and another body under the same id is refused', async () => {
    const claim = { requestId: randomUUID(), ...claimOf(await atPharmacy()) };
    const first = await one(send(claim));
    expect(await one(send(claim))).toEqual(first);
    expect((await send({ ...claim, lotNo: '2' })).body['code']).toBe('request-replayed');
    expect((await listed()).filter(({ claimId }) => claimId === first.claimId)).toHaveLength(1);
  });

  it('never carries a NIR or a member number: the schema has no place for them', async () => {
    const claim = claimOf(await atPharmacy());
    for (const more of [
      { nir: demoPerson(1).line.beneficiary.nir },
      { memberNo: 'T1' },
      { beneficiaryRef: 'x' },
    ]) {
      const { status, body } = await send({ ...claim, ...more });
      expect([status, body['code']]).toEqual([422, 'invalid']);
      expect(JSON.stringify(body)).not.toContain(demoPerson(1).line.beneficiary.nir);
    }
  });

  it.each([
    ['a negative amount', { amcAsked: -1 }],
    ['fractions of a cent', { amcAsked: 1.5 }],
    ['more than any bill', { amcAsked: 10_000_000_000 }],
  ])('with %s is refused before anything is looked at', async (_, more) => {
    const claim = claimOf(await atPharmacy(), { lines: [{ ...medicine(), ...more }] });
    expect((await send(claim)).body['code']).toBe('invalid');
  });
});

describe('what is wrong with a claim', () => {
  it.each([
    ['another price', { price: 1_999 }],
    ['another act', { actCode: 'PH4' }],
    ['another quantity', { quantity: 2 }],
    ['another base', { br: 1_000 }],
    ['another line', { lineNo: 2 }],
  ])('%s than was quoted: rejected, and the quote stands', async (_, more) => {
    const no = await atPharmacy();
    await world.quote('claire', no, [medicine()]);
    const claim = claimOf(no, { lines: [{ ...medicine(), amcAsked: 700, ...more }] });
    expect(await rejectionOf(send(claim))).toEqual(['rejected', 'lines-not-as-quoted', 'professional']);
    expect(await one(send(claimOf(no)))).toMatchObject({ state: 'accepted' });
  });

  it('the same invoice, lot and day again: a duplicate, whatever its engagement', async () => {
    const claim = claimOf(await atPharmacy());
    await one(send(claim));
    const again = { ...claim, engagementNo: await atPharmacy() };
    expect(await rejectionOf(send(again))).toEqual(['rejected', 'duplicate', 'software']);
    const filledUp = { ...again, invoiceNo: `0${claim.invoiceNo}`, lotNo: '01' };
    expect((await rejectionOf(send(filledUp)))[1]).toBe('duplicate');
    expect(await one(send({ ...again, lotNo: '2' }))).toMatchObject({ state: 'accepted' });
  });

  it('another structure’s number, a cancelled one, one that never was', async () => {
    const no = await atPharmacy();
    expect(await rejectionOf(send(claimOf(no), 'marc'))).toEqual([
      'rejected',
      'engagement-unknown',
      'professional',
    ]);
    await world.send(`/v1/engagements/${no}`, { as: 'claire', method: 'DELETE' });
    expect((await rejectionOf(send(claimOf(no))))[1]).toBe('engagement-cancelled');
    expect((await rejectionOf(send(claimOf('0'.repeat(26)))))[1]).toBe('engagement-unknown');
  });

  it('care before or after what is guaranteed, an act nobody knows', async () => {
    const withLine = async (more: Record<string, unknown>) =>
      (
        await rejectionOf(
          send(claimOf(await atPharmacy(), { lines: [{ ...medicine(), amcAsked: 1, ...more }] })),
        )
      )[1];
    expect(await withLine({ careDate: '2026-11-19' })).toBe('care-date-outside-guarantee');
    expect(await withLine({ careDate: '2026-11-21' })).toBe('care-date-in-future');
    expect(await withLine({ actCode: 'NOSUCH' })).toBe('act-unknown');
  });

  it('care that has not been given yet: a hospital may plan it, and is paid for it afterwards', async () => {
    const asking = { as: 'admissions', person: 11, domain: 'HOSP', careDate: '2026-12-10' };
    const no = await world.engagement(asking);
    const line = { ...medicine(), actCode: 'FJH', price: 2_000, br: 0, amoRate: 0, careDate: '2026-12-10' };
    expect((await world.quote('admissions', no, [line])).status).toBe(200);
    const claim = claimOf(no, { lines: [{ ...line, amcAsked: 2_000 }] });
    expect((await rejectionOf(send(claim, 'admissions')))[1]).toBe('care-date-in-future');
  });

  it('one bad claim does not refuse its batch; the whole batch sent again gives the same answers', async () => {
    const claims = [claimOf(await atPharmacy()), claimOf('0'.repeat(26)), claimOf(await atPharmacy())];
    const batch = { requestId: randomUUID(), claims };
    const first = answers(await send(batch));
    expect(first.map(({ state }) => state)).toEqual(['accepted', 'rejected', 'accepted']);
    const again = answers(await send(batch));
    expect(again.map(({ claimId, state }) => [claimId, state])).toEqual(
      first.map(({ claimId, state }) => [claimId, state]),
    );
  });
});

describe('nothing twice, nothing by halves', () => {
  it('of two claims that race for one engagement one is accepted', async () => {
    const no = await atPharmacy();
    const states = await Promise.all([1, 2, 3, 4].map(async () => (await one(send(claimOf(no)))).state));
    expect(states.filter((state) => state === 'accepted')).toHaveLength(1);
  });

  it('what is asked below the quote comes back to the counter; what is cancelled can be claimed again', async () => {
    const before = (await left()) ?? 0;
    const no = await withCounter();
    // 250.00: the AMO pays 30.00 of its base of 50.00, the patient's share is 20.00, the counter gives 200.00.
    await world.quote('claire', no, [device()]);
    expect(await left()).toBe(before - 20_000);
    const claim = claimOf(no, { lines: [{ ...device(), amcAsked: 12_000 }] });
    const { claimId } = await one(send(claim));
    expect(await left()).toBe(before - 10_000);
    const cancel = (as: string, engagementNo: string) =>
      world.send(`/v1/claims/${claimId}/cancellation`, { as, body: { engagementNo } });
    expect((await cancel('marc', no)).body['code']).toBe('engagement-unknown');
    expect((await cancel('claire', await atPharmacy())).body['code']).toBe('claim-unknown');
    expect(await cancel('claire', no)).toMatchObject({ status: 200, body: { claimId, state: 'cancelled' } });
    expect(await cancel('claire', no)).toMatchObject({ status: 200 });
    expect(await left()).toBe(before - 10_000);
    expect(await one(send({ ...claim, lotNo: '7' }))).toMatchObject({ state: 'accepted', amc: 12_000 });
  });

  it('a rejected claim leaves the counter as it was', async () => {
    const before = await left();
    const claim = claimOf(await withCounter(), { lines: [{ ...device(), amcAsked: 99_999 }] });
    expect((await rejectionOf(send(claim)))[1]).toBe('amount-above-quote');
    expect(await left()).toBe(before);
  });

  it('the sum of many claims is the sum of what was accepted, to the cent', async () => {
    const random = generator(seedOf('claims'));
    let owed = 0;
    for (let round = 0; round < 5; round += 1) {
      const claims: unknown[] = [];
      for (let i = 0; i < 20; i += 1) {
        const price = 100 + below(random, 9_000);
        const line = medicine({ price, br: price });
        const amc = price - Math.floor((price * 65 + 50) / 100);
        const no = await world.engagement({ as: 'hugo', person: 1, domain: 'PHAR' });
        const isTooMuch = below(random, 5) === 0;
        if (!isTooMuch) owed += amc;
        claims.push(claimOf(no, { lines: [{ ...line, amcAsked: isTooMuch ? amc + 1 : amc }] }));
      }
      answers(await send({ claims }, 'hugo'));
    }
    const [row] = await world.sql<{ sum: number; rejected: number }[]>`
      select sum(amc_cents) filter (where state = 'accepted')::int as sum,
        count(*) filter (where state = 'rejected')::int as rejected
      from claims where structure = 'S-PHARMACIE-GARE'`;
    expect(row?.sum).toBe(owed);
    expect(row?.rejected).toBeGreaterThan(5);
  });
});

describe('who sees what', () => {
  it('a structure sees its own claims, by page and by state, and nobody else’s', async () => {
    const mine = await listed();
    const theirs = await listed('hugo');
    expect(mine.some(({ claimId }) => theirs.some((other) => other.claimId === claimId))).toBe(false);
    const { body } = await world.send('/v1/claims?state=rejected', { as: 'claire' });
    const rejected = body['claims'] as ListedClaim[];
    expect(rejected.length).toBeGreaterThan(0);
    expect(rejected.every(({ state, rejection }) => state === 'rejected' && rejection !== null)).toBe(true);
    const [first] = theirs;
    expect((await world.send(`/v1/claims/${first?.claimId}`, { as: 'claire' })).body['code']).toBe(
      'claim-unknown',
    );
    const page = await world.send('/v1/claims', { as: 'hugo' });
    const next = await world.send(`/v1/claims?before=${page.body['next']}`, { as: 'hugo' });
    const ids = [page, next].flatMap((one) =>
      (one.body['claims'] as ListedClaim[]).map(({ claimId }) => claimId),
    );
    expect(new Set(ids).size).toBe(100);
    for (const day of ['2026-99-99', '2026-11-31']) {
      const nowhere = `${day}T09:00:00.000Z_00000000-0000-0000-0000-000000000000`;
      expect(await world.send(`/v1/claims?before=${nowhere}`, { as: 'hugo' })).toMatchObject({ status: 422 });
    }
  });

  it('the database names nobody: lines, invoice and record are sealed', async () => {
    const rows = await world.sql<{ text: string }[]>`select claims::text as text from claims`;
    const { memberNo, beneficiary } = demoPerson(1).line;
    for (const { text } of rows) {
      for (const secret of [memberNo, beneficiary.nir, 'PH7', 'recordId']) expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from('PH7').toString('hex'));
    }
  });
});

/** Last: the clock goes on, and never back. */
it('a claim is taken after the guarantee’s last day', async () => {
  const no = await atPharmacy();
  world.clock.advance(60 * DAY_MS);
  expect(await one(send(claimOf(no)))).toMatchObject({ state: 'accepted' });
});
