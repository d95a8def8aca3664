// How much is paid, in a real browser on the running platform and by keyboard alone: an optician's patient whose insurer
// wants to agree first, from the check to the line on the bank's statement, and a pharmacist with boxes. The strict CSP and
// axe-core watch every step.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { payCommand } from '../../src/cli/pay.ts';
import { executed, statementOf } from '../../src/demo/bank.ts';
import { DEMO_PEOPLE, type DemoPerson } from '../../src/demo/demo-people.ts';
import { letBankDetailsComeIntoForce } from '../../src/demo/demo-store-sql.ts';
import { PAYMENTS_FR } from '../../web/professional/payments/messages-payments-fr.ts';
import { fill } from '../../web/shared/catalogue.ts';
import { filesIn } from '../support/payment-world.ts';
import { cardLine, personWith } from '../support/portal-answers.ts';
import { createPortalWorld } from '../support/portal-world.ts';
import { tempDir } from '../support/temp-dir.ts';
import type { TestWorld } from '../support/world.ts';
import { type Chromium, launchChromium } from './chromium.ts';
import { ProfessionalPortal } from './professional-portal.ts';
import { axeFaults, inPage, sidewaysOverflow, watchPage } from './watch.ts';

/** Product PREMIUM-2: glasses up to 160 euros beyond the patient's share, once the insurer has agreed. */
const BERNARD = DEMO_PEOPLE[5] as DemoPerson;
/** Of a bank code that nobody has. */
const IBAN = 'FR7699901000010000000010389';
/** An accented, non-breaking text as a person reads it. */
const plain = (text: string | null) => text?.replaceAll(/\s/g, ' ') ?? '';

let world: TestWorld;
let chromium: Chromium;
let context: BrowserContext;
let page: Page;
let portal: ProfessionalPortal;
let complaints: string[];
/** Bodies of the calls that left the page, by path. */
const sent = new Map<string, Record<string, unknown>[]>();

beforeAll(async () => {
  [world, chromium] = await Promise.all([createPortalWorld(), launchChromium()]);
  writeFileSync(world.paths.demo, JSON.stringify({ database: world.ownerUrl }));
  context = await chromium.browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(5_000);
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== 'POST' || !pathname.startsWith('/v1/')) return;
    sent.set(pathname, [...(sent.get(pathname) ?? []), request.postDataJSON() as Record<string, unknown>]);
  });
  complaints = await watchPage(page);
  portal = new ProfessionalPortal(page, world.portalUrl);
}, 90_000);

afterAll(async () => {
  await chromium?.close();
  await world?.close();
});

afterEach(() => vi.unstubAllEnvs());

/** `rempart pay`, with both persons' keys at hand; what it prints. */
async function pay(...argv: string[]): Promise<unknown> {
  vi.stubEnv('REMPART_DIR', world.paths.base);
  let said = '';
  const io = {
    stdout(text: string) {
      said += text;
    },
    stderr: () => undefined,
    json: true,
    now: () => 0,
  };
  expect(await payCommand(argv, io)).toBe(0);
  return JSON.parse(said);
}

async function typeInto(fields: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) {
    await portal.tabTo(name);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
  }
}

async function press(label: string): Promise<void> {
  await portal.tabTo(label);
  await page.keyboard.press('Enter');
}

const due = async (part: 'price' | 'amoGross' | 'amc' | 'patient') =>
  plain(await page.locator(`.due [data-part="${part}"] dd`).textContent());
const lastSent = (path: string) => sent.get(path)?.at(-1) ?? {};

