// How much is paid, in a real browser on the running platform and by keyboard alone: an optician from the check to the
// line on the bank's statement, a pharmacist with boxes. The strict CSP and axe-core watch every page.

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { payCommand } from '../../src/cli/pay.ts';
import { DEMO_PEOPLE, type DemoPerson } from '../../src/demo/demo-people.ts';
import { executed, statementOf } from '../support/bank.ts';
import { filesIn } from '../support/payment-world.ts';
import { cardLine, personWith } from '../support/portal-answers.ts';
import { createPortalWorld } from '../support/portal-world.ts';
import { tempDir } from '../support/temp-dir.ts';
import type { TestWorld } from '../support/world.ts';
import { type Chromium, launchChromium } from './chromium.ts';
import { ProfessionalPortal } from './professional-portal.ts';
import { axeFaults, sidewaysOverflow, watchPage } from './watch.ts';

/** Bernard Lefort: his insurer wants to agree to glasses first, and pays much for them. */
const BERNARD = DEMO_PEOPLE[5] as DemoPerson;
const IBAN = 'FR7699901000010000000010389';

let world: TestWorld;
let chromium: Chromium;
let context: BrowserContext;
let page: Page;
let portal: ProfessionalPortal;
let complaints: string[];

beforeAll(async () => {
  [world, chromium] = await Promise.all([createPortalWorld(), launchChromium()]);
  await writeFile(world.paths.demo, JSON.stringify({ database: world.ownerUrl }));
  context = await chromium.browser.newContext({
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
  });
  page = await context.newPage();
  page.setDefaultTimeout(5_000);
  complaints = await watchPage(page);
  portal = new ProfessionalPortal(page, world.portalUrl);
}, 90_000);

afterAll(async () => {
  await chromium?.close();
  await world?.close();
});
afterEach(() => vi.unstubAllEnvs());

const press = (...keys: string[]) =>
  keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
const type = (text: string) => page.keyboard.type(text);
const value = (name: string) => page.locator(`[name="${name}"]`).inputValue();
const due = (part: 'amoGross' | 'amc' | 'patient') =>
  page.locator(`.due [data-part="${part}"] dd`).textContent();
const euros = (text: string | null) => text?.replaceAll(/\s/g, ' ');
const nothingWrong = async () => {
  expect(await axeFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
};

async function signIn(who: string, structure?: string): Promise<void> {
  await context.clearCookies();
  await portal.open();
  await portal.button('sign-in.button').waitFor();
  await press('Enter');
  const picked = page.getByRole('button', { name: who });
  await Promise.race([picked.waitFor(), portal.scanField.waitFor()]);
  if (await picked.isVisible()) {
    await portal.tabTo(who);
    await press('Enter');
  }
  if (structure) {
    await page.getByRole('heading', { name: portal.text('structure.title') }).waitFor();
    await portal.tabTo(structure);
    await press('Enter');
  }
  await portal.scanField.waitFor();
}

/** From the counter to the desk of the quote: scan, the answer, M. */
async function toQuote(person: DemoPerson, code: string): Promise<void> {
  await portal.scan(cardLine(person));
  expect(await portal.answerCode()).toBe(code);
  await page.waitForTimeout(100); // a letter within a scanner's burst is no shortcut
  await press('m');
  await page.getByRole('heading', { level: 1, name: portal.text('quote.title') }).waitFor();
}

/** What is typed into the focused field, then on to the next one. */
async function fill(line: number, fields: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) {
    await portal.tabTo(`${name}-${line}`);
    await press('Control+A');
    await type(text);
  }
}

