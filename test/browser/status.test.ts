// The status page in a real browser, as it is served: on a telephone and a screen, in light and dark, with an incident and
// without. The strict CSP and axe-core watch each. With LOOK=FOLDER it leaves pictures there for people's eyes.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from '../../src/status/folder.ts';
import type { Said } from '../../src/status/log.ts';
import { startStatus } from '../../src/status/server.ts';
import { tempDir } from '../support/temp-dir.ts';
import { type Chromium, launchChromium } from './chromium.ts';
import { axeFaults, sidewaysOverflow, watchPage } from './watch.ts';

const SAYS_NOTHING = { fr: null, en: null, nextUpdateAt: null } as const;
const set = (scope: string, state: 'open' | 'disturbed' | 'card-only' | 'closed', more: object = {}) =>
  ({ kind: 'set', scope, state, since: null, ...SAYS_NOTHING, ...more }) as Said;
const resolve: Said = { kind: 'resolve', ...SAYS_NOTHING };
const inAnHour = { nextUpdateAt: '2026-12-01T10:00:00.000Z' };

/** When, and what. */
const PAST: (readonly [string, Said])[] = [
  ['2026-03-02T13:00:00.000Z', set('feeds', 'disturbed', { nextUpdateAt: '2026-03-02T15:00:00.000Z' })],
  ['2026-03-02T14:20:00.000Z', resolve],
  [
    '2026-09-14T06:40:00.000Z',
    set('insurer:0999000101', 'closed', { nextUpdateAt: '2026-09-14T08:00:00.000Z' }),
  ],
  ['2026-09-27T16:55:00.000Z', resolve],
];
const CUT: (readonly [string, Said])[] = [
  ...PAST,
  ['2026-12-01T09:04:30.000Z', set('platform', 'closed', inAnHour)],
  ['2026-12-01T09:20:00.000Z', set('profession:optician', 'closed', inAnHour)],
  [
    '2026-12-01T09:31:00.000Z',
    {
      kind: 'note',
      fr: 'Un accès volé a servi ce matin : nous avons tout coupé à 10 h 04. Aucune donnée de paiement n’est concernée.',
      en: 'A stolen login was used this morning: we cut everything at 10:04. No payment data are concerned.',
      ...inAnHour,
    },
  ],
];
const WORLDS = {
  well: PAST,
  cut: CUT,
  some: [
    ...PAST,
    ['2026-12-01T09:04:30.000Z', set('profession:audioprosthetist', 'card-only', inAnHour)] as const,
  ],
};

const LOOKS = [
  { width: 320, language: 'fr', theme: 'light' },
  { width: 320, language: 'en', theme: 'dark' },
  { width: 390, language: 'fr', theme: 'dark' },
  { width: 390, language: 'en', theme: 'light' },
  { width: 1280, language: 'fr', theme: 'light' },
  { width: 1280, language: 'en', theme: 'dark' },
] as const;

let chromium: Chromium;
beforeAll(async () => {
  chromium = await launchChromium();
}, 60_000);
afterAll(() => chromium?.close());

describe.each(Object.entries(WORLDS))('the page when it is %s', (name, said) => {
  let url = '';
  let close = async () => {};
  beforeAll(async () => {
    const folder = tempDir();
    for (const [at, one] of said) await say(folder, () => one, at);
    ({ url, close } = await startStatus(
      { mode: 'demo', host: 'localhost', port: 0, directory: folder, tls: null },
      { onWarning: () => {} },
    ));
  });
  afterAll(() => close());

  it.each(LOOKS)('reads well at $width px in $language, $theme', async ({ width, language, theme }) => {
    const context = await chromium.browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: theme,
      javaScriptEnabled: true,
    });
    const page = await context.newPage();
    const complaints = await watchPage(page);
    await page.goto(url);
    if (language === 'en') await page.getByRole('link', { name: 'In English' }).click();
    expect(await sidewaysOverflow(page)).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
    const own = page.locator(`#${language}`);
    const [summary] = await own.locator('summary').all();
    await summary?.click();
    expect(await own.locator('details[open] .said li').count()).toBe(2);
    expect(await axeFaults(page)).toEqual([]);
    const folder = process.env['LOOK'];
    if (folder) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({
        path: join(folder, `${name}-${width}-${language}-${theme}.png`),
        fullPage: true,
      });
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('needs no script, and reads in order without its stylesheet', async () => {
    const context = await chromium.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.route('**/status.css', (route) => route.abort());
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(url);
    expect(requests).toEqual(['/', '/status.css']);
    const french = await page.locator('#fr').innerText();
    const order = ['Tout fonctionne', 'est coupé depuis', 'ne répond qu’à la carte'].find((one) =>
      french.includes(one),
    );
    expect(french.indexOf(order ?? '?')).toBeLessThan(french.indexOf('Que faire'));
    expect(french.indexOf('Que faire')).toBeLessThan(french.indexOf('Incidents passés'));
    await context.close();
  });
});
