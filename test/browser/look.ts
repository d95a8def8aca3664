// Takes pictures of every screen of the portal at several widths, in both languages and appearances, and runs the
// accessibility and CSP checks on each. For people's eyes, on a running demo: `node scripts/look.js FOLDER [NAME]`.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { nirKey } from '../../src/core/nir.ts';
import {
  answerInstead,
  answerReally,
  cardLine,
  personWith,
  problem,
  type Refusal,
} from '../support/portal-answers.ts';
import { launchChromium } from './chromium.ts';
import { type Language, ProfessionalPortal } from './professional-portal.ts';
import { SETTLEMENT_SHOTS } from './settlement-shots.ts';
import { axeFaults, sidewaysOverflow, watchPage } from './watch.ts';

type Look = { width: number; height: number; language: Language; theme: 'light' | 'dark'; zoom?: number };
export const LOOKS: Look[] = [
  { width: 320, height: 640, language: 'fr', theme: 'light' },
  { width: 320, height: 640, language: 'en', theme: 'dark' },
  { width: 768, height: 1024, language: 'en', theme: 'light' },
  { width: 768, height: 1024, language: 'fr', theme: 'dark' },
  { width: 1024, height: 768, language: 'fr', theme: 'light' },
  { width: 1280, height: 800, language: 'fr', theme: 'dark' },
  { width: 1366, height: 768, language: 'fr', theme: 'light' },
  { width: 1440, height: 900, language: 'fr', theme: 'light' },
  { width: 1440, height: 900, language: 'en', theme: 'dark' },
];

/** Codes of cards as a scanner types them. */
export type Cards = { good: string; revoked: string };
export type Shot = { name: string; act(portal: ProfessionalPortal, cards: Cards): Promise<void> };

const ask =
  (outcome: string | Refusal | null, delayMs = 0) =>
  async (portal: ProfessionalPortal) => {
    await openAt('/')(portal);
    if (outcome === null) await answerReally(portal.page);
    else await answerInstead(portal.page, outcome, delayMs);
    await portal.scan(cardLine(personWith('000')));
    if (delayMs === 0) await portal.page.locator('.slab[data-code], .slab.tone-halt').waitFor();
    else await portal.page.waitForTimeout(300);
  };

const openAt = (path: string) => async (portal: ProfessionalPortal) => {
  await portal.open(path);
  await portal.page.getByRole('heading', { level: 1 }).waitFor();
  await portal.page.waitForTimeout(150);
};

function scanned(card: keyof Cards, until: string) {
  return async (portal: ProfessionalPortal, cards: Cards) => {
    await openAt('/')(portal);
    await portal.scan(cards[card]);
    await portal.page.locator(until).waitFor();
  };
}

const budget = 'typedPerStructurePerDay';
const EMPTY = { code: 'budget-exhausted', status: 429, budget, retryAfterSeconds: 1800 };

async function emergency(portal: ProfessionalPortal): Promise<void> {
  await ask(EMPTY)(portal);
  await portal.button('emergency.button').click();
  await portal.page.getByRole('dialog').waitFor();
}

/** What the server says of the session, changed by the test: nobody waits a quarter of an hour for a picture. */
async function withSession(portal: ProfessionalPortal, change: Record<string, unknown>): Promise<void> {
  await portal.page.route('**/v1/session', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...change } });
  });
  await portal.open();
}