async function pay(...argv: string[]): Promise<Record<string, unknown>> {
  vi.stubEnv('REMPART_DIR', world.paths.base);
  let stdout = '';
  const io = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: () => undefined,
    json: true,
    now: () => 0,
  };
  await payCommand(argv, io);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('an optician', () => {
  it('checks, and is led to the amount, which needs the insurer’s agreement', async () => {
    await signIn('Marc Hourtin');
    await toQuote(BERNARD, '102');
    await page.getByRole('heading', { name: portal.text('agreement.title') }).waitFor();
    await nothingWrong();
  });

  it('fills in 100 % Santé lenses and a free-price frame by keyboard, with amounts as they are typed', async () => {
    await portal.tabTo(portal.text('template.glasses-mixed'));
    await press('Enter');
    expect(await value('actCode-1')).toBe('MON');
    await fill(1, { price: '150' });
    await fill(2, { price: '80', br: '37,50' });
    await fill(3, { price: '80', br: '37,50' });
    expect(euros(await due('amc'))).not.toBe('0,00 €');
    await nothingWrong();
  });

  it('has the insurer agree, then guarantees the amount', async () => {
    await portal.tabTo(portal.text('agreement.age.under-6'));
    await press('ArrowLeft', 'Tab', 'Space'); // 16 and over; sight unchanged
    await portal.tabTo(portal.text('agreement.ask'));
    await press('Enter');
    await page.locator('[data-agreement="accepted"]').waitFor();
    await nothingWrong();
    const live = [await due('amoGross'), await due('amc'), await due('patient')];
    await portal.tabTo(portal.text('quote.guarantee')); // it has the focus already
    await press('Enter');
    await page.locator('.due[data-promised="true"]').waitFor();
    expect([await due('amoGross'), await due('amc'), await due('patient')]).toEqual(live);
    expect(live.map(euros)).toEqual(['45,03 €', '214,97 €', '50,00 €']);
    await nothingWrong();
  });

  it('reads why, line by line', async () => {
    await page.locator('[data-line="1"] .why').focus();
    await press('Enter');
    const said = await page.locator('[data-line="1"] .reasons-list').textContent();
    expect(said).toContain('La mutuelle paie 99,97 € sur 149,97 €'.replaceAll(' €', '\u00a0€'));
    await nothingWrong();
  });

  it('sends the claim, and the next patient is one key away', async () => {
    await portal.tabTo('invoiceNo');
    await type('4711');
    await press('Tab');
    await type('12');
    await press('Enter');
    await page.locator('[data-claim="accepted"]').waitFor();
    expect(await page.locator(':focus').textContent()).toBe(portal.text('answer.next'));
    await nothingWrong();
    await press('Enter');
    await portal.scanField.waitFor();
  });

  it('says where to be paid; the number is masked at once and in force three days later', async () => {
    await portal.open('/bank-details');
    await portal.tabTo('holder');
    await type('Optique du Beffroi');
    await press('Tab');
    await type(IBAN.replace('FR76', 'FR77'));
    await press('Enter');
    await page.getByText(portal.text('bank.iban.wrong')).waitFor();
    await press('Control+A');
    await type(IBAN);
    await press('Enter');
    await page.locator('.bank-waiting').waitFor();
    expect(await page.locator('.bank').textContent()).toContain('FRxx •••• 0389');
    expect(await page.content()).not.toContain(IBAN);
    await nothingWrong();
    // A sign-in could not be made in the future: time passes in the rows.
    await world.sql`
      update bank_details set put_at = put_at - interval '72 hours', in_force_from = in_force_from - interval '72 hours'`;
    await portal.open('/bank-details');
    await page.getByText(portal.text('bank.in-force')).waitFor();
    expect(await page.locator('.bank-waiting').count()).toBe(0);
  });

  it('is paid by the next run, and sees the bank’s line matched to the claim', async () => {
    await portal.open('/claims');
    await page.locator('[data-state="accepted"]').waitFor();
    const out = tempDir();
    expect(await pay('run', '--out', out, '--by', 'sophie', '--and', 'theo')).toMatchObject({
      cents: 21_497,
    });
    await portal.open('/payments');
    await page.locator('[data-bank="not-seen"]').waitFor();
    await nothingWrong();
    const statement = join(out, 'statement.xml');
    const [file] = filesIn(out);
    await writeFile(statement, statementOf(executed(file?.text ?? '')));
    expect(await pay('statement', statement)).toMatchObject({ statements: [{ transfers: 1 }], wrong: [] });
    await portal.tabTo(portal.text('today.refresh'));
    await press('Enter');
    await page.locator('[data-bank="paid"]').waitFor();
    await nothingWrong();
    await portal.tabTo(portal.text('payments.claims').replace('{count}', '1'));
    await press('Enter', 'Tab', 'Enter');
    await page.getByRole('heading', { level: 1, name: portal.text('claim.one') }).waitFor();
    await page.locator('[data-state="seen"]').waitFor();
    await nothingWrong();
  });

  it.each(['/claims', '/payments'])('downloads %s as a table, by a call that is signed', async (path) => {
    await portal.open(path);
    await portal.tabTo(portal.text('csv.download'));
    const [download] = await Promise.all([page.waitForEvent('download'), press('Enter')]);
    const csv = readFileSync(await download.path(), 'utf8');
    expect(csv.startsWith('\ufeff')).toBe(true);
    expect(csv).toContain('214,97');
    await nothingWrong();
  });
});

