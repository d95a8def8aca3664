// Signed cards at the counter, in a real browser on the running platform: camera, pictures and typing scanners, with the
// network and without it. The camera is Chromium's fake one, playing a film that this test draws.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RawBirthDate } from '../../src/core/birth-date.ts';
import { cardText } from '../../src/core/card-text.ts';
import type { BirthRank, CardHandle, RuleId } from '../../src/core/ids.ts';
import { type CardDesk, cardDesk } from '../../src/demo/memory-card-desk.ts';
import { filmOf, type Placed, pictureOf, pngOf, type Symbology, salted } from '../support/card-picture.ts';
import { answerInstead, answerReally, cardLine, personWith } from '../support/portal-answers.ts';
import { createPortalWorld } from '../support/portal-world.ts';
import type { TestWorld } from '../support/world.ts';
import { type Chromium, launchChromium } from './chromium.ts';
import { ProfessionalPortal } from './professional-portal.ts';
import { axeFaults, inPage, sidewaysOverflow, watchPage } from './watch.ts';

let world: TestWorld;
let chromium: Chromium;
let context: BrowserContext;
let page: Page;
let portal: ProfessionalPortal;
let complaints: string[];
const films = mkdtempSync(join(tmpdir(), 'rempart-film-'));
/** Bodies of the questions that left the page. */
const asked: Record<string, unknown>[] = [];
/** Paths that have arrived, in their order. */
const fetched: string[] = [];

const HOLDER = personWith('000');
const FRAME = { width: 1280, height: 720 };
/** The card in the film: its insurer's key must be known before the browser starts, so the film has a key of its own. */
const filmDesk = cardDesk(HOLDER.amcNo);

const nowSeconds = () => Math.floor(Date.now() / 1000);

function issue(desk: CardDesk, overrides: Parameters<CardDesk['issue']>[0] = {}): Buffer {
  const birthDate = HOLDER.line.beneficiary.birthDate as RawBirthDate;
  const birthRank = HOLDER.line.beneficiary.birthRank as BirthRank;
  const handle = HOLDER.line.card?.handle as CardHandle;
  return desk.issue({ handle, birthDate, birthRank, ...overrides });
}

const desk = (): CardDesk => {
  const found = world.cardDesks.find(({ amcNo }) => amcNo === HOLDER.amcNo);
  if (!found) throw new Error('no desk');
  return found;
};

