// The demo's people as a counter meets them, and answers given by the test itself: for codes that the platform cannot
// give yet, or rarely.

import type { Page } from 'playwright-core';
import { DEMO_PEOPLE, type DemoPerson } from '../../src/demo/demo-people.ts';
import { DEMO_INSURERS } from '../../src/demo/insurers.ts';

/** The N-th of the demo's people for whom a pharmacist gets that code. */
export function personWith(code: '000' | '101' | '200', n = 0): DemoPerson {
  const person = DEMO_PEOPLE.filter(({ expected }) => expected.PHAR === code)[n];
  if (!person) throw new Error(`the demo has no person number ${n} with code ${code}`);
  return person;
}

/** What a scanner types for that person's card. */
export function cardLine({ amcNo, line }: DemoPerson): string {
  const insurer = DEMO_INSURERS.find((one) => one.amcNo === amcNo);
  const { nir, birthDate, birthRank } = line.beneficiary;
  return [amcNo, insurer?.convType, insurer?.csr ?? '', line.memberNo, nir, birthDate, birthRank].join('|');
}

export type Refusal = { code: string; status: number; [extra: string]: unknown };

/** The next questions of this page are answered by the test: for codes that the platform cannot give yet, or rarely. */
export async function answerInstead(page: Page, outcome: string | Refusal, delayMs = 0): Promise<void> {
  await page.unroute('**/v1/eligibility');
  await page.route('**/v1/eligibility', async (route) => {
    const { requestId } = route.request().postDataJSON() as { requestId: string };
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    const status = typeof outcome === 'string' ? 200 : outcome.status;
    const json = typeof outcome === 'string' ? answer(outcome, requestId) : problem(outcome);
    await route.fulfill({ status, json });
  });
}

export const answerReally = (page: Page) => page.unroute('**/v1/eligibility');

export function problem(refusal: Refusal) {
  const words = { title: 'An English sentence.', detail: 'Une phrase en français.' };
  return { type: `urn:rempart:problem:${refusal.code}`, ...words, ...refusal };
}

function answer(code: string, requestId: string) {
  const covered = ['000', '001', '102', '103'].includes(code);
  return {
    requestId,
    code,
    engagementNo: covered ? 'XXC1NMNJJS0DAV62T3YEG1Y0PV' : null,
    covered,
    coverFrom: covered ? '2026-01-01' : null,
    coverTo: code === '103' ? '2026-12-31' : null,
    guaranteeUntil: code === '000' ? '2026-11-23' : null,
    rule: covered ? 'R1' : null,
    responsible: covered ? true : null,
    receipt: { log: 'rempart.example/look/log-1', index: 48_213, leaf: '', signature: '' },
  };
}