describe('a pharmacist', () => {
  it('finds an act by a word, is told what is wrong beside its field, and corrects it', async () => {
    await signIn('Claire Aubrac');
    await toQuote(personWith('000'), '000');
    await portal.tabTo(portal.text('quote.add'));
    await press('Enter');
    await type('irrempl');
    await press('ArrowDown', 'Enter');
    await expect.poll(() => value('actCode-1')).toBe('PH1');
    expect(await value('amoRate-1')).toBe('100');
    await portal.tabTo(portal.text('quote.guarantee'));
    await press('Enter');
    await page.getByText(portal.text('line.problem.missing')).first().waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('price-1');
    await type('20');
    expect(await value('br-1')).toBe('20');
    expect(euros(await due('patient'))).toBe('0,00 €');
    await nothingWrong();
  });

  it('duplicates and removes lines, and changes what was guaranteed', async () => {
    await portal.tabTo(portal.text('line.duplicate.label').replace('{no}', '1'));
    await press('Enter');
    await fill(2, { actCode: 'PH7', price: '10' });
    expect(euros(await due('amc'))).toBe('3,50 €');
    await press('Enter');
    await page.locator('.due[data-promised="true"]').waitFor();
    await portal.tabTo(portal.text('line.remove.label').replace('{no}', '2'));
    await press('Enter');
    await page.getByText(/3,50/).first().waitFor();
    expect(await page.locator('.due').getAttribute('data-promised')).toBe('false');
    await portal.tabTo(portal.text('quote.guarantee-again'));
    await press('Enter');
    await page.locator('.due[data-promised="true"]').waitFor();
    expect(euros(await due('amc'))).toBe('0,00 €');
    await nothingWrong();
  });

  it('keeps nothing of it in the browser’s storage', async () => {
    const kept = await context.storageState({ indexedDB: true });
    const number = (await page.locator('.engagement-no').textContent())?.replaceAll(' ', '') ?? '';
    expect(number).toHaveLength(26);
    expect(JSON.stringify(kept)).not.toContain(number);
  });

  it('goes on with an engagement by its number, and only with one of its own', async () => {
    const number = (await page.locator('.engagement-no').textContent())?.replaceAll(' ', '') ?? '';
    await portal.open('/quote');
    await portal.tabTo('engagementNo');
    await type(`0${number.slice(1)}`.replace(/^00/, '10'));
    await press('Enter');
    await portal.refusal.waitFor();
    expect(await portal.refusal.textContent()).toContain('engagement-unknown');
    await press('Control+A');
    await type(number);
    await press('Enter');
    await page.getByText(portal.text('quote.empty')).waitFor();
    await nothingWrong();
  });
});

describe('every screen about money', () => {
  it.each(['/quote', '/claims', '/payments', '/prior-agreements', '/bank-details'])(
    '%s is accessible and fits 320 px',
    async (path) => {
      await portal.open(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.setViewportSize({ width: 320, height: 640 });
      await nothingWrong();
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 1280, height: 800 });
    },
  );
});
