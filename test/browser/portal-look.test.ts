// The professional's portal in a real browser, by keyboard alone, under the strict CSP, with canned answers
// (test/support/portal-look.ts). What the platform itself answers is tested elsewhere.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LookServer, startLookServer } from '../support/portal-look.ts';
import { type Chromium, launchChromium } from './chromium.ts';
import { LINE, NIR } from './look.ts';
import { ProfessionalPortal } from './professional-portal.ts';
import { axeFaults, sidewaysOverflow, watchPage } from './watch.ts';

let chromium: Chromium;
let look: LookServer;
let context: BrowserContext;
let page: Page;
let portal: ProfessionalPortal;
let complaints: string[];

beforeAll(async () => {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build-web.js')], {
    stdio: 'pipe',
  });
  [look, chromium] = await Promise.all([startLookServer(), launchChromium()]);
  context = await chromium.browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  complaints = await watchPage(page);
  portal = new ProfessionalPortal(page, look.url);
  await portal.open();
  await portal.button('sign-in.button').waitFor();
  await page.keyboard.press('Enter'); // the button has the focus
  await page.getByRole('heading', { name: portal.text('structure.title') }).waitFor();
  await page.keyboard.press('Enter'); // so has the first structure
  await portal.scanField.waitFor();
}, 60_000);

afterAll(async () => {
  await chromium?.close();
  await look?.close();
});

beforeEach(async () => {
  Object.assign(look.scene, { state: 'open', account: 0, outcome: '000', delayMs: 0 });
  look.asked.length = 0;
  await portal.open();
  await portal.scanField.waitFor();
});

const focused = () => page.locator(':focus').getAttribute('name');
/** An answer ignores Enter for half a second: scanners send two. */
const rested = () => page.waitForTimeout(600);

describe('at the counter', () => {
  it('a scan asks, the answer has the keys, N begins the next patient', async () => {
    await portal.scan(LINE);
    expect(await portal.answerCode()).toBe('000');
    expect(look.asked[0]).toMatchObject({
      amcNo: '0999000101',
      csr: '750100200',
      domain: 'PHAR',
      evidence: { kind: 'member-number', beneficiary: { nir: NIR, birthDate: '19790514', birthRank: 1 } },
    });
    await rested();
    await portal.nextPatient();
    expect(await focused()).toBe('scan');
    expect(await portal.field('nir').inputValue()).toBe('');
    expect(await portal.answer.count()).toBe(0);
  });

  it('the next card may be scanned straight over an answer', async () => {
    await portal.scan(LINE);
    await portal.answerCode();
    await portal.scan(LINE.replace('T00000000001', 'T00000000002'));
    await expect.poll(() => look.asked.length).toBe(2);
    expect(look.asked[1]).toMatchObject({ evidence: { memberNo: 'T00000000002' } });
  });

  it('C copies the engagement number, whole and without blanks', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await portal.scan(LINE);
    await portal.answerCode();
    await page.keyboard.press('c');
    await page.getByText(portal.text('answer.copied')).waitFor();
    await portal.scanField.focus();
    await page.keyboard.press('Control+V');
    expect(await portal.scanField.inputValue()).toBe('XXC1NMNJJS0DAV62T3YEG1Y0PV');
  });

  it('a second Enter of the scanner does not wipe the answer away', async () => {
    await portal.scan(LINE);
    await portal.answer.waitFor();
    await page.keyboard.press('Enter');
    expect(await portal.answerCode()).toBe('000');
  });

  it('typed without a card, it owes a reason and tells it', async () => {
    await page.keyboard.press('F2');
    await portal.typeQuestion({ amcNo: '999000101', convType: 'rp', nir: NIR, birthDate: '14051979' });
    expect(look.asked).toEqual([]);
    await page.getByText(portal.text('reason.EMERGENCY'), { exact: true }).click();
    await page.keyboard.press('Enter');
    await portal.answerCode();
    expect(look.asked[0]).toMatchObject({ evidence: { kind: 'identity-only', reason: 'EMERGENCY' } });
  });

  it('what is wrong is said beside its field, and the focus goes to the first', async () => {
    await portal.typeQuestion({ nir: NIR.slice(0, 13), birthDate: '1405' });
    expect(await focused()).toBe('amcNo');
    for (const problem of ['problem.missing', 'problem.nir-length', 'problem.birth-shape'] as const)
      expect(await page.getByText(portal.text(problem)).count()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('scan');
    expect(await portal.field('nir').inputValue()).toBe('');
  });

  it('an edit takes the answer away: it never stands beside other numbers', async () => {
    await portal.scan(LINE);
    await portal.answerCode();
    await portal.field('memberNo').fill('T00000000009');
    expect(await portal.answer.count()).toBe(0);
  });
});

describe('a refusal', () => {
  it('that may have been answered is repeated with the same requestId', async () => {
    look.scene.outcome = { code: 'disconnected', status: 503 };
    await portal.scan(LINE);
    await portal.refusal.waitFor();
    look.scene.outcome = '000';
    await page.keyboard.press('r');
    await portal.answerCode();
    expect(look.asked[1]).toEqual(look.asked[0]);
  });

  it('about a field puts the focus there', async () => {
    look.scene.outcome = { code: 'routing-unknown', status: 404 };
    await portal.scan(LINE);
    await portal.refusal.waitFor();
    expect(await focused()).toBe('amcNo');
  });

  it('that says the session is over leads to sign-in, with the reason', async () => {
    look.scene.outcome = { code: 'session-ended', status: 401 };
    await portal.scanField.focus();
    look.scene.state = 'none';
    await portal.scan(LINE);
    await portal.button('sign-in.button').waitFor();
    expect(await page.getByText(portal.text('refusal.session-ended.title')).count()).toBe(1);
  });

  it('that says it is locked clears the screen', async () => {
    look.scene.outcome = { code: 'session-locked', status: 401 };
    look.scene.state = 'locked';
    await portal.scan(LINE);
    await portal.button('locked.passkey').waitFor();
    expect(await page.content()).not.toContain(NIR);
  });
});

describe('the first load', () => {
  it('stays small', () => {
    const pages = join(import.meta.dirname, '../../dist/web/professional');
    const html = readFileSync(join(pages, 'index.html'), 'utf8');
    const files = [...html.matchAll(/"\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);
    const bytes = ['index.html', ...files].map((path) => gzipSync(readFileSync(join(pages, path))).length);
    expect(files.length).toBeGreaterThan(2);
    // 140 kB on the day this was written; more calls for a look at what came in.
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(160_000);
  });
});

describe('every screen', () => {
  it.each(['/', '/today', '/software', '/passkeys', '/help'])(
    '%s is accessible and fits 320 px',
    async (path) => {
      await portal.open(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 1280, height: 800 });
    },
  );

  it('kept to the CSP, reported no error and signed every call', () => {
    expect(complaints).toEqual([]);
    expect(look.badProofs).toEqual([]);
  });
});
