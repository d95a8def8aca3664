// Takes pictures of every screen of the portal at several widths, in both languages and appearances, and runs the
// accessibility and CSP checks on each. For people's eyes: `node scripts/look.js FOLDER [NAME]`.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { nirKey } from '../../src/core/nir.ts';
import { type LookServer, type Scene, startLookServer } from '../support/portal-look.ts';
import { launchChromium } from './chromium.ts';
import { type Language, ProfessionalPortal } from './professional-portal.ts';
import { axeFaults, sidewaysOverflow, watchPage } from './watch.ts';

type Look = { width: number; height: number; language: Language; theme: 'light' | 'dark'; zoom?: number };
export const LOOKS: Look[] = [
  { width: 320, height: 640, language: 'fr', theme: 'light' },
  { width: 320, height: 640, language: 'en', theme: 'dark' },
  { width: 768, height: 1024, language: 'en', theme: 'light' },
  { width: 768, height: 1024, language: 'fr', theme: 'dark' },
  { width: 1440, height: 900, language: 'fr', theme: 'light' },
  { width: 1440, height: 900, language: 'en', theme: 'dark' },
];

const FIRST_13 = '2790575991456';
export const NIR = `${FIRST_13}${nirKey(FIRST_13)}`;
export const LINE = `0999000101|RP|750100200|T00000000001|${NIR}|19790514|1`;

type Shot = { name: string; act(portal: ProfessionalPortal, look: LookServer): Promise<void> };

const ask =
  (outcome: Scene['outcome'], delayMs = 0) =>
  async (portal: ProfessionalPortal, look: LookServer) => {
    Object.assign(look.scene, { state: 'open', account: 0, outcome, delayMs });
    await portal.open();
    await portal.scanField.waitFor();
    await portal.scan(LINE);
    if (delayMs === 0) await portal.page.locator('.slab[data-code], .slab.tone-halt').waitFor();
    else await portal.page.waitForTimeout(300);
  };

const openAt = (path: string) => async (portal: ProfessionalPortal, look: LookServer) => {
  Object.assign(look.scene, { state: 'open', account: 0 });
  await portal.open(path);
  await portal.page.getByRole('heading', { level: 1 }).waitFor();
  await portal.page.waitForTimeout(150);
};

export const SHOTS: Shot[] = [
  {
    name: 'sign-in',
    act: async (portal, look) => {
      look.scene.state = 'none';
      await portal.open();
      await portal.button('sign-in.button').waitFor();
    },
  },
  {
    name: 'structure',
    act: async (portal, look) => {
      look.scene.state = 'none';
      await portal.open();
      await portal.signIn();
      await portal.page.getByRole('heading', { name: portal.text('structure.title') }).waitFor();
    },
  },
  { name: 'check', act: openAt('/') },
  { name: 'answer-000', act: ask('000') },
  { name: 'answer-103', act: ask('103') },
  { name: 'answer-200', act: ask('200') },
  { name: 'refused-disconnected', act: ask({ code: 'disconnected', status: 503 }) },
  { name: 'refused-budget', act: ask({ code: 'budget-exhausted', status: 429, retryAfterSeconds: 1800 }) },
  { name: 'refused-routing', act: ask({ code: 'routing-unknown', status: 404 }) },
  { name: 'asking', act: ask('000', 2_500) },
  {
    name: 'problems',
    act: async (portal, look) => {
      await openAt('/')(portal, look);
      await portal.page.keyboard.press('F2');
      await portal.typeQuestion({ nir: `${FIRST_13}00`, birthDate: '1405' });
    },
  },
  {
    name: 'hospital',
    act: async (portal, look) => {
      Object.assign(look.scene, { state: 'open', account: 1 });
      await portal.open();
      await portal.scanField.waitFor();
    },
  },
  { name: 'today', act: openAt('/today') },
  { name: 'software', act: openAt('/software') },
  {
    name: 'revoke',
    act: async (portal, look) => {
      await openAt('/software')(portal, look);
      await portal.button('software.revoke').first().click();
      await portal.page.getByRole('alertdialog').waitFor();
    },
  },
  { name: 'passkeys', act: openAt('/passkeys') },
  {
    name: 'locked',
    act: async (portal, look) => {
      look.scene.state = 'locked';
      await portal.open();
      await portal.button('locked.passkey').waitFor();
    },
  },
  { name: 'help', act: openAt('/help') },
];

export async function look(folder: string, only?: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const server = await startLookServer();
  const { browser, close } = await launchChromium();
  const found: string[] = [];
  try {
    for (const one of LOOKS) found.push(...(await lookOnce({ browser, server, folder, one, only })));
  } finally {
    await close();
    await server.close();
  }
  return [...found, ...server.badProofs.map((proof) => `proof: ${proof}`)];
}

async function lookOnce({
  browser,
  server,
  folder,
  one,
  only,
}: {
  browser: Browser;
  server: LookServer;
  folder: string;
  one: Look;
  only: string | undefined;
}): Promise<string[]> {
  const { width, height, language, theme } = one;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
  await context.addInitScript(`localStorage.setItem('rempart.language', '${language}')`);
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const complaints = await watchPage(page);
  const portal = new ProfessionalPortal(page, server.url, language);
  const found: string[] = [];
  await SHOTS[1]?.act(portal, server); // signs in, so that there is a key
  for (const shot of SHOTS) {
    if (only && !shot.name.startsWith(only)) continue;
    await shot.act(portal, server);
    const name = `${shot.name}-${width}-${language}-${theme}`;
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: width < 1440 });
    const overflow = await sidewaysOverflow(page);
    if (overflow > 0) found.push(`${name}: ${overflow} px stick out`);
    found.push(...(await axeFaults(page)).map((fault) => `${name}: ${fault}`));
  }
  await context.close();
  return [...found, ...complaints.map((complaint) => `${width}-${language}-${theme}: ${complaint}`)];
}