async function nothingWrong(): Promise<void> {
  expect(await axeFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
}

async function signIn(name: string): Promise<void> {
  await context.clearCookies();
  await portal.open();
  await portal.button('sign-in.button').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Qui se connecte ?' }).waitFor();
  await press(name);
  await portal.scanField.waitFor();
}

/** From the counter to the desk of the quote: scan, the answer, M. */
async function toQuote(person: DemoPerson, code: string): Promise<void> {
  await portal.scan(cardLine(person));
  expect(await portal.answerCode()).toBe(code);
  await page.waitForTimeout(100); // within a scanner's burst a letter is no shortcut
  await page.keyboard.press('m');
  await page.getByRole('heading', { level: 1, name: portal.text('quote.title') }).waitFor();
}

const value = (name: string) => page.locator(`[name="${name}"]`).inputValue();

describe('an optician whose patient’s insurer wants to agree first', () => {
  it('is led from the answer to the amount by one key', async () => {
    await signIn('Marc Hourtin');
    await toQuote(BERNARD, '102');
    await page.locator('[data-agreement="needed"]').waitFor();
    expect(lastSent('/v1/quotes')).toMatchObject({ lines: [], dryRun: true });
    await nothingWrong();
  });

  it('sees who pays what while a free-price frame and 100 % Santé lenses are typed', async () => {
    await press(portal.text('template.glasses-mixed'));
    await typeInto({ 'price-1': '150', 'price-2': '80', 'br-2': '37,50', 'price-3': '80', 'br-3': '37,50' });
    await page.locator('[data-line="3"] .why').waitFor();
    expect([await due('price'), await due('amoGross'), await due('amc'), await due('patient')]).toEqual([
      '310,00 €',
      '45,03 €',
      '214,97 €',
      '50,00 €',
    ]);
    await nothingWrong();
  });

  it('cannot have it guaranteed before the insurer has agreed, and is told so', async () => {
    await press(portal.text('quote.guarantee'));
    await portal.refusal.first().waitFor();
    expect(await portal.refusal.first().textContent()).toContain('prior-agreement-needed');
    await nothingWrong();
  });

  it('has the insurer agree', async () => {
    await portal.tabTo(portal.text('agreement.age.under-6'));
    await page.keyboard.press('ArrowLeft'); // round the end: 16 and over
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await press(portal.text('agreement.ask'));
    await page.locator('[data-agreement="accepted"]').waitFor();
    expect(lastSent('/v1/prior-agreements')).toMatchObject({
      equipment: { age: '16-and-over', sightChanged: false },
    });
    await nothingWrong();
  });

  it('guarantees to the cent what the page had computed', async () => {
    const live = [await due('amoGross'), await due('amc'), await due('patient')];
    await press(portal.text('quote.guarantee'));
    await page.locator('.due[data-promised="true"]').waitFor();
    expect([await due('amoGross'), await due('amc'), await due('patient')]).toEqual(live);
    expect(await page.locator('.due-changed').count()).toBe(0);
    await nothingWrong();
  });

  it('reads the reasons of a line in words', async () => {
    expect(await page.locator('.reasons-list:visible').count()).toBe(0);
    await page.locator('[data-line="1"] .why').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.reasons-list:visible').count()).toBe(1);
    const said = plain(await page.locator('[data-line="1"] .reasons-list').textContent());
    expect(said).toContain('La mutuelle paie 99,97 € sur 149,97 €');
    await nothingWrong();
  });

  it('sends the claim for exactly what was quoted', async () => {
    await typeInto({ invoiceNo: '4711', lotNo: '12' });
    await page.keyboard.press('Enter');
    await page.locator('[data-claim="accepted"]').waitFor();
    const { lines } = lastSent('/v1/claims') as { lines: { amcAsked: number }[] };
    expect(lines.reduce((sum, { amcAsked }) => sum + amcAsked, 0)).toBe(21_497);
    await nothingWrong();
  });

  it('finds it in the list, opens it and goes back', async () => {
    await press(portal.text('claim.see'));
    await page.locator('.claim-now [data-state="accepted"]').waitFor();
    expect(plain(await page.locator('main').textContent())).toContain('214,97 €');
    await nothingWrong();
    await press(portal.text('claim.all'));
    await page.locator('tbody [data-state="accepted"]').waitFor();
    await nothingWrong();
  });

  it('takes the list along as a table, by a call that is signed', async () => {
    await portal.tabTo(portal.text('csv.download'));
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(readFileSync(await download.path(), 'utf8')).toContain('214,97');
  });

  it('is paid by the next run, and sees the bank’s line matched to the claim', async () => {
    await portal.open('/bank-details');
    await typeInto({ holder: 'Optique du Beffroi', iban: IBAN });
    await page.keyboard.press('Enter');
    await page.locator('[data-waiting]').waitFor();
    expect(await letBankDetailsComeIntoForce(world.ownerUrl)).toBe(1);
    const out = tempDir();
    expect(await pay('run', '--out', out, '--by', 'sophie', '--and', 'theo')).toMatchObject({
      cents: 21_497,
    });
    await portal.open('/payments');
    const transfer = page.locator('.transfer');
    await transfer.getByText(PAYMENTS_FR['bank.not-seen']).waitFor();
    const [file] = filesIn(out);
    const statement = join(out, 'statement.xml');
    writeFileSync(statement, statementOf(executed(file?.text ?? '', '2026-12-02')));
    expect(await pay('statement', statement)).toMatchObject({ statements: [{ transfers: 1 }] });
    await portal.open('/payments');
    await transfer.getByText(fill(PAYMENTS_FR['bank.paid'], { day: '02/12/2026' })).waitFor();
    expect(plain(await transfer.textContent())).toContain('214,97 €');
    await nothingWrong();
  });

  it('finds the prior agreement in its list, without anybody’s identity', async () => {
    await portal.open('/prior-agreements');
    await page.getByText(portal.text('agreement.state.accepted')).first().waitFor();
    const said = (await page.locator('main').textContent()) ?? '';
    expect(said).not.toContain(BERNARD.line.beneficiary.nir);
    expect(said).not.toContain(BERNARD.line.memberNo);
    await nothingWrong();
  });
});

describe('a pharmacist', () => {
  it('finds an act by a word, is told what is wrong beside its field, and corrects it', async () => {
    await signIn('Claire Aubrac');
    await toQuote(personWith('000'), '000');
    await portal.tabTo(portal.text('quote.add'));
    await page.keyboard.press('Enter');
    await page.keyboard.type('irrempl');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => value('actCode-1')).toBe('PH1');
    expect(await value('amoRate-1')).toBe('100');
    await portal.tabTo(portal.text('quote.guarantee'));
    await page.keyboard.press('Enter');
    await page.getByText(portal.text('line.problem.missing')).first().waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('price-1');
    await page.keyboard.type('20');
    expect(await value('br-1')).toBe('20');
    expect(await due('patient')).toBe('0,00 €');
    await nothingWrong();
  });

  it('duplicates and removes lines, and changes what was guaranteed', async () => {
    await portal.tabTo(portal.text('line.duplicate.label').replace('{no}', '1'));
    await page.keyboard.press('Enter');
    await typeInto({ 'actCode-2': 'PH7', 'price-2': '10' });
    expect(await due('amc')).toBe('3,50 €');
    await page.keyboard.press('Enter');
    await page.locator('.due[data-promised="true"]').waitFor();
    await portal.tabTo(portal.text('line.remove.label').replace('{no}', '2'));
    await page.keyboard.press('Enter');
    await page.getByText(/3,50/).first().waitFor();
    expect(await page.locator('.due').getAttribute('data-promised')).toBe('false');
    await portal.tabTo(portal.text('quote.guarantee-again'));
    await page.keyboard.press('Enter');
    await page.locator('.due[data-promised="true"]').waitFor();
    expect(await due('amc')).toBe('0,00 €');
    await nothingWrong();
  });

  it('leaves nothing of the open quote in any storage of the browser, nor in its history', async () => {
    const number = (await page.locator('.engagement-no').textContent()) ?? '';
    expect(number).toHaveLength(26);
    const kept = JSON.stringify(await context.storageState({ indexedDB: true }));
    const ofTab = await inPage<string>(page, 'JSON.stringify([{ ...sessionStorage }, history.state])');
    expect([kept, ofTab, page.url()].filter((text) => text.includes(number))).toEqual([]);
  });

  it('goes on with an engagement by its number, and only with one of its own', async () => {
    const number = (await page.locator('.engagement-no').textContent())?.replaceAll(' ', '') ?? '';
    await portal.open('/quote');
    await portal.tabTo('engagementNo');
    await page.keyboard.type(`${number.startsWith('0') ? '1' : '0'}${number.slice(1)}`);
    await page.keyboard.press('Enter');
    await portal.refusal.waitFor();
    expect(await portal.refusal.textContent()).toContain('engagement-unknown');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(number);
    await page.keyboard.press('Enter');
    await page.getByText(portal.text('quote.empty')).waitFor();
    await nothingWrong();
  });
});

describe('what the page keeps', () => {
  it('is in memory only: no engagement in the address or the browser’s storage', async () => {
    const number = String(lastSent('/v1/claims')['engagementNo']);
    expect(number).toHaveLength(26);
    const kept = JSON.stringify(await context.storageState({ indexedDB: true }));
    expect(kept.includes(number)).toBe(false);
    expect(page.url()).not.toContain(number);
    const addresses = [...sent.keys()];
    expect(addresses.filter((path) => path.includes(number))).toEqual([]);
  });
});

describe('every screen about money', () => {
  it.each(['/quote', '/claims', '/prior-agreements', '/payments', '/bank-details'])(
    '%s is accessible and fits 320 px',
    async (path) => {
      await portal.open(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      await nothingWrong();
      await page.setViewportSize({ width: 1280, height: 800 });
    },
  );
});
