// Quotes from the outside: a counter's software, real TLS, real vault, real PostgreSQL. Amounts are computed by hand here.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createSettlementWorld,
  demoPerson,
  device,
  medicine,
  quoted,
  type SettlementWorld,
  TILLEULS,
  TODAY,
} from '../support/settlement-world.ts';

const DAY_MS = 86_400_000;

let world: SettlementWorld;
beforeAll(async () => {
  world = await createSettlementWorld();
}, 60_000);
afterAll(() => world?.close());

const atPharmacy = (person = 1, domain = 'PHAR') => world.engagement({ as: 'claire', person, domain });
/** Person 6: PREMIUM-2, devices up to 300 euros a year beyond the patient's share. */
const withCounter = () => atPharmacy(6, 'FOUR');
const codeOf = async (asked: Promise<{ status: number; body: Record<string, unknown> }>) => {
  const { status, body } = await asked;
  return `${status} ${String(body['code'])}`;
};
/** The insurer says it anew of that person. */
const change = async (line: object) => {
  const feed = await world.publish(TILLEULS, [JSON.stringify(line)], { kind: 'delta' });
  expect(feed).toMatchObject({ state: 'applied' });
};
const left = async (no: string) =>
  quoted(await world.quote('claire', no, [], { dryRun: true })).terms.counters[0]?.left;

describe('a quote', () => {
  it('says who pays what, under which rule, until when it is guaranteed', async () => {
    const no = await atPharmacy();
    const answer = await world.quote('claire', no, [medicine()]);
    expect(answer.status).toBe(200);
    expect(quoted(answer)).toMatchObject({
      engagementNo: no,
      guaranteeUntil: '2026-11-21',
      lines: [
        {
          lineNo: 1,
          amoGross: 1_300,
          amc: 700,
          patient: 0,
          rule: 'R1',
          statement: { amoNet: 1_200, rest: 100 },
        },
      ],
      total: { price: 2_000, amoGross: 1_300, amc: 700, patient: 0 },
      terms: {
        product: 'CONFORT-2',
        rule: 'R1',
        domain: 'PHAR',
        responsible: true,
        formula: { k: 'TM' },
        pec: null,
      },
      dryRun: false,
    });
  });

  it('takes the AMO rate from the request: 90 % in Alsace-Moselle', async () => {
    const answer = await world.quote('claire', await atPharmacy(), [medicine({ amoRate: 90 })]);
    expect(quoted(answer).total).toMatchObject({ amoGross: 1_800, amc: 200, patient: 0 });
  });

  it('counts no more than the price when the base is above it', async () => {
    const answer = await world.quote('claire', await atPharmacy(), [medicine({ price: 1_000 })]);
    expect(quoted(answer).total).toMatchObject({ price: 1_000, amoGross: 650, amc: 350, patient: 0 });
  });

  it('is one for a repeated request, and another body under the same id is refused', async () => {
    const no = await withCounter();
    const requestId = randomUUID();
    const first = await world.quote('claire', no, [device()], { requestId });
    const again = await world.quote('claire', no, [device()], { requestId: requestId.toUpperCase() });
    expect(again.body).toEqual(first.body);
    const other = world.quote('claire', no, [device({ price: 26_000 })], { requestId });
    expect(await codeOf(other)).toBe('409 request-replayed');
    await world.send(`/v1/engagements/${no}`, { as: 'claire', method: 'DELETE' });
  });

  it('that races with others on one engagement is the one that stands, or was replaced by another', async () => {
    const no = await atPharmacy();
    const prices = [1_000, 1_200, 1_400, 1_600, 1_800];
    const answers = await Promise.all(
      prices.map((price) => world.quote('claire', no, [medicine({ price })])),
    );
    const amounts = answers.map((answer) => quoted(answer).total.amc);
    expect(amounts).toEqual([350, 420, 490, 560, 630]);
    const { body } = await world.send(`/v1/engagements/${no}`, { as: 'claire' });
    expect(amounts).toContain((body['reserved'] as { amc: number }).amc);
  });

  it('opens for the structure that obtained the number, and is unknown to all others', async () => {
    const no = await atPharmacy();
    expect(await codeOf(world.quote('hugo', no, [medicine()]))).toBe('404 engagement-unknown');
    expect(await codeOf(world.quote('claire', '0'.repeat(26), [medicine()]))).toBe('404 engagement-unknown');
  });

  it('survives a feed that ends the rights afterwards, as if they had never been', async () => {
    const no = await atPharmacy(2);
    const { line } = demoPerson(2);
    const ended = line.periods.map((period) => ({ ...period, to: '2026-06-30' }));
    await change({ ...line, periods: ended });
    expect((await world.check({ as: 'claire', person: 2, domain: 'PHAR' })).body['code']).toBe('200');
    expect((await world.quote('claire', no, [medicine()])).status).toBe(200);
    await change(line);
  });
});

