// Pictures of the screens about money: a pharmacist's quote, claim and lists, then an optician's prior agreement.

import { DEMO_PEOPLE, type DemoPerson } from '../../src/demo/demo-people.ts';
import { answerReally, cardLine, personWith } from '../support/portal-answers.ts';
import type { Shot } from './look.ts';
import type { ProfessionalPortal } from './professional-portal.ts';

/** His insurer wants to agree to glasses first. */
const BERNARD = DEMO_PEOPLE[5] as DemoPerson;

const open = (path: string) => async (portal: ProfessionalPortal) => {
  await portal.open(path);
  await portal.page.getByRole('heading', { level: 1 }).waitFor();
  await portal.page.getByText(portal.text('app.loading')).waitFor({ state: 'detached' });
};

/** From the counter: scan, the answer, the desk of the quote. */
async function toQuote(portal: ProfessionalPortal, person: DemoPerson): Promise<void> {
  await portal.open();
  await answerReally(portal.page);
  await portal.scanField.waitFor();
  await portal.scan(cardLine(person));
  await portal.answer.waitFor();
  await portal.button('answer.quote').click();
  await portal.page.locator('.quote').waitFor();
}

async function boxes(portal: ProfessionalPortal): Promise<void> {
  await toQuote(portal, personWith('000'));
  await portal.button('template.box-65').click();
  await portal.page.locator('[name="price-1"]').fill('24,60');
  await portal.button('template.box-15').click();
  await portal.page.locator('[name="price-2"]').fill('7,32');
}

async function promised(portal: ProfessionalPortal): Promise<void> {
  await boxes(portal);
  await portal.button('quote.guarantee').click();
  await portal.page.locator('.due[data-promised="true"]').waitFor();
}

async function claimed(portal: ProfessionalPortal): Promise<void> {
  await promised(portal);
  // An invoice is sent once, whoever looks however often.
  await portal.page.locator('[name="invoiceNo"]').fill(String(Date.now() % 1_000_000_000));
  await portal.page.locator('[name="lotNo"]').fill('12');
  await portal.button('claim.send').click();
  await portal.page.locator('[data-claim="accepted"]').waitFor();
}

async function glasses(portal: ProfessionalPortal): Promise<void> {
  await toQuote(portal, BERNARD);
  await portal.button('template.glasses-mixed').click();
  await portal.page.locator('[name="price-1"]').fill('150');
  for (const line of [2, 3]) {
    await portal.page.locator(`[name="price-${line}"]`).fill('80');
    await portal.page.locator(`[name="br-${line}"]`).fill('37,50');
  }
}

export const SETTLEMENT_SHOTS: Shot[] = [
  { name: 'quote-find', act: open('/quote') },
  { name: 'quote-empty', act: (portal) => toQuote(portal, personWith('000')) },
  { name: 'quote-boxes', act: boxes },
  {
    name: 'quote-act-list',
    async act(portal) {
      await toQuote(portal, personWith('000'));
      await portal.button('quote.add').click();
      await portal.page.locator('[name="actCode-1"]').pressSequentially('ben');
      await portal.page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'quote-problems',
    async act(portal) {
      await boxes(portal);
      await portal.page.locator('[name="br-1"]').fill('x');
      await portal.button('quote.add').click();
      await portal.button('quote.guarantee').click();
      await portal.page.getByText(portal.text('line.problem.missing')).first().waitFor();
    },
  },
  { name: 'quote-promised', act: promised },
  {
    name: 'quote-changed',
    async act(portal) {
      await promised(portal);
      await portal.page.locator('[name="price-1"]').fill('30');
      await portal.page.locator('[data-line="1"] .why').click();
      await portal.button('quote.guarantee-again').waitFor();
    },
  },
  { name: 'claim-accepted', act: claimed },
  { name: 'claims', act: open('/claims') },
  {
    name: 'claim-one',
    async act(portal) {
      await open('/claims')(portal);
      await portal.page.locator('tbody a').first().click();
      await portal.page.locator('.claim-now').waitFor();
    },
  },
  { name: 'payments', act: open('/payments') },
  { name: 'bank', act: open('/bank-details') },
  {
    name: 'optician-agreement',
    async act(portal) {
      await portal.page.context().clearCookies();
      await portal.open();
      await portal.signIn();
      await portal.page.getByRole('button', { name: 'Marc Hourtin' }).click();
      await portal.scanField.waitFor();
      await glasses(portal);
    },
  },
  {
    name: 'optician-answered',
    async act(portal) {
      await glasses(portal);
      await portal.page.getByText(portal.text('agreement.age.16-and-over')).click();
      await portal.page.getByText(portal.text('agreement.sight.same')).click();
      await portal.button('agreement.ask').click();
      await portal.page.locator('[data-agreement="accepted"], [data-agreement="pending"]').waitFor();
    },
  },
  { name: 'optician-agreements', act: open('/prior-agreements') },
];
