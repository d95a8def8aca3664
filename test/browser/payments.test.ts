// A structure's money in a real browser on the running platform: the account is changed after a fresh sign-in and waits
// for 72 hours; a run pays; the bank's statement shows it. With REMPART_LOOK=FOLDER it leaves pictures there.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { payCommand } from '../../src/cli/pay.ts';
import { executed, statementOf } from '../../src/demo/bank.ts';
import { ManualClock } from '../../src/lib/clock.ts';
import { PAYMENTS_FR, type PaymentsKey } from '../../web/professional/payments/messages-payments-fr.ts';
import { fill, type Values } from '../../web/shared/catalogue.ts';
import { insertClaim } from '../support/payment-rows.ts';
import { filesIn } from '../support/payment-world.ts';
import { createPortalWorld } from '../support/portal-world.ts';
import { tempDir } from '../support/temp-dir.ts';
import type { TestWorld } from '../support/world.ts';
import { type Chromium, launchChromium } from './chromium.ts';
import { ProfessionalPortal } from './professional-portal.ts';
import { axeFaults, sidewaysOverflow, watchPage } from './watch.ts';

/** Of a bank code that nobody has. */
const IBAN = 'FR7699901000010000000010389';
const GROUPED = 'FR76 9990 1000 0100 0000 0010 389';
const MASKED = 'FRxx •••• 0389';
const STRUCTURE = 'S-PHARMACIE-QUAI';
const LOOK = process.env['REMPART_LOOK'];

let world: TestWorld;
let chromium: Chromium;
let context: BrowserContext;
let page: Page;
let portal: ProfessionalPortal;
let complaints: string[];
/** Pro Santé Connect and the command go by the machine's time. */
const clock = new ManualClock(Date.now());

beforeAll(async () => {
  [world, chromium] = await Promise.all([createPortalWorld({ clock }), launchChromium()]);
  writeFileSync(world.paths.demo, JSON.stringify({ database: world.ownerUrl }));
  if (LOOK) mkdirSync(LOOK, { recursive: true });
  context = await chromium.browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(5_000);
  complaints = await watchPage(page);
  portal = new ProfessionalPortal(page, world.portalUrl);
  await portal.open();
  await portal.signIn();
  await page.getByRole('button', { name: 'Lucien Garrigue' }).click();
  await portal.chooseStructure('Pharmacie du Quai');
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await world?.close();
});
afterEach(() => vi.unstubAllEnvs());

const said = (key: PaymentsKey, values: Values = {}) => fill(PAYMENTS_FR[key], values);
const main = () => page.locator('main');
const seen = (text: string) => page.getByText(text).first().waitFor();

async function pay(...argv: string[]): Promise<void> {
  vi.stubEnv('REMPART_DIR', world.paths.base);
  const quiet = () => undefined;
  expect(await payCommand(argv, { stdout: quiet, stderr: quiet, json: true, now: () => 0 })).toBe(0);
}

const addClaim = (cents: number) => insertClaim(world.sql, STRUCTURE, cents);

/** At three widths, in both languages and appearances: read by axe, nothing sticks out, a picture when asked for. */
async function readEverywhere(name: string): Promise<void> {
  for (const [width, height, language, theme] of [
    [320, 640, 'FR', 'light'],
    [390, 844, 'EN', 'dark'],
    [1280, 800, 'EN', 'light'],
    [1280, 800, 'FR', 'dark'],
  ] as const) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByText(language, { exact: true }).click();
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width, height });
    const path = join(LOOK ?? '', `${name}-${width}-${language}-${theme}.png`);
    if (LOOK) await page.screenshot({ path, fullPage: true });
    expect(await axeFaults(page)).toEqual([]);
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

