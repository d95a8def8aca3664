// What the counter sees of the guard, in a real browser: each refusal with its words and its ways on, "confirm that it is
// you" with a passkey and through Pro Santé Connect without losing the question, the emergency units. Keyboard only.

import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerInstead, answerReally, cardLine, personWith, problem } from '../support/portal-answers.ts';
import { createPortalWorld } from '../support/portal-world.ts';
import type { TestWorld } from '../support/world.ts';
import { type Chromium, launchChromium } from './chromium.ts';
import { type Language, ProfessionalPortal } from './professional-portal.ts';
import { axeFaults, sidewaysOverflow, watchPage } from './watch.ts';

let world: TestWorld;
let chromium: Chromium;
let context: BrowserContext;
let page: Page;
let portal: ProfessionalPortal;
let complaints: string[];
/** Bodies of the questions that left the page. */
const asked: Record<string, unknown>[] = [];

const PERSON = personWith('000');
const LINE = cardLine(PERSON);
const FRESH = { code: 'fresh-sign-in-required', status: 403 };
const EMPTY = {
  code: 'budget-exhausted',
  status: 429,
  budget: 'typedPerProfessionalPerDay',
  retryAfterSeconds: 2_880,
};
const NEW_BROWSER = { ...EMPTY, budget: 'typedOnNewBrowsersPerProfessionalPerDay' };

/** A browser of its own, signed in at the counter of Lucien's second pharmacy. */
async function atTheCounter(): Promise<void> {
  context = await chromium.browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/eligibility')) asked.push(request.postDataJSON());
  });
  complaints = await watchPage(page);
  portal = new ProfessionalPortal(page, world.portalUrl);
  await portal.open();
  await portal.signIn();
  await page.getByRole('button', { name: 'Lucien Garrigue' }).click();
  await portal.chooseStructure('Pharmacie du Quai');
}

beforeAll(async () => {
  [world, chromium] = await Promise.all([createPortalWorld(), launchChromium()]);
}, 90_000);
afterAll(async () => {
  await chromium?.close();
  await world?.close();
});

beforeEach(() => {
  asked.length = 0;
});

/** Asks by typing and is refused like that. */
async function refused(refusal: Parameters<typeof answerInstead>[1], line = LINE): Promise<void> {
  await answerInstead(page, refusal);
  await portal.scanField.focus();
  await portal.scan(line);
  await portal.refusal.waitFor();
}

