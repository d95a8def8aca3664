// A hundred calls at the same moment for the last unit of a budget, through real HTTP: one gets it. And an emergency
// taken a hundred times at once is taken once. The doors opened are exactly those that were answered.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFESSION_BUDGETS } from '../../src/vault/profession-budgets.ts';
import { somebody } from '../support/somebody.ts';
import { newcomer, openAtOnce, proofOf } from '../support/vault-opener.ts';
import { type Answer, createTestWorld, type TestWorld } from '../support/world.ts';

const AT_ONCE = 100;
const { size } = PROFESSION_BUDGETS.pharmacist.typedPerProfessionalPerDay;

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
  // A connection for each call: what is raced for is the unit, not the handshake.
  for (const as of ['claire', 'lucien', 'lucien-quai']) await atOnce(() => world.send('/health', { as }));
}, 60_000);
afterAll(() => world.close());

let newcomers = 0;
const askFor = (as: string) => {
  newcomers += 1;
  return world.ask({ evidence: somebody(newcomers) }, { as });
};
const atOnce = <T>(act: () => Promise<T>) => Promise.all(Array.from({ length: AT_ONCE }, act));
const ok = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 200);
const doors = async () => (await world.vault.call('openedSince', { after: 0 })).out.numbers.length;

/** At the vault itself: the guard would have asked for a fresh sign-in long before. */
async function atVault(count: number, as: string): Promise<number> {
  const proof = await proofOf(world, as);
  const items = Array.from({ length: count }, () => {
    newcomers += 1;
    return newcomer(proof, newcomers);
  });
  return (await openAtOnce(world, items)).filter(({ ok }) => ok).length;
}

describe('a hundred calls at once', { timeout: 60_000 }, () => {
  it('for the last unit of a pharmacist get one answer, and 99 refusals that name the budget', async () => {
    expect(await atVault(size - 1, 'claire')).toBe(size - 1);
    const before = await doors();
    const answers = await atOnce(() => askFor('claire'));
    expect(ok(answers)).toHaveLength(1);
    // Either wall: so many of one account at once wait for each other, and behind that the unit is gone.
    const budgets = answers.flatMap(({ body }) => body['budget'] ?? []);
    expect(budgets).toHaveLength(AT_ONCE - 1);
    expect(new Set(budgets)).toEqual(new Set(['typedAtOncePerAccount', 'typedPerProfessionalPerDay']));
    expect(await doors()).toBe(before + 1);
  });

  it('from two sites of the same person get one answer between them', async () => {
    await atVault(size - 1, 'lucien');
    let turn = 0;
    const answers = await atOnce(() => {
      turn += 1;
      return askFor(turn % 2 === 0 ? 'lucien' : 'lucien-quai');
    });
    expect(ok(answers)).toHaveLength(1);
  });

  it('for emergency units get them once, and ten people with them', async () => {
    const take = () => world.send('/v1/emergency-units', { body: { reason: 'CARD_READER_BROKEN' } });
    const answers = await atOnce(take);
    expect(ok(answers).map(({ body }) => body['units'])).toEqual([10]);
    const codes = new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body['code']));
    expect([...codes]).toEqual(['emergency-spent']);
    expect(await atVault(AT_ONCE, 'claire')).toBe(10);
  });
});