describe('before anything is paid', () => {
  it('says that there is no transfer, and that claims wait because nobody knows where to pay', async () => {
    await addClaim(12_345);
    await portal.open();
    await portal.scanField.waitFor();
    await portal.open('/payments');
    await seen(said('none.title'));
    await seen(said('waiting.missing.title'));
    await main().getByText('123,45').waitFor();
    await readEverywhere('payments-none');
  });

  it('a reading that fails says so and can be tried again', async () => {
    const AWAY = { code: 'overloaded', status: 503, title: '', detail: '', type: '' };
    await page.route('**/v1/payments', (route) => route.fulfill({ status: 503, json: AWAY }));
    await portal.open('/payments');
    await portal.refusal.waitFor();
    await page.unroute('**/v1/payments');
    await portal.button('app.retry').click();
    await seen(said('none.title'));
  });
});

describe('the bank details', () => {
  it('are checked at their fields before they leave, by keyboard alone', async () => {
    await page.getByRole('link', { name: said('waiting.link') }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel(said('change.holder')).focus();
    await page.keyboard.type('Pharmacie du Quai');
    await page.keyboard.press('Tab');
    await page.keyboard.type(IBAN.replace('389', '388').toLowerCase());
    await page.keyboard.press('Enter');
    await seen(said('problem.iban'));
    expect(await page.locator(':focus').getAttribute('name')).toBe('iban');
    await readEverywhere('account-wrong');
  });

  it('a refusal of the server stands at the field, and the focus with it', async () => {
    await page.getByLabel('IBAN').fill(IBAN);
    const json = { code: 'bank-details-refused', status: 422, title: 'no', detail: 'Rien n’a été changé.' };
    await page.route('**/v1/bank-details', (route) => route.fulfill({ status: 422, json }));
    await page.keyboard.press('Enter');
    await page.locator('.field-problem').getByText('Rien n’a été changé.').waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('iban');
    await page.unroute('**/v1/bank-details');
  });

  it('are changed once the person has signed in anew, and wait for 72 hours', async () => {
    const [before] = await world.sql`select grant_id from sessions where ended_at is null`;
    clock.advance(11 * 60_000);
    await page.getByLabel('IBAN').fill(IBAN);
    await page.keyboard.press('Tab');
    expect(await page.getByLabel('IBAN').inputValue()).toBe(GROUPED);
    await page.getByRole('button', { name: said('change.send') }).focus();
    await page.keyboard.press('Enter');
    await portal.refusal.waitFor();
    expect(await portal.refusal.textContent()).toContain('fresh-sign-in-required');
    await readEverywhere('account-fresh');
    expect(await world.sql`select from bank_details`).toHaveLength(0);

    clock.advance(Date.now() - clock.nowMs()); // whose time a sign-in of now has
    const opening = context.waitForEvent('page');
    await page.getByRole('link', { name: portal.text('confirm.sign-in') }).focus();
    await page.keyboard.press('Enter');
    const tab = await opening;
    await tab.getByRole('button', { name: 'Lucien Garrigue' }).click();
    await tab.getByRole('heading', { name: portal.text('confirmed.title') }).waitFor();
    await tab.close();
    await seen(portal.text('confirm.done'));
    const [after] = await world.sql`select grant_id from sessions where ended_at is null`;
    expect(after?.['grant_id']).not.toBe(before?.['grant_id']);

    expect(await page.getByLabel('IBAN').inputValue()).toBe(GROUPED); // kept until it is sent
    expect(await page.locator(':focus').textContent()).toBe(said('change.send'));
    await page.keyboard.press('Enter');
    await seen(said('account.next'));
    expect(await page.locator('[data-waiting]').textContent()).toContain(MASKED);
    expect(await page.locator('[data-waiting]').textContent()).toMatch(/dans 7[12]\sh\s\d\d/);
    expect(await page.getByLabel('IBAN').inputValue()).toBe('');
    expect((await page.content()).replace(/\s/g, '')).not.toContain('99901');
    await readEverywhere('account-saved');
  });

  it('tell whoever looks later what to do when it was not theirs', async () => {
    await portal.open('/bank-details');
    await seen(said('alarm.title'));
    await readEverywhere('account-waiting');
    await portal.open('/payments');
    await seen(said('waiting.freeze.text'));
  });
});

describe('transfers', () => {
  it('show what a run has paid, and when the bank has shown it', async () => {
    // For the rows: a sign-in could not be made in the future.
    await world.sql`update bank_details
      set put_at = put_at - interval '72 hours', in_force_from = in_force_from - interval '72 hours'`;
    const second = await addClaim(1_055);
    const out = tempDir();
    await pay('run', '--out', out, '--by', 'sophie', '--and', 'theo');
    await portal.open('/payments');
    const line = page.locator('.transfer');
    await line.waitFor();
    expect(await line.textContent()).toContain(said('bank.not-seen'));
    expect(await line.textContent()).toContain('134,00');
    expect(await page.getByText(said('waiting.missing.title')).count()).toBe(0);

    const statement = join(tempDir(), 'statement.xml');
    writeFileSync(statement, statementOf(executed(filesIn(out)[0]?.text ?? '')));
    await pay('statement', statement);
    await page.getByRole('button', { name: said('refresh') }).click();
    await line.getByText(said('bank.paid', { day: '01/12/2026' })).waitFor();
    await line.locator('summary').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: second }).waitFor();
    expect(await page.getByRole('row', { name: second }).textContent()).toContain('10,55');
    expect(await page.locator('[data-total="seen"]').textContent()).toContain('134,00');
    expect((await page.content()).replace(/\s/g, '')).not.toContain('99901');
  });

  it('of every kind the bank can say are told apart in words', async () => {
    await addClaim(99_999);
    await addClaim(4_200);
    for (const bank of ['returned', 'other-amount', null]) {
      await addClaim(8_150);
      await pay('run', '--out', tempDir(), '--by', 'sophie', '--and', 'theo');
      await world.sql`update transfers set bank_state = ${bank}, bank_on = ${bank && '2026-12-02'},
          late_at = ${bank === null ? '2026-12-04T08:00:00Z' : null}
        where advice = (select max(advice) from transfers)`;
    }
    await portal.open('/payments');
    await page.locator('.transfer').nth(3).waitFor();
    const states = await page
      .locator('.transfer')
      .evaluateAll((all) => all.map((one) => one.dataset['bank']));
    expect(states).toEqual(['late', 'other-amount', 'returned', 'paid']);
    await page.locator('.transfer summary').nth(2).click();
    await readEverywhere('payments');
  });

  it('are pages of twenty that follow one another', async () => {
    await world.sql`
      with runs as (
        insert into payment_runs (id, day, frozen_at, execute_on, late_from, claims, cents, digest, written_at)
        select 'PAY-20250101-' || n, day, frozen_at, execute_on, late_from, 1, n, digest, written_at
        from generate_series(1, 30) n, (select * from payment_runs limit 1) r returning id, cents)
      insert into transfers (id, run_id, insurer_id, structure, advice, cents, claims, claims_digest, bank_details_id)
      select gen_random_uuid(), runs.id, insurer_id, structure, runs.id || '-0000001', runs.cents, 1, claims_digest,
        bank_details_id from runs, (select * from transfers limit 1) t`;
    await page.getByRole('button', { name: said('refresh') }).click();
    await page.locator('.transfer').nth(19).waitFor();
    await page.getByRole('button', { name: said('more') }).click();
    await page.locator('.transfer').nth(33).waitFor();
    expect(await page.getByRole('button', { name: said('more') }).count()).toBe(0);
  });

  it('are downloaded as the table that spreadsheets read', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: said('csv') }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('paiements-rempart.csv');
    const bytes = readFileSync(await file.path());
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    expect(bytes.toString('utf8')).toContain(';134,00;');
    await seen(said('csv.done'));
  });

  it('kept to the CSP and reported no error', () => {
    expect(complaints).toEqual([]);
  });
});