describe('a yearly amount', () => {
  it('is taken from, replaced by the next quote and freed exactly by cancelling', async () => {
    const no = await withCounter();
    expect(await left(no)).toBe(30_000);
    const first = quoted(await world.quote('claire', no, [device()]));
    // Of the rest of 220.00 the patient's share of 20.00 comes without the counter.
    expect(first.total).toMatchObject({ amoGross: 3_000, amc: 22_000, patient: 0 });
    expect(first.terms.counters).toEqual([
      { counter: 'PREMIUM-2/R16', from: '2026-01-01', to: '2026-12-31', left: 10_000 },
    ]);
    const second = quoted(await world.quote('claire', no, [device({ price: 15_000 })]));
    expect(second.terms.counters[0]?.left).toBe(20_000);
    const freed = await world.send(`/v1/engagements/${no}`, { as: 'claire', method: 'DELETE' });
    expect(freed.body).toEqual({ engagementNo: no, state: 'cancelled', freed: 12_000 });
    const again = await world.send(`/v1/engagements/${no}`, { as: 'claire', method: 'DELETE' });
    expect(again.body).toEqual({ engagementNo: no, state: 'cancelled', freed: 0 });
    expect(await codeOf(world.quote('claire', no, [device()]))).toBe('409 engagement-cancelled');
    expect(await left(await withCounter())).toBe(30_000);
  });

  it('is not touched by a dry run', async () => {
    const no = await withCounter();
    const tried = quoted(await world.quote('claire', no, [device()], { dryRun: true }));
    expect(tried).toMatchObject({ dryRun: true, total: { amc: 22_000 } });
    expect(await left(no)).toBe(30_000);
  });

  it('is never paid twice by quotes that race for its last euro', async () => {
    const numbers = await Promise.all(Array.from({ length: 6 }, withCounter));
    const answers = await Promise.all(numbers.map((no) => world.quote('claire', no, [device()])));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const beyondShare = answers.map((answer) => quoted(answer).total.amc - 2_000);
    expect(beyondShare.reduce((sum, amc) => sum + amc, 0)).toBe(30_000);
    const used = await world.check({ as: 'claire', person: 6, domain: 'FOUR' });
    expect(used.body).toMatchObject({ code: '103', covered: true });
    for (const no of numbers) await world.send(`/v1/engagements/${no}`, { as: 'claire', method: 'DELETE' });
    expect((await world.check({ as: 'claire', person: 6, domain: 'FOUR' })).body['code']).toBe('000');
  });

  it('holds one reservation when quotes on one engagement race', async () => {
    const no = await withCounter();
    const prices = [10_000, 12_000, 14_000, 16_000];
    await Promise.all(prices.map((price) => world.quote('claire', no, [device({ price })])));
    const { body } = await world.send(`/v1/engagements/${no}`, { as: 'claire' });
    const reserved = (body['reserved'] as { amc: number }).amc;
    expect(prices.map((price) => price - 3_000)).toContain(reserved);
    expect(await left(await withCounter())).toBe(30_000 - (reserved - 2_000));
    await world.send(`/v1/engagements/${no}`, { as: 'claire', method: 'DELETE' });
  });
});