/** A message ignores Enter for half a second: scanners send two. */
const rested = () => page.waitForTimeout(600);
const focused = () => page.locator(':focus');
/** As a person who looks with Tab for what can be pressed. */
async function tabTo(text: string): Promise<void> {
  const wanted = page.locator('a:focus, button:focus', { hasText: text });
  for (let steps = 0; steps < 40; steps += 1) {
    if ((await wanted.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no way to "${text}" by keyboard`);
}

describe('each refusal of the guard', () => {
  beforeAll(atTheCounter, 30_000);
  afterAll(() => context.close());

  const CASES = [
    [FRESH, 'fresh-sign-in-alarm', ['confirm.passkey', 'confirm.sign-in', 'card-way.title']],
    [EMPTY, 'typed-budget', ['card-way.title', 'emergency.button']],
    [NEW_BROWSER, 'new-browser-budget', ['confirm.passkey', 'card-way.title', 'emergency.button']],
    [{ ...EMPTY, budget: 'identityOnlyPerProfessionalPerDay' }, 'identity-budget', ['card-way.title']],
    [{ ...EMPTY, budget: 'typedOnPlatformPerDay' }, 'budget-exhausted', []],
    [{ code: 'typed-closed', status: 403, retryAfterSeconds: 43_200 }, 'typed-closed', ['card-way.title']],
    [{ code: 'account-closed', status: 403 }, 'account-closed', ['confirm.passkey', 'confirm.sign-in']],
  ] as const;
  const WAYS = ['confirm.passkey', 'confirm.sign-in', 'card-way.title', 'emergency.button'] as const;

  describe.each(['fr', 'en'] as Language[])('in %s', (language) => {
    it.each(CASES)(
      '%j (%s) says what happened, what to do and whom to call',
      async (refusal, words, ways) => {
        await page.evaluate(`localStorage.setItem('rempart.language', '${language}')`);
        portal = new ProfessionalPortal(page, world.portalUrl, language);
        await portal.open();
        await refused(refusal);
        const said = (await portal.refusal.textContent()) ?? '';
        for (const part of ['title', 'what', 'do', 'who'] as const)
          expect(said).toContain(portal.text(`refusal.${words}.${part}`));
        if ('retryAfterSeconds' in refusal)
          expect(said).toMatch(
            refusal.retryAfterSeconds === 2_880 ? /\d\d:\d\d, (dans|in) 48 min/ : /12 h 00/,
          );
        expect(await focused().getAttribute('class')).toBe('check-outcome'); // read out; keys and scans reach it
        for (const way of WAYS) {
          const found = portal.refusal.getByText(portal.text(way), { exact: true });
          if (ways.some((one) => one === way)) await found.waitFor();
          else expect(await found.count()).toBe(0);
        }
        expect(await axeFaults(page)).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
        expect(await axeFaults(page)).toEqual([]);
        await page.setViewportSize({ width: 1280, height: 800 });
      },
    );
  });

  it('without a member number it says that a sign-in was longer ago than ten minutes', async () => {
    portal = new ProfessionalPortal(page, world.portalUrl, 'en');
    await portal.open();
    await answerInstead(page, FRESH);
    await portal.scanField.waitFor();
    await page.keyboard.press('F2');
    const { nir, birthDate } = PERSON.line.beneficiary;
    await page.getByText(portal.text('reason.EMERGENCY'), { exact: true }).click();
    const born = `${birthDate.slice(6)}${birthDate.slice(4, 6)}${birthDate.slice(0, 4)}`;
    await portal.typeQuestion({ amcNo: PERSON.amcNo, convType: 'rp', nir, birthDate: born });
    await portal.refusal.getByText(portal.text('refusal.fresh-sign-in-required.what')).waitFor();
  });

  it('the camera is one key away, and a card takes the message’s place', async () => {
    await portal.open();
    await refused(EMPTY);
    await page.keyboard.press('F4');
    await page.getByRole('heading', { name: portal.text('camera.explain.title') }).waitFor();
    expect(await portal.refusal.count()).toBe(0);
  });

  it('kept to the CSP and reported no error', () => expect(complaints).toEqual([]));
});

describe('confirming through Pro Santé Connect', () => {
  beforeAll(atTheCounter, 30_000);
  afterAll(() => context.close());

  /** The other tab, at Pro Santé Connect. */
  async function leave(): Promise<Page> {
    await tabTo(portal.text('confirm.sign-in'));
    const opened = context.waitForEvent('page');
    await page.keyboard.press('Enter');
    const tab = await opened;
    tab.setDefaultTimeout(5_000);
    return tab;
  }

  it.each([
    ['/passkeys', '**/v1/passkeys/options', 'passkeys.label', 'passkeys.add'],
    ['/software', '**/v1/certificates', 'software.enrol.label', 'software.enrol.button'],
  ] as const)('is what %s asks for when the sign-in is old; what was typed stays', async (...at) => {
    const [path, call, label, button] = at;
    await page.route(call, (route) => {
      const isChange = route.request().method() === 'POST';
      return isChange ? route.fulfill({ status: 403, json: problem(FRESH) }) : route.fallback();
    });
    await portal.open(path);
    const field = page.getByLabel(portal.text(label));
    const typed = 'A'.repeat(43); // a label as well as a thumbprint
    await field.fill(typed);
    await portal.button(button).click();
    await page.getByText(portal.text('refusal.fresh-sign-in-change.what')).waitFor();
    expect(await portal.button('confirm.passkey').count()).toBe(0); // it would not help
    expect(await axeFaults(page)).toEqual([]);
    const tab = await leave();
    await tab.getByRole('button', { name: 'Lucien Garrigue' }).click();
    await page.getByText(portal.text('confirm.done')).waitFor();
    expect(await field.inputValue()).toBe(typed);
    await tab.close();
    await page.unroute(call);
    await portal.open();
  });

  it('asks the kept question once more by itself, and nothing of it leaves the page’s memory', async () => {
    await refused(FRESH);
    await answerReally(page);
    const tab = await leave();
    const seen: string[] = [];
    tab.on('request', (request) => seen.push(`${request.url()} ${request.postData() ?? ''}`));
    await tab.getByRole('button', { name: 'Lucien Garrigue' }).waitFor();
    expect(asked).toHaveLength(1); // not before
    await tab.getByRole('button', { name: 'Lucien Garrigue' }).click();
    await tab.getByRole('heading', { name: portal.text('confirmed.title') }).waitFor();
    expect(await portal.answerCode()).toBe('000');
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
    const { nir } = PERSON.line.beneficiary;
    expect(seen.join()).not.toContain(nir);
    expect(tab.url()).toBe(`${world.portalUrl}/confirmed`);
    const kept =
      'JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), location.href])';
    expect(await page.evaluate(kept)).not.toContain(nir);
    expect(await axeFaults(tab)).toEqual([]);
    await tab.close();
  });

  it('cancelled there, nothing is confirmed: the tab says so, and the question waits', async () => {
    await rested();
    await portal.nextPatient();
    await refused(FRESH);
    const tab = await leave();
    await tab.getByRole('button', { name: 'Annuler' }).click();
    await tab.getByRole('heading', { name: portal.text('confirm.failed') }).waitFor();
    expect(await axeFaults(tab)).toEqual([]);
    expect(asked).toHaveLength(1);
    await portal.refusal.waitFor();
    await tab.close();
  });

  it('confirmed and refused again, it says so again: nothing goes round by itself', async () => {
    const tab = await leave();
    await tab.getByRole('button', { name: 'Lucien Garrigue' }).click();
    await tab.getByRole('heading', { name: portal.text('confirmed.title') }).waitFor();
    await expect.poll(() => asked.length).toBe(1);
    await portal.refusal.waitFor();
    await page.waitForTimeout(300);
    expect(asked).toHaveLength(1);
    await tab.close();
  });

  it('kept to the CSP and reported no error', () => expect(complaints).toEqual([]));
});

describe('the emergency units', () => {
  beforeAll(atTheCounter, 30_000);
  afterAll(() => context.close());

  const dialog = () => page.getByRole('dialog');
  async function openDialog(): Promise<void> {
    await refused(EMPTY);
    await portal.button('emergency.button').waitFor();
    await tabTo(portal.text('emergency.button'));
    await page.keyboard.press('Enter');
    await dialog().waitFor();
  }
  /** Tab to the reasons, the arrows among them, Tab to the button. */
  async function take(): Promise<void> {
    await tabTo(portal.text('emergency.take'));
    await page.keyboard.press('Enter');
  }

  it('say plainly what they are; Escape leaves the message and the question as they were', async () => {
    await openDialog();
    for (const fact of [1, 2, 3] as const)
      await dialog()
        .getByText(portal.text(`emergency.fact.${fact}`))
        .waitFor();
    expect(await focused().textContent()).toBe(portal.text('app.cancel'));
    expect(await axeFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await sidewaysOverflow(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await portal.refusal.waitFor();
    expect(await portal.field('memberNo').inputValue()).toBe(PERSON.line.memberNo);
  });

  it('owe a reason, are taken once, and the question is asked again', async () => {
    await openDialog();
    await take();
    await dialog().getByText(portal.text('problem.reason-missing')).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowRight'); // from the last to the first
    await take();
    await dialog().getByText('10 saisies de plus').waitFor();
    const [entry] = await world.sql`
      select rest::jsonb->>'reason' as reason from ledger_entries
      where rest like '{"event":"guard.emergency-units"%' order by seq desc limit 1`;
    expect(entry?.['reason']).toBe('CARD_READER_BROKEN');
    await answerReally(page);
    await page.keyboard.press('Enter'); // "ask again" has the focus
    expect(await portal.answerCode()).toBe('000');
    expect(asked[1]).toEqual(asked[0]);
  });

  it('are refused for the rest of the day, and it is said why', async () => {
    await rested();
    await portal.nextPatient();
    await openDialog();
    await dialog().getByText(portal.text('emergency.MANY_WITHOUT_CARD'), { exact: true }).click();
    await take();
    await dialog().getByText(portal.text('refusal.emergency-spent.what')).waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await portal.refusal.waitFor();
  });

  it('with an older sign-in are confirmed in place, and taken by themselves afterwards', async () => {
    await page.keyboard.press('n');
    await openDialog();
    const orders: unknown[] = [];
    await page.route('**/v1/emergency-units', (route) => {
      orders.push(route.request().postDataJSON());
      return orders.length === 1
        ? route.fulfill({ status: 403, json: problem(FRESH) })
        : route.fulfill({ json: { units: 10, until: '2026-12-01T10:00:00Z' } });
    });
    await dialog().getByText(portal.text('emergency.SOFTWARE_FAILURE'), { exact: true }).click();
    await take();
    await dialog().getByText(portal.text('emergency.confirm')).waitFor();
    expect(await focused().textContent()).toContain(portal.text('confirm.passkey'));
    expect(await axeFaults(page)).toEqual([]);
    await tabTo(portal.text('confirm.sign-in'));
    const opened = context.waitForEvent('page');
    await page.keyboard.press('Enter');
    const tab = await opened;
    await tab.getByRole('button', { name: 'Lucien Garrigue' }).click();
    await dialog().getByText('10 saisies de plus').waitFor();
    expect(orders).toEqual([{ reason: 'SOFTWARE_FAILURE' }, { reason: 'SOFTWARE_FAILURE' }]);
    await tab.close();
  });

  it('kept to the CSP and reported no error', () => expect(complaints).toEqual([]));
});

// NOTE no axe-core here: the browser dies when another debugging session ends beside its virtual authenticator.
describe('confirming with a passkey', () => {
  beforeAll(atTheCounter, 30_000);
  afterAll(() => context.close());

  async function plugIn(): Promise<(present: boolean) => Promise<void>> {
    const debug = await context.newCDPSession(page);
    await debug.send('WebAuthn.enable');
    const { authenticatorId } = await debug.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'usb',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return async (isUserVerified) => {
      await debug.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    };
  }

  it('without one, Pro Santé Connect is what is left, and has the focus', async () => {
    await refused(FRESH);
    await rested();
    await page.keyboard.press('Enter');
    await page.getByText(portal.text('confirm.no-passkey.sign-in')).waitFor();
    expect(await focused().textContent()).toBe(portal.text('confirm.sign-in'));
    expect(asked).toHaveLength(1);
  });

  it('one Enter and a touch: the question is asked again by itself, once', async () => {
    const verify = await plugIn();
    await portal.open('/passkeys');
    await page.getByLabel(portal.text('passkeys.label')).fill('Poste 1');
    await page.keyboard.press('Enter');
    await page.getByText(portal.text('passkeys.added')).waitFor();
    await portal.open();
    await refused(FRESH);
    await rested();
    // A finger that is not the owner's: said, and the question is still there.
    await verify(false);
    await page.keyboard.press('Enter');
    await page.getByText(portal.text('confirm.closed.sign-in')).waitFor();
    expect(asked).toHaveLength(1);
    await verify(true);
    await answerReally(page);
    await tabTo(portal.text('confirm.passkey'));
    await page.keyboard.press('Enter');
    expect(await portal.answerCode()).toBe('000');
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
    const [entry] = await world.sql`
      select rest::jsonb->>'reason' as reason from ledger_entries
      where rest like '{"event":"access.confirmed"%' order by seq desc limit 1`;
    expect(entry?.['reason']).toBe('passkey');
  }, 20_000);

  it('kept to the CSP and reported no error', () => expect(complaints).toEqual([]));
});
