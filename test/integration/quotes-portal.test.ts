// Quotes and claims in the portal: the browser signs them as it signs a check, and the vault opens the engagements that they
// name, and no other.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoFeedLines } from '../../src/demo/demo-people.ts';
import { parisDate, systemClock } from '../../src/lib/clock.ts';
import type { ClaimAnswer } from '../../src/operator/settlement/claim-shapes.ts';
import { about, demoPerson, device, medicine, TILLEULS } from '../support/settlement-world.ts';
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

it('a quote is signed, read and cancelled by the browser of whoever asked for the rights', async () => {
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

async function engagement(): Promise<string> {
  const question = { ...about(demoPerson(1)), requestId: randomUUID(), domain: 'PHAR', careDate };
  return String((await browser.call('POST', '/v1/eligibility', { body: question })).body['engagementNo']);
}

it('claims are sent as one signed batch, listed, and taken back by the browser', async () => {
  const numbers = [await engagement(), await engagement()];
  const claims = numbers.map((engagementNo, i) => ({
    engagementNo,
    invoiceNo: String(i + 1),
    lotNo: '1',
    lines: [{ ...medicine({ careDate }), amcAsked: 700 }],
  }));
  const sent = await browser.call('POST', '/v1/claims', { body: { requestId: randomUUID(), claims } });
  expect(sent.status).toBe(200);
  const answers = sent.body['claims'] as ClaimAnswer[];
  expect(answers.map(({ state, amc }) => [state, amc])).toEqual([
    ['accepted', 700],
    ['accepted', 700],
  ]);
  const path = `/v1/claims/${answers[0]?.claimId}`;
  const takenBack = await browser.call('POST', `${path}/cancellation`, {
    body: { engagementNo: numbers[0] },
  });
  expect(takenBack).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  expect((await browser.call('GET', path)).body).toMatchObject({ state: 'cancelled', amc: 700 });
  const { body } = await browser.call('GET', '/v1/claims?state=accepted');
  expect(body['claims']).toMatchObject([{ claimId: answers[1]?.claimId, amc: 700 }]);
});
