// A canary is a fake insured in an insurer's feed. Whoever looks one up gets an ordinary answer; only the ledger knows.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoFeedLines } from '../../src/demo/demo-people.ts';
import type { FeedPerson } from '../../src/demo/people.ts';
import { createTestWorld, memberEvidence, type TestWorld } from '../support/world.ts';

const TILLEULS = '0999000101';
const lines = demoFeedLines(TILLEULS).map((text) => JSON.parse(text) as FeedPerson);
const [member] = lines;
const canary = lines.find((line) => line.canary);
if (!member || !canary) throw new Error('the first demo insurer has members and canaries');

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
  await world.publish(TILLEULS, demoFeedLines(TILLEULS));
}, 60_000);
afterAll(() => world?.close());

const identityOf = ({ beneficiary: { nir, birthDate, birthRank } }: FeedPerson) => ({
  kind: 'identity-only',
  beneficiary: { nir, birthDate, birthRank },
  reason: 'EMERGENCY',
});

/** The answer, and what its entry says. */
async function look(as: string, evidence: object, more: Record<string, unknown> = {}) {
  const answer = await world.ask({ evidence, ...more }, { as });
  const [row] = await world.sql<{ rest: string; member: string }[]>`
    select rest, member_view as member from ledger_entries where rest like '{"event":"rights.%' order by seq desc limit 1`;
  return { answer, rest: JSON.parse(row?.rest ?? '{}'), member: row?.member ?? '' };
}

it.each([
  ['by member number', 'claire', memberEvidence],
  ['by NIR alone', 'hugo', identityOf],
] as const)(
  'answers like anybody else when looked up %s, and its entry alone says what it was',
  async (_, as, evidence) => {
    const real = await look(as, evidence(member));
    const fake = await look(as, evidence(canary));
    expect([fake.answer.status, fake.answer.body['code']]).toEqual([200, '000']);
    expect(Object.keys(fake.answer.body)).toEqual(Object.keys(real.answer.body));
    expect(fake.answer.bytes).toBe(real.answer.bytes);
    expect(JSON.stringify(fake.answer.body)).not.toContain('canary');
    expect(fake.rest).toMatchObject({ event: 'rights.checked', canary: true });
    expect(fake.member).not.toContain('canary');
    expect(real.rest).not.toHaveProperty('canary');
    // The guard has seen the entry: typing goes on after a fresh sign-in.
    const next = await look(as, memberEvidence(member));
    expect([next.answer.status, next.answer.body['code']]).toEqual([403, 'fresh-sign-in-required']);
  },
);

it('is told to the ledger whatever the answer is, and not when the proof was wrong', async () => {
  const notCovered = await look('ines', memberEvidence(canary), { careDate: '2024-01-02' });
  const wrong = await look('lucien', memberEvidence({ ...canary, memberNo: 'Z00000000000' }));
  expect([notCovered.answer.body['code'], wrong.answer.body['code']]).toEqual(['200', '200']);
  expect(notCovered.answer.bytes).toBe(wrong.answer.bytes);
  expect(notCovered.rest).toMatchObject({ canary: true });
  expect(wrong.rest).not.toHaveProperty('canary');
});

it('is counted in its feed', async () => {
  const [feed] = await world.sql<
    { canaries: number }[]
  >`select canaries from feeds order by seq desc limit 1`;
  expect(feed?.canaries).toBe(2);
});