export const SHOTS: Shot[] = [
  {
    name: 'sign-in',
    act: async (portal) => {
      await portal.open();
      await portal.button('sign-in.button').waitFor();
    },
  },
  {
    name: 'refused-sign-in',
    act: async (portal) => {
      await portal.open('/?refused=sign-in-refused');
      await portal.button('sign-in.button').waitFor();
    },
  },
  {
    name: 'simulator',
    act: async (portal) => {
      await portal.open();
      await portal.signIn();
      await portal.page.getByRole('heading', { level: 1, name: 'Qui se connecte' }).waitFor();
    },
  },
  {
    name: 'structure',
    act: async (portal) => {
      await portal.page.getByRole('button', { name: 'Lucien Garrigue' }).click();
      await portal.page.getByRole('heading', { name: portal.text('structure.title') }).waitFor();
    },
  },
  {
    name: 'check',
    act: async (portal) => {
      await portal.chooseStructure('Pharmacie du Quai');
    },
  },
  { name: 'answer-real', act: ask(null) },
  { name: 'answer-000', act: ask('000') },
  { name: 'answer-103', act: ask('103') },
  { name: 'answer-200', act: ask('200') },
  { name: 'refused-disconnected', act: ask({ code: 'disconnected', status: 503 }) },
  { name: 'refused-fresh', act: ask({ code: 'fresh-sign-in-required', status: 403 }) },
  {
    name: 'refused-typed-closed',
    act: ask({ code: 'typed-closed', status: 403, retryAfterSeconds: 43_200 }),
  },
  { name: 'refused-account-closed', act: ask({ code: 'account-closed', status: 403 }) },
  { name: 'refused-budget', act: ask(EMPTY) },
  {
    name: 'refused-new-browser',
    act: ask({ ...EMPTY, budget: 'typedOnNewBrowsersPerProfessionalPerDay' }),
  },
  { name: 'refused-identity', act: ask({ ...EMPTY, budget: 'identityOnlyPerStructurePerDay' }) },
  { name: 'refused-emergency', act: emergency },
  {
    name: 'refused-emergency-fresh',
    async act(portal) {
      const json = problem({ code: 'fresh-sign-in-required', status: 403 });
      await portal.page.route('**/v1/emergency-units', (route) => route.fulfill({ status: 403, json }));
      await emergency(portal);
      await portal.page.getByText(portal.text('emergency.MANY_WITHOUT_CARD'), { exact: true }).click();
      await portal.button('emergency.take').click();
      await portal.page.getByText(portal.text('emergency.confirm')).waitFor();
      await portal.page.unroute('**/v1/emergency-units');
    },
  },
  { name: 'refused-routing', act: ask({ code: 'routing-unknown', status: 404 }) },
  { name: 'asking', act: ask('000', 2_500) },
  {
    name: 'card-camera',
    act: async (portal) => {
      await openAt('/')(portal);
      await portal.page.keyboard.press('F4');
      await portal.page.getByRole('heading', { name: portal.text('camera.explain.title') }).waitFor();
    },
  },
  { name: 'card-shown', act: scanned('good', '[data-card="verified"]') },
  {
    name: 'card-answer',
    act: async (portal, cards) => {
      await scanned('good', '[data-card="verified"]')(portal, cards);
      await answerReally(portal.page);
      await portal.page.waitForTimeout(600); // a line end right after a scan is the scanner's
      await portal.page.keyboard.press('Enter');
      await portal.page.locator('.slab[data-code]').waitFor();
    },
  },
  { name: 'card-revoked', act: scanned('revoked', '[data-card-problem]') },
  {
    name: 'card-other-code',
    act: async (portal) => {
      await openAt('/')(portal);
      await portal.scan('DC02FR000001125E1B0B0123456789012345');
      await portal.page.locator('[data-card-problem]').waitFor();
    },
  },
  {
    name: 'problems',
    act: async (portal) => {
      await openAt('/')(portal);
      await portal.page.keyboard.press('F2');
      const first13 = personWith('000').line.beneficiary.nir.slice(0, 13);
      const wrongKey = String((Number(nirKey(first13)) % 97) + 1).padStart(2, '0');
      await portal.typeQuestion({ nir: `${first13}${wrongKey}`, birthDate: '1405' });
    },
  },
  { name: 'confirmed', act: openAt('/confirmed') },
  { name: 'confirm-failed', act: openAt('/confirmed?refused=sign-in-refused') },
  { name: 'today', act: openAt('/today') },
  { name: 'software', act: openAt('/software') },
  { name: 'passkeys', act: openAt('/passkeys') },
  { name: 'help', act: openAt('/help') },
  ...SETTLEMENT_SHOTS,
  {
    name: 'locked',
    act: async (portal) => {
      await withSession(portal, { state: 'locked' });
      await portal.button('locked.passkey').waitFor();
    },
  },
];

export async function look(url: string, folder: string, cards: Cards, only?: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const { browser, close } = await launchChromium();
  const found: string[] = [];
  try {
    for (const one of LOOKS) found.push(...(await lookOnce({ browser, url, folder, cards, one, only })));
  } finally {
    await close();
  }
  return found;
}

/** Screens before the counter are walked through in any case: a session is needed for the others. */
const WAY_IN = ['sign-in', 'simulator', 'structure', 'check'];

async function lookOnce({
  browser,
  url,
  folder,
  cards,
  one,
  only,
}: {
  browser: Browser;
  url: string;
  folder: string;
  cards: Cards;
  one: Look;
  only: string | undefined;
}): Promise<string[]> {
  const { width, height, language, theme } = one;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
  await context.addInitScript(`localStorage.setItem('rempart.language', '${language}')`);
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const complaints = await watchPage(page);
  const portal = new ProfessionalPortal(page, url, language);
  const found: string[] = [];
  for (const shot of SHOTS) {
    const isWanted = !only || shot.name.startsWith(only);
    if (!isWanted && !WAY_IN.includes(shot.name)) continue;
    await shot.act(portal, cards);
    if (!isWanted) continue;
    const name = `${shot.name}-${width}-${language}-${theme}`;
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: width < 1440 });
    const overflow = await sidewaysOverflow(page);
    if (overflow > 0) found.push(`${name}: ${overflow} px stick out`);
    found.push(...(await axeFaults(page)).map((fault) => `${name}: ${fault}`));
  }
  await context.close();
  return [...found, ...complaints.map((complaint) => `${width}-${language}-${theme}: ${complaint}`)];
}