beforeAll(async () => {
  const text = cardText(issue(filmDesk));
  // A hand: the card comes closer and turns, a little different in every picture.
  const hand = Array.from({ length: 10 }, (_, i): Placed => {
    const degrees = 6 + 3 * Math.sin(i);
    return { text, as: 'qrcode', x: 640 + 14 * Math.cos(i), y: 350 + 9 * i, module: 5, degrees };
  });
  writeFileSync(join(films, 'card.y4m'), filmOf(hand.map((one) => pictureOf(FRAME, [one], 24))));
  [world, chromium] = await Promise.all([
    createPortalWorld(),
    launchChromium([
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${join(films, 'card.y4m')}`,
    ]),
  ]);
  await world.trust(
    [...world.cardDesks, filmDesk].map(({ key }) => key),
    new Date().toISOString(),
  );
  await publishList([]);
  context = await chromium.browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['camera'], { origin: world.portalUrl });
  // Tests look at the tracks: a camera that stays on is seen by nobody else.
  await context.addInitScript(`window.__streams = [];
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      window.__streams.push(stream);
      return stream;
    };
    new MutationObserver((_changes, observer) => {
      if (!document.querySelector('form.question')) return;
      window.__usableAtMs = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });`);
  page = await context.newPage();
  page.setDefaultTimeout(5_000);
  page.setDefaultNavigationTimeout(15_000);
  page.on('requestfinished', (request) => fetched.push(new URL(request.url()).pathname));
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/eligibility')) asked.push(request.postDataJSON());
  });
  complaints = await watchPage(page);
  portal = new ProfessionalPortal(page, world.portalUrl);
  await portal.open();
  await portal.signIn();
  await page.getByRole('button', { name: 'Lucien Garrigue' }).click();
  await portal.chooseStructure('Pharmacie du Quai');
}, 90_000);

afterAll(async () => {
  await chromium?.close();
  await world?.close();
  rmSync(films, { recursive: true, force: true });
});

async function publishList(revoked: number[]): Promise<void> {
  const token = desk().statusList({ revoked: [77, ...revoked], issuedAt: nowSeconds() });
  const body = { token: token.toString('base64url'), revoked: [] };
  const path = `/v1/status-lists/${HOLDER.amcNo}-0`;
  const { status } = await world.send(path, { as: `${HOLDER.amcNo}-emetteur`, method: 'PUT', body });
  expect(status).toBe(200);
}

const shownCard = () => page.locator('[data-card="verified"]');
const cardProblem = () => page.locator('[data-card-problem]');

async function uploadFile(buffer: Buffer): Promise<void> {
  const file = { name: 'carte.png', mimeType: 'image/png', buffer };
  await page.setInputFiles('.card-way input[type="file"]', file);
}

async function upload(placed: Placed[], noise = 30, size = { width: 1600, height: 1200 }): Promise<void> {
  await uploadFile(pngOf(pictureOf(size, placed, noise)));
}

const placed = (card: Uint8Array, overrides: Partial<Placed> = {}): Placed => ({
  text: cardText(card),
  as: 'qrcode',
  x: 800,
  y: 600,
  module: 7,
  ...overrides,
});

const cameraTracks = () =>
  inPage<string[]>(page, '__streams.flatMap((s) => s.getTracks().map(({ readyState }) => readyState))');

/** The reader and the lists are here: from now on no network is needed. */
const prepared = () =>
  expect.poll(() => fetched.some((path) => path.endsWith('.wasm')) && fetched.some(isChecker)).toBe(true);
const isChecker = (path: string) => path.includes('/card-check-');

async function openScreen(): Promise<void> {
  await context.setOffline(false);
  asked.length = 0;
  fetched.length = 0;
  await portal.open();
  await portal.scanField.waitFor();
}

beforeEach(openScreen);

describe('a picture of a card', () => {
  it.each<[string, Symbology, Partial<Placed>, number]>([
    ['a QR code turned by 17°, with noise', 'qrcode', { degrees: 17 }, 45],
    ['a DataMatrix turned by 17°, with noise', 'datamatrix', { degrees: 17 }, 45],
    ['a small QR code, upside down', 'qrcode', { degrees: 180, module: 3, x: 500 }, 20],
    ['a small DataMatrix, turned by 90°', 'datamatrix', { degrees: 90, module: 4, y: 400 }, 20],
  ])('%s, is shown, then asked about', async (_name, as, where, noise) => {
    const card = issue(desk());
    await upload([placed(card, { as, ...where })], noise);
    await shownCard().waitFor();
    expect(asked).toEqual([]);
    await page.keyboard.press('Enter'); // the button has the focus
    expect(await portal.answerCode()).toBe('000');
    expect(asked).toMatchObject([{ amcNo: HOLDER.amcNo, convType: 'RP', csr: '750100200', domain: 'PHAR' }]);
    expect(asked[0]?.['evidence']).toEqual({ kind: 'card', data: card.toString('base64url') });
  });

  it('says who signed it, whose it is, for what, until when, and as of when it is not revoked', async () => {
    await upload([placed(issue(desk()))]);
    await shownCard().waitFor();
    const said = (await shownCard().textContent()) ?? '';
    expect(said).toContain(HOLDER.amcNo);
    expect(said).toContain('Carte authentique, signée par');
    expect(said).toContain('Non révoquée d’après la liste du');
    const birth = HOLDER.line.beneficiary.birthDate;
    expect(said).toContain(`${birth.slice(6)}/${birth.slice(4, 6)}/${birth.slice(0, 4)}`);
    expect(said).toContain('du 01/01/2026 au 31/12/2099');
    expect(said).toContain('PHAR');
    expect(await axeFaults(page)).toEqual([]);
  });

  it('with two different cards is not guessed about', async () => {
    const other = issue(desk(), { handle: randomBytes(16).toString('base64url') as CardHandle });
    await upload([placed(issue(desk()), { x: 420 }), placed(other, { x: 1180 })]);
    await cardProblem().waitFor();
    expect(await cardProblem().getAttribute('data-card-problem')).toBe('several-cards');
  });

  it('with the same card as QR code and as DataMatrix is one card', async () => {
    const card = issue(desk());
    await upload([placed(card, { x: 420 }), placed(card, { x: 1180, as: 'datamatrix' })]);
    await shownCard().waitFor();
  });

  describe('as large as a telephone’s', () => {
    const PHOTOGRAPH = { width: 4000, height: 3000 };
    const PROMO: Placed = {
      text: 'https://promo.example/automne',
      as: 'qrcode',
      x: 1000,
      y: 1200,
      module: 16,
    };
    const someoneElses = () => issue(desk(), { handle: randomBytes(16).toString('base64url') as CardHandle });

    it('with a big advertisement beside a card at 3 pixels a module, shows the card', async () => {
      const small = placed(issue(desk()), { x: 3000, y: 2200, module: 3, degrees: 7 });
      await upload([PROMO, small], 0, PHOTOGRAPH);
      await shownCard().waitFor();
    });

    it('with somebody else’s card far smaller than the first, decides for neither', async () => {
      const big = placed(issue(desk()), { x: 1000, y: 1200, module: 12 });
      await upload([big, placed(someoneElses(), { x: 3000, y: 2200, module: 3 })], 0, PHOTOGRAPH);
      await cardProblem().waitFor();
      expect(await cardProblem().getAttribute('data-card-problem')).toBe('several-cards');
    });
  });

  it('with salt and pepper on every 25th pixel, is shown', async () => {
    const picture = pictureOf({ width: 1200, height: 900 }, [
      placed(issue(desk()), { x: 600, y: 450, module: 4 }),
    ]);
    await uploadFile(pngOf(salted(picture, 0.04)));
    await shownCard().waitFor();
  });

  it('that is no picture, and one that is too large, are refused in words', async () => {
    const input = '.card-way input[type="file"]';
    await page.setInputFiles(input, { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no') });
    await page.locator('[data-card-problem="not-a-picture"]').waitFor();
    await page.keyboard.press('Escape');
    writeFileSync(join(films, 'large.jpg'), '');
    truncateSync(join(films, 'large.jpg'), 17 * 2 ** 20);
    await page.setInputFiles(input, join(films, 'large.jpg'));
    await page.locator('[data-card-problem="too-big"]').waitFor();
  });
});

describe('a card that does not verify', () => {
  const changed = () => {
    const card = issue(desk());
    card[70] = (card[70] ?? 0) ^ 1;
    return card;
  };
  it.each<[string, () => Uint8Array]>([
    ['signature', changed],
    ['key-unknown', () => issue(cardDesk(HOLDER.amcNo))],
    ['expired', () => issue(desk(), { expires: nowSeconds() - 60 })],
    ['revoked', () => issue(desk(), { statusIndex: 77 })],
  ])('%s: its reason is said, and it is never sent', async (reason, card) => {
    await upload([placed(card())]);
    await cardProblem().waitFor();
    expect(await cardProblem().getAttribute('data-card-problem')).toBe(reason);
    expect(await cardProblem().textContent()).toContain(portal.text('card.nothing-sent'));
    await page.keyboard.press('Enter');
    await page.waitForTimeout(100);
    expect(asked).toEqual([]);
  });

  it('is accessible, and fits 320 px', async () => {
    await upload([placed(changed())]);
    await cardProblem().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('since a moment ago, which only the operator knows, gets code 301', async () => {
    const card = issue(desk(), { statusIndex: 78 });
    await upload([placed(card)]);
    await shownCard().waitFor();
    await page.waitForTimeout(1_000); // lists are dated to the second
    await publishList([78]);
    await page.keyboard.press('Enter');
    expect(await portal.answerCode()).toBe('301');
  });
});

describe('the camera', () => {
  it('shows the card within 1.5 s of its first picture, goes off, and the answer comes', {
    retry: 2,
  }, async () => {
    await openScreen();
    await prepared(); // as on a counter that has stood open for a moment
    await page.keyboard.press('F4');
    await page.locator('.camera-view').waitFor();
    const liveAtMs = performance.now();
    await shownCard().waitFor();
    const cardAfterMs = performance.now() - liveAtMs;
    expect(await cameraTracks()).toEqual(['ended']);
    await page.keyboard.press('Enter');
    expect(await portal.answerCode()).toBe('000');
    const answerAfterMs = performance.now() - liveAtMs;
    process.stderr.write(
      `camera: card after ${cardAfterMs.toFixed(0)} ms, answer after ${answerAfterMs.toFixed(0)} ms\n`,
    );
    expect(answerAfterMs).toBeLessThan(1_500);
  });

  it('is off after Escape, on another screen and behind another tab', async () => {
    for (const leave of [
      () => page.keyboard.press('Escape'),
      () => portal.goTo('help'),
      () =>
        inPage(
          page,
          `Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
        document.dispatchEvent(new Event('visibilitychange')); 0`,
        ),
    ]) {
      await blindCamera();
      await page.keyboard.press('F4');
      await page.locator('.camera-view').waitFor();
      expect((await cameraTracks()).at(-1)).toBe('live');
      await leave();
      await expect.poll(async () => (await cameraTracks()).at(-1)).toBe('ended');
      await openScreen();
    }
  });

  it('that sees a second card at its edge every other time decides for neither', async () => {
    const other = issue(desk(), { handle: randomBytes(16).toString('base64url') as CardHandle });
    const seen = [
      placed(issue(desk()), { x: 960, y: 540, module: 5 }),
      placed(other, { x: 220, y: 250, module: 5 }),
    ];
    const picture = pngOf(pictureOf({ width: 1920, height: 1080 }, seen)).toString('base64');
    // A page of its own: one that draws a film for itself is slow to leave.
    const filmed = await context.newPage();
    await filmed.goto(world.portalUrl);
    await filmed.locator('form.question').waitFor();
    await inPage(
      filmed,
      `navigator.mediaDevices.getUserMedia = async () => {
        const bytes = Uint8Array.from(atob('${picture}'), (c) => c.charCodeAt(0));
        const picture = await createImageBitmap(new Blob([bytes]));
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [picture.width, picture.height];
        const drawing = canvas.getContext('2d');
        setInterval(() => drawing.drawImage(picture, 0, 0), 100);
        return canvas.captureStream(10);
      }; 0`,
    );
    await filmed.keyboard.press('F4');
    await filmed.locator('.camera-hint[data-hint="several-cards"]').waitFor();
    expect(await filmed.locator('[data-card="verified"]').count()).toBe(0);
    await filmed.close();
  });

  it('is explained before the browser asks', async () => {
    await context.clearPermissions();
    await page.keyboard.press('F4');
    await page.getByRole('heading', { name: portal.text('camera.explain.title') }).waitFor();
    expect(await cameraTracks()).toEqual([]);
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Enter'); // "Continue" has the focus
    await shownCard().waitFor();
    await context.grantPermissions(['camera'], { origin: world.portalUrl });
  });

  it.each([
    ['refused', 'NotAllowedError', 'camera.denied.title'],
    ['missing', 'NotFoundError', 'camera.none.title'],
    ['another application’s', 'NotReadableError', 'camera.busy.title'],
  ] as const)('that is %s is told as that, with what to do', async (_name, error, heading) => {
    // What browsers answer; this one has no window in which a person could refuse.
    await inPage(
      page,
      `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '${error}')); 0`,
    );
    await page.keyboard.press('F4');
    await page.getByRole('heading', { name: portal.text(heading) }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.card-way').waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('scan');
  });

  /** The film shows a card at once: without a picture the view stays open. */
  async function blindCamera() {
    await inPage(
      page,
      `Object.defineProperty(HTMLVideoElement.prototype, 'videoWidth', { get: () => 0, configurable: true }); 0`,
    );
  }
});

describe('a scanner that types', () => {
  /** What a French machine makes of an American layout's places. */
  const SHOWN: Record<string, string> = {
    A: 'q',
    Q: 'a',
    Z: 'w',
    W: 'z',
    M: ',',
    1: '&',
    2: 'é',
    3: '"',
    4: "'",
  };
  const MORE: Record<string, string> = { 5: '(', 6: '-', 7: 'è' };
  let keys: CDPSession;
  beforeAll(async () => {
    keys = await context.newCDPSession(page);
  });
  type Stroke = { key: string; code: string };
  const codeOf = (c: string) => (/\d/.test(c) ? `Digit${c}` : `Key${c}`);
  const american = (c: string): Stroke => ({ key: c, code: codeOf(c) });
  const onFrench = (c: string): Stroke => ({
    key: SHOWN[c] ?? MORE[c] ?? c.toLowerCase(),
    code: codeOf(c),
  });

  async function wedge(text: string, layout: (c: string) => Stroke, end = true): Promise<void> {
    // The machine's own time of each keystroke, as a scanner has it however busy the page is.
    const begunAt = Date.now() / 1000 - text.length * 0.004;
    const events = [...text].flatMap((character, i) => {
      const stroke = { ...layout(character), timestamp: begunAt + i * 0.004 };
      return [
        { type: 'keyDown' as const, ...stroke, text: stroke.key },
        { type: 'keyUp' as const, ...stroke },
      ];
    });
    if (end) {
      const timestamp = begunAt + text.length * 0.004;
      const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, timestamp };
      events.push({ type: 'keyDown', ...enter, text: '\r' } as never, { type: 'keyUp', ...enter } as never);
    }
    await Promise.all(events.map((event) => keys.send('Input.dispatchKeyEvent', event)));
  }

  it.each([
    ['as the machine’s keyboard', american],
    ['American on a French machine', onFrench],
  ])('set %s, is read wherever the cursor is, and nothing stays in the field', async (_name, layout) => {
    await portal.field('memberNo').fill('T123');
    await portal.field('memberNo').focus();
    await wedge(cardText(issue(desk())), layout);
    await shownCard().waitFor();
    expect(await portal.field('memberNo').inputValue()).toBe('');
    expect(await portal.scanField.inputValue()).toBe('');
    expect(asked).toEqual([]); // its line end is no answer to "shall I ask?"
  });

  it('leaves what a person typed in a field until the card is there', async () => {
    await portal.scanField.focus();
    await page.keyboard.type('ab');
    await page.waitForTimeout(120);
    await wedge('RMP1', american, false);
    expect(await portal.scanField.inputValue()).toBe('ab');
  });

  it('that sends no line end is understood by its silence', async () => {
    await wedge(cardText(issue(desk())), onFrench, false);
    await shownCard().waitFor();
  });

  it('may scan straight over an answer, or over a refusal', async () => {
    await portal.scanField.focus();
    await portal.scan(cardLine(personWith('101')));
    expect(await portal.answerCode()).toBe('101');
    await wedge(cardText(issue(desk())), onFrench);
    await shownCard().waitFor();
    await page.waitForTimeout(350); // sooner it would be the scanner's second line end
    await context.setOffline(true);
    await page.keyboard.press('Enter');
    await portal.refusal.waitFor();
    await context.setOffline(false);
    const before = asked.length;
    await wedge(cardText(issue(desk(), { statusIndex: 5 })), american); // its first letter is the key that repeats
    await shownCard().waitFor();
    expect(asked.length).toBe(before);
  });

  it('a card while an answer is waited for is told that it was ignored', async () => {
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route('**/v1/eligibility', async (route) => {
      await held;
      await route.continue();
    });
    await portal.scan(cardLine(personWith('101')));
    await page.locator('.tone-wait').waitFor();
    await wedge(cardText(issue(desk())), american);
    await page.getByText(portal.text('check.ignored.asking')).waitFor();
    goOn();
    expect(await portal.answerCode()).toBe('101');
    expect(await shownCard().count()).toBe(0);
    await answerReally(page);
  });

  it('is told when it typed something that is no card, and when the code is far too long', async () => {
    await wedge('DC02FR000001125E1B0B0123456789012345', american);
    await page.locator('[data-card-problem="other-code"]').waitFor();
    await page.keyboard.press('Escape');
    expect(await portal.scanField.inputValue()).toBe('');
    await wedge(`RMP1${'A'.repeat(1_100)}`, american);
    await page.locator('[data-card-problem="too-long"]').waitFor();
  });
});

describe('without a network', () => {
  it('the card is verified, what cannot be known is said, and asking is offered when it is back', async () => {
    await upload([placed(issue(desk()))]);
    await shownCard().waitFor(); // lists are here from now on
    await page.keyboard.press('Escape');
    await context.setOffline(true);
    await upload([placed(issue(desk()))]);
    await shownCard().waitFor();
    const said = (await shownCard().textContent()) ?? '';
    for (const key of ['title', 'sure', 'rights', 'guarantee', 'do'] as const)
      expect(said).toContain(portal.text(`card.offline.${key}`));
    expect(said).toMatch(/révoquée depuis le \d\d\/\d\d\/\d{4} \d\d:\d\d/);
    expect(await axeFaults(page)).toEqual([]);
    await context.setOffline(false);
    await page.getByText(portal.text('card.back')).waitFor();
    await page.keyboard.press('Enter');
    expect(await portal.answerCode()).toBe('000');
  }, 30_000);

  it('a forged and a revoked card are refused all the same', async () => {
    await prepared();
    await context.setOffline(true);
    await upload([placed(issue(desk(), { statusIndex: 77 }))]);
    await page.locator('[data-card-problem="revoked"]').waitFor();
    await page.keyboard.press('Escape');
    await upload([placed(issue(cardDesk(HOLDER.amcNo)))]);
    await page.locator('[data-card-problem="key-unknown"]').waitFor();
  });

  it('nothing about a person is kept in the browser', async () => {
    const kept = await inPage<string[]>(
      page,
      `new Promise((resolve) => {
        const open = indexedDB.open('rempart-card-lists');
        open.onsuccess = () => {
          const keys = open.result.transaction('lists').objectStore('lists').getAllKeys();
          keys.onsuccess = () => resolve(keys.result);
        };
      })`,
    );
    const expected = world.cardDesks.map(({ amcNo }) => `shard:${amcNo}-0`);
    expect(kept.filter((name) => !['root', 'trust', ...expected].includes(name))).toEqual([]);
    expect(kept).toContain(`shard:${HOLDER.amcNo}-0`);
  });
});

describe('what the counter does next', () => {
  const SIZES = [
    [360, 640],
    [1280, 720],
  ] as const;
  afterEach(async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await answerReally(page);
  });
  const wide = () =>
    issue(desk(), {
      cover: ['PHAR', 'MED', 'LABO', 'RADL', 'AUXM', 'SAGE', 'HOSP', 'OPTI'].map((domain) => ({
        domain: domain as 'PHAR',
        rule: 'R1' as RuleId,
      })),
    });
  const submit = () => page.locator('[data-card="verified"] [type="submit"]');
  /** Places in the window, in CSS pixels. */
  const edges = (selector: string) =>
    inPage<{ top: number; bottom: number; height: number }>(
      page,
      `(({ top, bottom }) => ({ top, bottom, height: innerHeight }))(document.querySelector('${selector}').getBoundingClientRect())`,
    );
  const ACTION = '[data-card="verified"] [type="submit"]';

  it('is seen without scrolling, also without a network, and covers nothing that has the focus', async () => {
    await prepared();
    for (const offline of [false, true]) {
      await context.setOffline(offline);
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height });
        await upload([placed(wide(), { module: 6 })], 0, { width: 1200, height: 1200 });
        await shownCard().waitFor();
        const at = await edges(ACTION);
        expect(at.top, `${width}x${height}`).toBeGreaterThan(0);
        expect(at.bottom, `${width}x${height}`).toBeLessThanOrEqual(height);
        expect(await inPage(page, 'scrollY')).toBe(0);
        await page.keyboard.press('Shift+Tab'); // back to the date, above the bar
        expect(await page.locator(':focus').getAttribute('name')).toBe('cardCareDate');
        const [date, bar] = [await edges('[name="cardCareDate"]'), await edges('.card-actions')];
        expect(date.bottom, `${width}x${height}`).toBeLessThanOrEqual(bar.top);
        await page.keyboard.press('Tab');
        expect(await submit().evaluate((button) => button.matches(':focus'))).toBe(true);
        await page.keyboard.press('Escape');
      }
    }
  }, 40_000);

  it('takes no third of a window that is low or zoomed, and nothing sticks out at 320 px', async () => {
    for (const [width, height, position] of [
      [320, 640, 'sticky'],
      [320, 256, 'static'],
      [640, 360, 'static'],
    ] as const) {
      await page.setViewportSize({ width, height });
      await upload([placed(wide(), { module: 6 })], 0, { width: 1200, height: 1200 });
      await shownCard().waitFor();
      expect(await inPage(page, `getComputedStyle(document.querySelector('.card-actions')).position`)).toBe(
        position,
      );
      expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
      const { top, bottom } = await edges('.card-actions');
      expect(bottom - top).toBeLessThan(120);
      await page.keyboard.press('Escape');
    }
    expect(await axeFaults(page)).toEqual([]);
  });

  it('with a wrong clock is said in three parts, and the list is not called fresh', async () => {
    await prepared();
    await upload([placed(issue(desk()))]);
    await shownCard().waitFor(); // the list is here
    await page.keyboard.press('Escape');
    await context.setOffline(true);
    await inPage(page, '{ const now = Date.now; Date.now = () => now() - 7_200_000; } 0');
    await upload([placed(issue(desk()))]);
    await page.locator('[data-revocation="clock"]').waitFor();
    const said = (await shownCard().textContent()) ?? '';
    for (const part of ['title', 'do', 'who'] as const)
      expect(said).toContain(portal.text(`card.clock.${part}`));
    expect(said).not.toContain('Non révoquée');
  });

  it.each([
    ['200', '200', 'code.200.card.do'],
    ['301', '301', 'code.301.do'],
    ['000', '000', 'code.000.do'],
    ['a refusal', { code: 'overloaded', status: 503 }, null],
  ] as const)(
    'after %s names the insurer as the card did, and says what helps',
    async (_name, outcome, words) => {
      await answerInstead(page, outcome);
      await upload([placed(issue(desk()))]);
      await shownCard().waitFor();
      const name = (await shownCard().locator('h2').textContent()) ?? '';
      expect(name).toMatch(/^Mutuelle [a-z]/);
      await page.keyboard.press('Enter');
      const slab = page.locator('.check-outcome .slab:not(.tone-wait)');
      await slab.waitFor();
      const said = (await slab.textContent()) ?? '';
      expect(said).toContain(`${name} (n°\u00a0${HOLDER.amcNo})`);
      if (words !== null) expect(said).toContain(portal.text(words));
      if (words !== null && words !== 'code.000.do') expect(said).toContain('saisissez les numéros');
    },
  );

  it('with typed numbers is told as before', async () => {
    await answerInstead(page, '200');
    await portal.scan(cardLine(HOLDER));
    expect(await portal.answerCode()).toBe('200');
    expect(await portal.answer.textContent()).toContain(portal.text('code.200.do'));
  });
});

describe('a picture that is dropped', () => {
  afterEach(() => answerReally(page));
  /** What the browser would do with it: leave the page, unless both were prevented. */
  const drop = (target: string, files: Buffer[]) =>
    inPage<boolean>(
      page,
      `(() => {
        const dataTransfer = new DataTransfer();
        for (const text of ${JSON.stringify(files.map((file) => file.toString('base64')))}) {
          const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
          dataTransfer.items.add(new File([bytes], 'carte.png', { type: 'image/png' }));
        }
        const how = { dataTransfer, bubbles: true, cancelable: true };
        const target = document.querySelector('${target}');
        const wouldOpen = ['dragover', 'drop'].map((name) => target.dispatchEvent(new DragEvent(name, how)));
        return wouldOpen.some(Boolean);
      })()`,
    );
  const picture = (card: Uint8Array) =>
    pngOf(pictureOf({ width: 800, height: 800 }, [{ ...placed(card), x: 400, y: 400 }]));
  const ignored = (why: string) => page.locator(`[data-ignored="${why}"]`).waitFor();

  it('anywhere on the screen, and over an answer, is a new card', async () => {
    expect(await drop('form.question', [picture(issue(desk()))])).toBe(false);
    await shownCard().waitFor();
    await page.keyboard.press('Enter');
    expect(await portal.answerCode()).toBe('000');
    expect(await drop('.top', [picture(issue(desk()))])).toBe(false);
    await shownCard().waitFor();
    expect(await portal.answer.count()).toBe(0);
  });

  it('with another one, or with no file, is not taken, and that is said', async () => {
    const one = picture(issue(desk()));
    expect(await drop('body', [one, one])).toBe(false);
    await ignored('several');
    expect(await drop('body', [])).toBe(false);
    await ignored('no-file');
    expect(await shownCard().count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);
  });

  it('or a scan, while an answer is waited for, is not taken, and that is said until after the answer', async () => {
    for (const [why, act] of [
      ['drop', () => drop('.top', [picture(issue(desk()))])],
      ['asking', () => portal.scan(cardLine(personWith('101')))],
    ] as const) {
      await openScreen();
      let goOn = () => {};
      const held = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await page.route('**/v1/eligibility', async (route) => {
        await held;
        await route.continue();
      });
      await portal.scan(cardLine(personWith('101')));
      await page.locator('.tone-wait').waitFor();
      await act();
      await ignored(why);
      goOn();
      expect(await portal.answerCode()).toBe('101');
      await ignored(why);
      expect(await portal.scanField.inputValue()).toBe('');
      expect(asked.length).toBe(1);
      await answerReally(page);
      await page.keyboard.press('Escape');
      await page.locator('[data-ignored=""]').waitFor({ state: 'attached' });
    }
  });
});

describe('the check screen', () => {
  it('is usable within 1.5 s, and fetches the reader only then', async () => {
    await prepared();
    const [usableAtMs = 0, ...begunAtMs] = await inPage<number[]>(
      page,
      `[__usableAtMs, ...performance.getEntriesByType('resource')
        .filter(({ name }) => /scan-worker|card-check|wasm/.test(name)).map(({ startTime }) => startTime)]`,
    );
    process.stderr.write(`check screen: usable after ${usableAtMs.toFixed(0)} ms\n`);
    expect(usableAtMs).toBeLessThan(1_500);
    expect(begunAtMs.length).toBeGreaterThan(0);
    expect(Math.min(...begunAtMs)).toBeGreaterThan(usableAtMs);
  });

  it('may compile WebAssembly in its worker only, and use the camera only in the portal', async () => {
    const headersOf = async (url: string) => (await fetch(url)).headers;
    await prepared();
    const worker = fetched.find((path) => path.includes('scan-worker')) ?? '';
    const [ofPage, ofWorker, ofConsole] = await Promise.all(
      [world.portalUrl, `${world.portalUrl}${worker}`, world.consoleUrl].map(headersOf),
    );
    const policy = (headers: Headers | undefined) => headers?.get('content-security-policy') ?? '';
    expect(policy(ofPage)).not.toContain('wasm');
    expect(policy(ofPage)).toMatch(/require-trusted-types-for 'script'; trusted-types rempart-scan-worker$/);
    expect(policy(ofWorker)).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy(ofWorker)).toContain("trusted-types 'none'");
    expect(ofPage?.get('permissions-policy')).toContain('camera=(self)');
    expect(policy(ofConsole)).toMatch(/trusted-types 'none'$/);
    expect(ofConsole?.get('permissions-policy')).toContain('camera=()');
  });

  it('kept to the CSP and reported no error', () => {
    expect(complaints).toEqual([]);
  });
});
