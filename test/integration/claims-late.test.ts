// Claims that come long after the care, as they may: what was promised and what was used by then hold as on the first day.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClaimAnswer } from '../../src/operator/settlement/claim-shapes.ts';
import {
  createSettlementWorld,
  device,
  medicine,
  type SettlementWorld,
  TILLEULS,
  TODAY,
} from '../support/settlement-world.ts';

const DAY_MS = 86_400_000;

let world: SettlementWorld;
let invoice = 0;
beforeAll(async () => {
  world = await createSettlementWorld();
}, 60_000);
afterAll(() => world?.close());

/** Person 6: PREMIUM-2, devices up to 300 euros a year beyond the patient's share. */
const withCounter = () => world.engagement({ as: 'claire', person: 6, domain: 'FOUR' });

/** 250.00: the AMO pays 30.00, the patient's share is 20.00, the yearly amount may give 200.00. */
const forDevice = (engagementNo: string, amcAsked: number) => claim(engagementNo, { ...device(), amcAsked });

async function claim(engagementNo: string, line: Record<string, unknown>): Promise<string | undefined> {
  invoice += 1;
  const lines = [line];
  const body = { requestId: randomUUID(), engagementNo, invoiceNo: String(invoice), lotNo: '1', lines };
  const answer = await world.send('/v1/claims', { as: 'claire', body });
  expect(answer.body['code']).toBeUndefined();
  const [one] = answer.body['claims'] as ClaimAnswer[];
  return one?.rejection?.code ?? one?.state;
}

it('what was quoted is paid, also when the insurer has meanwhile dropped the rule from its product', async () => {
  const no = await world.engagement({ as: 'claire', person: 1, domain: 'PHAR' });
  expect((await world.quote('claire', no, [medicine()])).status).toBe(200);
  const rules = { OTHER: { domain: 'PHAR', formula: { k: 'TM' } } };
  const put = { from: TODAY, responsible: false, rules };
  const as = `${TILLEULS}-emetteur`;
  const answer = await world.send('/v1/products/CONFORT-2', { as, method: 'PUT', body: put });
  expect(answer.status).toBe(200);
  expect(await claim(no, { ...medicine(), amcAsked: 700 })).toBe('accepted');
});

it('a request that was booked and comes again for another amount is refused, also when its answer is forgotten', async () => {
  const engagementNo = await world.engagement({ as: 'claire', person: 6, domain: 'FOUR' });
  const send = (amcAsked: number) => {
    const lines = [{ ...device(), amcAsked }];
    const body = {
      requestId: '5d2f6f3e-0000-4000-8000-000000000001',
      engagementNo,
      invoiceNo: '900',
      lotNo: '1',
      lines,
    };
    return world.send('/v1/claims', { as: 'claire', body });
  };
  expect((await send(2_000)).body['claims']).toMatchObject([{ state: 'accepted', amc: 2_000 }]);
  await world.sql`delete from replays`;
  await world.stopOperator();
  await world.startOperator();
  expect((await send(1_000)).body['code']).toBe('request-replayed');
  expect((await send(2_000)).body['claims']).toMatchObject([{ state: 'accepted', amc: 2_000 }]);
});

it('a yearly amount that is used up stays so for every claim that may still come for that year', async () => {
  const [first, second, later, last] = [
    await withCounter(),
    await withCounter(),
    await withCounter(),
    await withCounter(),
  ];
  expect(await forDevice(first, 22_000)).toBe('accepted');
  expect(await forDevice(second, 12_000)).toBe('accepted');
  // March of the next year, within the 180 days; somebody who never asks in between would have to sign up again.
  for (const days of [60, 42]) {
    world.clock.advance(days * DAY_MS);
    await world.check({ as: 'claire', person: 6, domain: 'FOUR' });
  }
  expect(await forDevice(later, 2_000)).toBe('accepted');
  expect(await forDevice(last, 22_000)).toBe('amount-above-quote');
});
