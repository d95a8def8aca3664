// A prior agreement in the portal: the browser signs the request as it signs a quote, and the vault opens the engagement that
// it names.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_PEOPLE, demoFeedLines } from '../../src/demo/demo-people.ts';
import { DEMO_INSURERS } from '../../src/demo/insurers.ts';
import { parisDate, systemClock } from '../../src/lib/clock.ts';
import { about } from '../support/settlement-world.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

let world: TestWorld;
let browser: SoftwareBrowser;
beforeAll(async () => {
  world = await createTestWorld({ simulator: true });
  for (const { amcNo } of DEMO_INSURERS) await world.publish(amcNo, demoFeedLines(amcNo));
  browser = new SoftwareBrowser(world.portalUrl);
  await browser.signIn('marc');
}, 60_000);
afterAll(() => world?.close());

it('is asked for, seen, listed and taken back by the browser of whoever asked for the rights', async () => {
  const person = DEMO_PEOPLE.find(({ expected }) => expected.OPTI === '000');
  if (!person) throw new Error('somebody of the demo has glasses paid');
  const careDate = parisDate(systemClock.nowMs());
  const question = { ...about(person), domain: 'OPTI', careDate };
  const engagementNo = (await browser.call('POST', '/v1/eligibility', { body: question })).body[
    'engagementNo'
  ];
  const frame = { lineNo: 1, actCode: 'MON', quantity: 1, price: 15_000, br: 5, amoRate: 60, careDate };
  const equipment = { age: '16-and-over', sightChanged: false };
  const body = { requestId: randomUUID(), engagementNo, lines: [frame], equipment };
  const asked = await browser.call('POST', '/v1/prior-agreements', { body });
  expect(asked).toMatchObject({ status: 200, body: { state: 'accepted', domain: 'OPTI' } });
  const path = `/v1/prior-agreements/${asked.body['priorAgreementId']}`;
  const { receipt: _receipt, ...facts } = asked.body;
  expect((await browser.call('GET', path)).body).toEqual(facts);
  expect((await browser.call('GET', '/v1/prior-agreements')).body['priorAgreements']).toEqual([facts]);
  expect((await browser.call('DELETE', path)).body).toMatchObject({ state: 'cancelled' });
});
