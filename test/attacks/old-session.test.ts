// Sessions of the portal that have grown old, and a clock that goes back: what was locked or over stays so.
// All sign in at the beginning, because the simulator of Pro Santé Connect lives by the real clock.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { ManualClock } from '../../src/lib/clock.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { type Answer, createTestWorld, eligibility, type TestWorld } from '../support/world.ts';

const MINUTE_MS = 60_000;

let clock: ManualClock;
let world: TestWorld;
let claire: SoftwareBrowser;
let hugo: SoftwareBrowser;
let slow: { browser: SoftwareBrowser; back: URL };
beforeAll(async () => {
  clock = new ManualClock(Date.now());
  world = await createTestWorld({ clock, simulator: true });
  [claire, hugo] = await Promise.all([signedIn('claire'), signedIn('hugo')]);
  const browser = new SoftwareBrowser(world.portalUrl);
  slow = { browser, back: await browser.leaveFor('899700210111') };
}, 60_000);
afterAll(() => world?.close());

const evidence = {
  kind: 'member-number',
  memberNo: 'G00000000001',
  beneficiary: { nir: '185059912345607', birthDate: '19850517', birthRank: 1 },
};
const ask = (browser: SoftwareBrowser) =>
  browser.call('POST', '/v1/eligibility', { body: { ...eligibility(), evidence } });
const codeOf = ({ status, body }: Answer) => `${status} ${String(body['code'])}`;
const stateOf = async (browser: SoftwareBrowser) => (await browser.get('/v1/session')).body['state'];

async function signedIn(account: string): Promise<SoftwareBrowser> {
  const browser = new SoftwareBrowser(world.portalUrl);
  await browser.signIn(account);
  return browser;
}

/** Time passes; then the switchboard is read once more, without which nothing is answered. */
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  await expect.poll(async () => (await world.ask({ evidence }, { as: 'ines' })).status).toBe(200);
}

it('a clock that goes back makes no session young: calls are refused until it has caught up', async () => {
  clock.advance(-10 * MINUTE_MS);
  expect((await ask(hugo)).status).not.toBe(200);
  await later(10 * MINUTE_MS);
  expect((await ask(hugo)).status).toBe(200);
});

it('each call keeps a session awake for 15 minutes', async () => {
  await later(14 * MINUTE_MS);
  expect((await ask(claire)).status).toBe(200);
  expect((await ask(hugo)).status).toBe(200);
  await later(14 * MINUTE_MS);
  expect((await ask(hugo)).status).toBe(200);
});

it('a sign-in that took too long is begun again', async () => {
  const { browser, back } = slow;
  expect(await browser.comeBack(back.pathname + back.search)).toBe('/?refused=sign-in-refused');
  expect(await stateOf(browser)).toBe('none');
});

it('after 15 minutes without a call the session is locked: it asks nothing, and can still be ended', async () => {
  await later(2 * MINUTE_MS);
  expect(await stateOf(claire)).toBe('locked');
  expect(codeOf(await ask(claire))).toBe('401 session-locked');
  expect((await claire.call('DELETE', '/v1/session')).status).toBe(200);
  expect(await stateOf(claire)).toBe('none');
});

it('after 4 hours it is over, however busy it was', async () => {
  for (let minutes = 30; minutes < 4 * 60 - 10; minutes += 10) {
    await later(10 * MINUTE_MS);
    expect((await ask(hugo)).status).toBe(200);
  }
  await later(21 * MINUTE_MS);
  expect(codeOf(await ask(hugo))).toBe('401 session-ended');
  expect(await stateOf(hugo)).toBe('none');
}, 30_000);
