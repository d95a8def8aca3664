// The professional's portal as tests use it: what a person sees and does, by role and name. Works in both languages.

import type { Locator, Page } from 'playwright-core';
import { SETTLEMENT_TEXTS, type SettlementKey } from '../../web/professional/settlement/texts.ts';

export type Language = 'fr' | 'en';

export class ProfessionalPortal {
  readonly page: Page;
  readonly url: string;
  readonly language: Language;

  constructor(page: Page, url: string, language: Language = 'fr') {
    this.page = page;
    this.url = url;
    this.language = language;
  }

  text(key: SettlementKey): string {
    return SETTLEMENT_TEXTS[this.language][key];
  }

  async open(path = '/'): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
  }

  /** Presses the one button; what follows belongs to Pro Santé Connect (or to its stand-in). */
  async signIn(): Promise<void> {
    await this.button('sign-in.button').click();
  }

  async chooseStructure(name: string): Promise<void> {
    await this.page.getByRole('button', { name }).click();
    await this.scanField.waitFor();
  }

  async goTo(section: 'check' | 'today' | 'claims' | 'software' | 'passkeys' | 'help'): Promise<void> {
    const link = this.page
      .getByRole('navigation')
      .getByRole('link', { name: this.text(`nav.${section}`), exact: true });
    const menu = this.button('nav.menu');
    await link.or(menu).first().waitFor();
    if (!(await link.isVisible())) await menu.click();
    await link.click();
  }

  /** By keyboard alone: to what says that, or to the field of that name. */
  async tabTo(text: string): Promise<void> {
    for (let steps = 0; steps < 60; steps += 1) {
      const focus = this.page.locator(':focus');
      if ((await focus.count()) > 0) {
        const label = this.page.locator('label:has(:focus)'); // of a radio button
        const said = [
          await focus.textContent(),
          await focus.getAttribute('aria-label'),
          (await label.count()) > 0 ? await label.textContent() : null,
        ];
        if (said.some((one) => one?.includes(text)) || (await focus.getAttribute('name')) === text) return;
      }
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`no way to "${text}" by keyboard`);
  }

  button(key: SettlementKey): Locator {
    return this.page.getByRole('button', { name: this.text(key) });
  }

  field(name: string): Locator {
    return this.page.locator(`form.question [name="${name}"]`);
  }

  get scanField(): Locator {
    return this.field('scan');
  }

  /** The big answer; `data-code` is its code. */
  get answer(): Locator {
    return this.page.locator('.slab[data-code]');
  }

  get refusal(): Locator {
    return this.page.locator('.slab.tone-halt');
  }

  /** As a wedge scanner does: keystrokes into whatever has the focus, then Enter. */
  async scan(line: string): Promise<void> {
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Types a question field by field, by keyboard alone. */
  async typeQuestion(fields: Partial<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(fields)) {
      await this.field(name).focus();
      await this.page.keyboard.type(value ?? '');
    }
    await this.page.keyboard.press('Enter');
  }

  async answerCode(): Promise<string | null> {
    await this.answer.waitFor();
    return this.answer.getAttribute('data-code');
  }

  nextPatient(): Promise<void> {
    return this.page.keyboard.press('n');
  }
}