describe('a quote is refused', () => {
  const bad: [string, Record<string, unknown>, string][] = [
    ['a negative price', { price: -1 }, '422 invalid'],
    ['a huge price', { price: 10_000_000_000 }, '422 invalid'],
    ['a fraction of a cent', { price: 10.5 }, '422 invalid'],
    ['a rate with three decimals', { amoRate: 65.123 }, '422 invalid'],
    ['a rate above 100', { amoRate: 101 }, '422 invalid'],
    ['an act nobody knows', { actCode: 'XYZZY' }, '422 act-unknown'],
    ['an act of another domain', { actCode: 'VER' }, '422 act-other-domain'],
    ['an AMO amount above the price', { amoAmount: 2_001 }, '422 amo-above-price'],
    ['a day before the guarantee', { careDate: '2026-11-19' }, '422 care-date-outside-guarantee'],
    ['a day after the guarantee', { careDate: '2026-11-22' }, '422 care-date-outside-guarantee'],
    ['a day in the future', { careDate: '2026-11-21' }, '422 care-date-in-future'],
    ['a day that does not exist', { careDate: '2026-11-31' }, '422 invalid'],
    ['a property nobody knows', { nir: '1' }, '422 invalid'],
  ];
  it.each(bad)('for %s, and nothing is reserved', async (_what, wrong, code) => {
    const no = await atPharmacy();
    expect(await codeOf(world.quote('claire', no, [medicine(wrong)]))).toBe(code);
    const { body } = await world.send(`/v1/engagements/${no}`, { as: 'claire' });
    expect(body).toMatchObject({ state: 'open', reserved: null });
  });

  it('without lines, unless it is a dry run', async () => {
    expect(await codeOf(world.quote('claire', await atPharmacy(), []))).toBe('422 invalid');
  });

  it('until the insurer has agreed, where it wants to be asked first', async () => {
    const answer = await world.check({ as: 'marc', person: 6, domain: 'OPTI' });
    expect(answer.body).toMatchObject({ code: '102', covered: true });
    const no = String(answer.body['engagementNo']);
    const lens = {
      lineNo: 1,
      actCode: 'VER',
      quantity: 2,
      price: 20_000,
      br: 10,
      amoRate: 60,
      careDate: TODAY,
    };
    expect(await codeOf(world.quote('marc', no, [lens]))).toBe('409 prior-agreement-needed');
    const tried = quoted(await world.quote('marc', no, [lens], { dryRun: true }));
    expect(tried.terms.pec).toBe('needed');
    expect((await world.send(`/v1/engagements/${no}`, { as: 'marc' })).body['priorAgreement']).toBe('needed');
  });

  it('when its insurer has not published the product; the rights stay answered', async () => {
    await change({ ...demoPerson(1).line, product: 'NOUVEAU-9' });
    const answer = await world.check({ as: 'claire', person: 1, domain: 'PHAR' });
    expect(answer.body).toMatchObject({ code: '000' });
    const no = String(answer.body['engagementNo']);
    expect(await codeOf(world.quote('claire', no, [medicine()]))).toBe('409 product-unknown');
    await change(demoPerson(1).line);
  });

  it('while its insurer is cut off, also as a repeat, and reserves nothing meanwhile', async () => {
    const [quotedBefore, fresh] = [await atPharmacy(), await atPharmacy()];
    const requestId = randomUUID();
    expect((await world.quote('claire', quotedBefore, [medicine()], { requestId })).status).toBe(200);
    await world.sql`insert into switches (scope, state, reason, author)
                    values (${`insurer:${TILLEULS}`}, 'closed', 'test', 'sophie')`;
    await cut(true);
    expect(await codeOf(world.quote('claire', fresh, [medicine()]))).toBe('503 disconnected');
    expect(await codeOf(world.quote('claire', quotedBefore, [medicine()], { requestId }))).toBe(
      '503 disconnected',
    );
    await world.sql`delete from switches`;
    await cut(false);
    expect((await world.send(`/v1/engagements/${fresh}`, { as: 'claire' })).body['state']).toBe('open');
  });

  it('when its guarantee is over', async () => {
    const no = await atPharmacy();
    world.clock.advance(2 * DAY_MS);
    expect(await codeOf(world.quote('claire', no, [medicine()]))).toBe('409 engagement-expired');
  });
});

/** Until the operator has read the switchboard. */
async function cut(isCut: boolean): Promise<void> {
  for (;;) {
    const { status } = await world.check({ as: 'hugo', person: 1, domain: 'PHAR' });
    if ((status === 503) === isCut) return;
  }
}
