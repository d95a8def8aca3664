// The law of claims: whatever is claimed, claimed for less, for too much, taken back and claimed again, what is owed is what
// was answered, and what is left of the yearly amount is what no standing claim has taken. To the cent.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { below, generator, seedOf } from '../../src/lib/seeded-random.ts';
import type { ClaimAnswer } from '../../src/operator/settlement/claim-shapes.ts';
import { createSettlementWorld, device, quoted, type SettlementWorld } from '../support/settlement-world.ts';

const ROUNDS = 3;
const ENGAGEMENTS = 100;
const YEARLY_CENTS = 30_000;

let world: SettlementWorld;
beforeAll(async () => {
  world = await createSettlementWorld();
}, 60_000);
afterAll(() => world?.close());

/** Person 6: PREMIUM-2 pays the patient's share of 20.00, and what is above the base out of the yearly amount. */
const engagement = () => world.engagement({ as: 'hugo', person: 6, domain: 'FOUR' });
/** A claim that stands: what is owed, and how much of it out of the yearly amount. */
type Standing = { claimId: string; owed: number; taken: number };

it('claims, accepted amounts and counters add up after every round of random claims and cancellations', async () => {
  const random = generator(seedOf('claims-totals'));
  const unused = await engagement();
  const numbers: string[] = [];
  for (let i = 0; i < ENGAGEMENTS; i += 1) numbers.push(await engagement());
  const standing = new Map<string, Standing>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const free = numbers.filter((no) => !standing.has(no));
    const asked = free.map((no, i) => {
      const above = below(random, 250);
      const due = 2_000 + above;
      const isTooMuch = below(random, 8) === 0;
      const amcAsked = isTooMuch ? due + 1 : due - below(random, 300);
      const line = { ...device({ price: 5_000 + above }), amcAsked };
      const taken = Math.max(0, above - (due - amcAsked)); // what is not asked for comes out of the yearly amount first
      const claim = { engagementNo: no, invoiceNo: String(i + 1), lotNo: String(round + 1), lines: [line] };
      return { no, claim, isTooMuch, owed: amcAsked, taken };
    });
    const answers = await send(asked.map(({ claim }) => claim));
    asked.forEach(({ no, isTooMuch, owed, taken }, i) => {
      const { claimId, state, amc, rejection } = answers[i] as ClaimAnswer;
      const expected = isTooMuch ? ['rejected', 0, 'amount-above-quote'] : ['accepted', owed, undefined];
      expect([state, amc, rejection?.code]).toEqual(expected);
      if (!isTooMuch) standing.set(no, { claimId: claimId as string, owed, taken });
    });
    await expectTotals(standing, unused);
    const takenBack = [...standing].filter(() => below(random, 2) === 0);
    await Promise.all(takenBack.map(([no, { claimId }]) => takeBack(claimId, no)));
    for (const [no] of takenBack) standing.delete(no);
    await expectTotals(standing, unused);
  }
}, 600_000);

async function send(claims: readonly unknown[]): Promise<ClaimAnswer[]> {
  const body = { requestId: randomUUID(), claims };
  const answer = await world.send('/v1/claims', { as: 'hugo', body });
  expect(answer.status).toBe(200);
  return answer.body['claims'] as ClaimAnswer[];
}

async function takeBack(claimId: string, engagementNo: string): Promise<void> {
  const path = `/v1/claims/${claimId}/cancellation`;
  expect((await world.send(path, { as: 'hugo', body: { engagementNo } })).status).toBe(200);
}

async function expectTotals(standing: ReadonlyMap<string, Standing>, unused: string): Promise<void> {
  const sum = (name: 'owed' | 'taken') =>
    [...standing.values()].reduce((total, claim) => total + claim[name], 0);
  const [row] = await world.sql`
    select coalesce(sum(amc_cents), 0)::int as owed, count(*)::int as claims from claims where state = 'accepted'`;
  expect(row).toEqual({ owed: sum('owed'), claims: standing.size });
  const tried = quoted(await world.quote('hugo', unused, [], { dryRun: true }));
  expect(tried.terms.counters[0]?.left).toBe(YEARLY_CENTS - sum('taken'));
}
