// The emergency units over HTTP, for software and for the portal: a fresh sign-in, a reason of the list, an entry, and
// what each refusal says.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFESSION_BUDGETS } from '../../src/vault/profession-budgets.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { somebody } from '../support/somebody.ts';
import { newcomer, openAtOnce, proofOf } from '../support/vault-opener.ts';
import { type Answer, createTestWorld, type SendOptions, type TestWorld } from '../support/world.ts';

const PATH = '/v1/emergency-units';
const REASON = { reason: 'MANY_WITHOUT_CARD' };
const { size } = PROFESSION_BUDGETS.pharmacist.typedPerProfessionalPerDay;

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ simulator: true });
}, 60_000);
afterAll(() => world?.close());

const take = (sending: SendOptions = {}) => world.send(PATH, { body: REASON, ...sending });
const codeOf = ({ status, body }: Answer) => `${status} ${String(body['code'])}`;

let newcomers = 0;
/** How many the vault still lets this person type; the guard would have asked for a fresh sign-in before. */
async function available(as: string): Promise<number> {
  const proof = await proofOf(world, as);
  const items = Array.from({ length: size + 1 }, () => {
    newcomers += 1;
    return newcomer(proof, newcomers);
  });
  return (await openAtOnce(world, items)).filter(({ ok }) => ok).length;
}
const entries = async () => {
  const rows = await world.sql<{ rest: Record<string, unknown> }[]>`
    select rest::jsonb as rest from ledger_entries where rest::text like '%guard.emergency-units%' order by seq`;
  return rows.map(({ rest }) => rest);
};

describe('a professional in an emergency', () => {
  it('gets ten more people with a reason, once a day for the structure, and it is entered', async () => {
    expect(await available('claire')).toBe(size);
    const { status, body } = await take();
    expect(status).toBe(200);
    expect(body).toEqual({ units: 10, until: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) });
    expect(await available('claire')).toBe(10);
    expect(codeOf(await take())).toBe('429 emergency-spent');
    const alarms = world.sql`select account, response, facts from guard_alarms where detector = 'emergency'`;
    await expect
      .poll(async () => [...(await alarms)])
      .toMatchObject([{ account: 'claire', response: 'watched', facts: { units: 10 } }]);
    expect(await entries()).toEqual([
      expect.objectContaining({ account: 'claire', reason: REASON.reason, units: 10 }),
    ]);
  });

  it('says why, in words of the list', async () => {
    for (const body of [{}, { reason: 'BECAUSE' }, { ...REASON, units: 1_000 }]) {
      expect(codeOf(await take({ as: 'ines', body }))).toBe('422 invalid');
    }
    expect(codeOf(await take({ as: 'ines', token: null }))).toBe('401 token-required');
  });

  it('at the portal signs the order, with the session that is open', async () => {
    const browser = new SoftwareBrowser(world.portalUrl);
    await browser.signIn('hugo');
    expect(codeOf(await browser.send('POST', PATH, { body: REASON }))).toBe('401 proof-required');
    const { status, body } = await browser.call('POST', PATH, { body: REASON });
    expect([status, body['units']]).toEqual([200, 10]);
    expect(codeOf(await browser.call('POST', PATH, { body: REASON }))).toBe('429 emergency-spent');
  });

  it('gets none through a scope that is closed', async () => {
    await world.sql`insert into switches (scope, state, reason, author) values ('account:ines', 'closed', 'test', 'sophie')`;
    const asks = async () => (await world.ask({ evidence: somebody(1) }, { as: 'ines' })).status;
    await expect.poll(asks).toBe(503);
    expect(codeOf(await take({ as: 'ines' }))).toBe('503 disconnected');
    await world.sql`delete from switches`;
    await expect.poll(asks).toBe(200);
    expect((await take({ as: 'ines' })).status).toBe(200);
  });
});
