// A quote in the portal: the browser signs it as it signs a check, and the vault opens the engagement that it names.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoFeedLines } from '../../src/demo/demo-people.ts';
import { parisDate, systemClock } from '../../src/lib/clock.ts';
import { about, demoPerson, device, TILLEULS } from '../support/settlement-world.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

let world: TestWorld;
let browser: SoftwareBrowser;
beforeAll(async () => {
  world = await createTestWorld({ simulator: true });
  await world.publish(TILLEULS, demoFeedLines(TILLEULS));
  browser = new SoftwareBrowser(world.portalUrl);
  await browser.signIn('claire');
}, 60_000);
afterAll(() => world?.close());

const careDate = parisDate(systemClock.nowMs());

it('is signed, read and cancelled by the browser of whoever asked for the rights', async () => {
  const question = { ...about(demoPerson(6)), domain: 'FOUR', careDate };
  const checked = await browser.call('POST', '/v1/eligibility', { body: question });
  const no = String(checked.body['engagementNo']);
  const body = { requestId: randomUUID(), engagementNo: no, lines: [device({ careDate })] };
  const answer = await browser.call('POST', '/v1/quotes', { body });
  expect(answer).toMatchObject({ status: 200, body: { total: { amc: 22_000 } } });
  const read = await browser.call('GET', `/v1/engagements/${no}`);
  expect(read.body).toMatchObject({ state: 'quoted', reserved: { amc: 22_000 } });
  const cancelled = await browser.call('DELETE', `/v1/engagements/${no}`);
  expect(cancelled.body).toMatchObject({ state: 'cancelled', freed: 22_000 });
  expect((await browser.get('/v1/reference')).status).toBe(200);
});
