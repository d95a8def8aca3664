// The staff's console as a person uses it: a browser with an authenticator of its own (Chromium's virtual one).

import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Detector } from '../../src/operator/guard/alarm.ts';
import { MESSAGES_EN } from '../../web/console/messages-en.ts';
import { MESSAGES_FR, type MessageKey } from '../../web/console/messages-fr.ts';
import { fill, type Values } from '../../web/shared/catalogue.ts';
import { watchPage } from './watch.ts';

export type Language = 'fr' | 'en';
export type Section =
  | 'overview'
  | 'alarms'
  | 'exposure'
  | 'budgets'
  | 'lookup'
  | 'switches'
  | 'feeds'
  | 'ledger';
export type Appearance = { width: number; height: number; language: Language; theme: 'light' | 'dark' };
const USUAL: Appearance = { width: 1280, height: 800, language: 'fr', theme: 'light' };

export class StaffConsole {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Violations of the CSP and errors of the page. */
  readonly complaints: string[];
  #language: Language;

  private constructor(parts: { page: Page; context: BrowserContext; complaints: string[] }) {
    this.page = parts.page;
    this.context = parts.context;
    this.complaints = parts.complaints;
    this.#language = 'fr';
  }

  /** A browser of its own, with an authenticator that verifies its user by itself. */
  static async open(browser: Browser, url: string, how: Partial<Appearance> = {}): Promise<StaffConsole> {
    const { width, height, language, theme } = { ...USUAL, ...how };
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const complaints = await watchPage(page);
    const debug = await context.newCDPSession(page);
    await debug.send('WebAuthn.enable');
    await debug.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const opened = new StaffConsole({ page, context, complaints });
    await page.goto(url);
    if (language === 'en') await opened.speak('en');
    return opened;
  }

  text(key: MessageKey, values: Values = {}): string {
    return fill((this.#language === 'fr' ? MESSAGES_FR : MESSAGES_EN)[key], values);
  }

  button(key: MessageKey, values: Values = {}): Locator {
    return this.page.getByRole('button', { name: this.text(key, values), exact: true });
  }

  heading(key: MessageKey): Locator {
    return this.page.getByRole('heading', { name: this.text(key), exact: true });
  }

  /** Waits until the server has been asked: before that the page may still change. */
  async ready(): Promise<void> {
    await this.page.locator('h1').first().waitFor();
  }

  async speak(language: Language): Promise<void> {
    await this.ready();
    const choice = this.page.getByText(language.toUpperCase(), { exact: true });
    await this.#inMenu(choice, () => choice.click());
    this.#language = language;
  }

  async appear(theme: 'light' | 'dark'): Promise<void> {
    const choice = this.page.getByText(this.text(`theme.${theme}`), { exact: true });
    await this.#inMenu(choice, () => choice.click());
  }

  async enrol(code: string): Promise<void> {
    await this.page.locator('input[name=code]').fill(code);
    await this.button('enrol.button').click();
    await this.page.locator('.standing').waitFor();
  }

  async signIn(): Promise<void> {
    await this.button('sign-in.button').click();
    await this.page.locator('.standing').waitFor();
  }

  async goTo(section: Section): Promise<void> {
    const link = this.page.getByRole('navigation').getByRole('link', { name: this.text(`nav.${section}`) });
    const isNarrow = !(await link.isVisible());
    if (isNarrow) await this.button('nav.menu').click();
    await link.click();
    if (isNarrow) await link.waitFor({ state: 'hidden' }); // which closes the menu
    if (section !== 'overview') await this.page.locator('main h1').waitFor();
  }

  /** Looks a structure up and opens the question about it. */
  async lookUp(id: string): Promise<void> {
    await this.goTo('lookup');
    await this.page.locator('input[name=id]').fill(id);
    await this.button('lookup.button').click();
    await this.page.locator('.subject').waitFor();
  }

  /** The newest alarm of that detector. */
  async openAlarm(detector: Detector): Promise<void> {
    await this.goTo('alarms');
    const row = this.page.locator('.alarms > li').filter({ hasText: this.text(`detector.${detector}`) });
    await row.getByRole('link').first().click();
    await this.page.locator('.alarm-done').waitFor();
  }

  /** Asks what an account would be worth, stolen. */
  async weigh(account: string): Promise<void> {
    await this.goTo('exposure');
    await this.page.locator('input[name=id]').fill(account);
    await this.button('exposure.button').click();
    await this.page.locator('.bounds').waitFor();
  }

  /** Answers the open question with a reason and a signature. */
  async sign(reason: string): Promise<void> {
    await this.page.locator('input[name=reason]').fill(reason);
    await this.button('act.sign').click();
  }

  /** In the header, behind the menu's button on narrow screens. */
  async #inMenu(target: Locator, act: () => Promise<void>): Promise<void> {
    const menu = this.button('nav.menu');
    const isHidden = !(await target.isVisible());
    if (isHidden) await menu.click();
    await act();
    if (isHidden && (await menu.getAttribute('aria-expanded')) === 'true') await menu.click();
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
